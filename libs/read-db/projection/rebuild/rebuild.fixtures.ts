import { once } from 'node:events';
import { expect } from '@jest/globals';
import fc from 'fast-check';
import { type FreshDatabase, freshDatabase, until } from '#libs/testing';
import {
  type Build,
  caughtUpTo,
  connectDatabase,
  type Database,
  listBuilds,
  migrate,
  type ProjectionAction,
  readProjectionRequest,
  requestProjectionAction,
} from '../../index.js';
import { EventDigest, fingerprintOf } from '../digest.js';
import { comparable, expectedRows } from '../engine.fixtures.js';
import { type LedgerEvent, ledgerHistory } from '../ledger.fixtures.js';
import { type ProjectionMessage } from '../messages.js';
import { type ProjectedEvent, type Projection } from '../projection.js';
import { type AuditedMessage } from '../proof/audited-log.js';
import { type EngineNotice, type RunProjectionsOptions } from '../engine-options.js';
import { runProjections } from '../run-projections.js';
import { columnName } from '../table.js';
import { handleBuildRequests } from './handle-requests.js';
import { type RebuildNotice, runRebuilds, type RunRebuildsOptions } from './run-rebuilds.js';

/** A log that grows while it is read. */
export class GrowingLog {
  readonly events: ProjectedEvent[] = [];
  readonly #grown = new EventTarget();

  append(events: readonly ProjectedEvent[]): void {
    this.events.push(...events);
    this.#grown.dispatchEvent(new Event('grown'));
  }

  get head(): bigint | null {
    return this.events.at(-1)?.position ?? null;
  }

  readonly follow = async function* (
    this: GrowingLog,
    after: bigint | null,
    signal: AbortSignal,
    isWanted: (type: string) => boolean = () => true,
  ): AsyncGenerator<ProjectionMessage> {
    let next = this.events.findIndex(({ position }) => after === null || position > after);
    if (next < 0) next = this.events.length;
    let caughtUp = false;
    while (!signal.aborted) {
      const event = this.events[next];
      if (event !== undefined) {
        next += 1;
        const { type, position, recordedAt } = event;
        if (isWanted(type)) yield { kind: 'event', event };
        else yield { kind: 'passed_over', position, recordedAt };
      } else if (!caughtUp) {
        caughtUp = true;
        yield { kind: 'caught_up' };
      } else await once(this.#grown, 'grown', { signal }).catch(() => undefined);
    }
  }.bind(this);

  /** As {@link follow}, but silent after so many events. */
  readonly stopping = (count: number): typeof this.follow =>
    async function* (this: GrowingLog, ...args: Parameters<GrowingLog['follow']>) {
      const [, signal] = args;
      let left = count;
      for await (const message of this.follow(...args)) {
        if (left === 0) {
          if (!signal.aborted) await once(signal, 'abort');
          return;
        }
        left -= 1;
        yield message;
      }
    }.bind(this);

  /** As {@link follow}, without the event at an index. */
  readonly without = (index: number): typeof this.follow =>
    async function* (this: GrowingLog, ...args: Parameters<GrowingLog['follow']>) {
      for await (const message of this.follow(...args)) {
        if (message.kind !== 'event' || message.event !== this.events[index]) yield message;
      }
    }.bind(this);

  readonly audited = async function* (
    this: GrowingLog,
    after: bigint | null,
    signal: AbortSignal,
  ): AsyncGenerator<AuditedMessage> {
    for await (const message of this.follow(after, signal)) {
      if (message.kind !== 'undecodable' && message.kind !== 'passed_over') yield message;
    }
  }.bind(this);
}

/** A history of ledgers, the same every time. */
export function someHistory(length: number): ProjectedEvent<LedgerEvent>[] {
  const long = ledgerHistory(length).filter((events) => events.length === length);
  const [history] = fc.sample(long, { numRuns: 1, seed: 21 });
  return history as ProjectedEvent<LedgerEvent>[];
}

/** A process at work, as far as a spec sees it. */
export interface Running<Notice> {
  readonly notices: Notice[];
  readonly ended: Promise<void>;
  stop(): Promise<void>;
}

/** A live engine, rebuilders and an operator around one database, for specs. */
export class RebuildHarness {
  readonly fresh: FreshDatabase;
  readonly worker: Database;
  readonly owner: Database;
  readonly log = new GrowingLog();
  projections: readonly Projection[];
  readonly #started: Running<unknown>[] = [];
  #closed: Promise<void> | null = null;

  private constructor(fresh: FreshDatabase, projections: readonly Projection[]) {
    const { url } = fresh;
    this.fresh = fresh;
    this.projections = projections;
    this.worker = connectDatabase({ url, role: 'worker', max: 20, applicationName: 'worker' });
    this.owner = connectDatabase({ url, role: 'owner', applicationName: 'owner' });
  }

  static async create(projections: readonly Projection[]): Promise<RebuildHarness> {
    return new RebuildHarness(await freshDatabase({ readModels: projections }), projections);
  }

  /** May be called again. */
  close(): Promise<void> {
    return (this.#closed ??= this.#close());
  }

  async #close(): Promise<void> {
    await Promise.all(this.#started.map((each) => each.stop()));
    await Promise.all([this.worker.close(), this.owner.close()]);
    await this.fresh.drop();
  }

  /** Puts a program with other read models in place of the one before. */
  async deploy(projections: readonly Projection[]): Promise<void> {
    this.projections = projections;
    await migrate(this.fresh.url, projections);
  }

  live(options: Partial<RunProjectionsOptions> = {}): Running<EngineNotice> {
    const stopping = new AbortController();
    const notices: EngineNotice[] = [];
    const ended = runProjections({
      database: this.worker,
      projections: this.projections,
      log: this.log.follow,
      signal: stopping.signal,
      batchIntervalMs: 0,
      report: (notice) => notices.push(notice),
      ...options,
    });
    return this.#running({ notices, ended }, stopping);
  }

  rebuilder(options: Partial<RunRebuildsOptions> = {}): Running<RebuildNotice> {
    const stopping = new AbortController();
    const notices: RebuildNotice[] = [];
    const ended = runRebuilds({
      database: this.worker,
      owner: this.owner,
      projections: this.projections,
      log: this.log.follow,
      audited: this.log.audited,
      head: () => Promise.resolve(this.log.head),
      signal: stopping.signal,
      report: (notice) => notices.push(notice),
      ...options,
    });
    return this.#running({ notices, ended }, stopping);
  }

  #running<Notice>(
    { notices, ended }: Pick<Running<Notice>, 'notices' | 'ended'>,
    stopping: AbortController,
  ): Running<Notice> {
    const stop = async () => {
      stopping.abort();
      await ended;
    };
    const running = { notices, ended, stop };
    this.#started.push(running);
    return running;
  }

  /** Asks, lets the worker's part of it be done, and returns the outcome. */
  async ask(action: ProjectionAction, name: string, build?: number): Promise<string | null> {
    const order = { action, name, build, requestedBy: 'spec' };
    const id = await requestProjectionAction(this.worker, order);
    await handleBuildRequests(this.owner, this.projections);
    return (await readProjectionRequest(this.worker, id))?.outcome ?? null;
  }

  /** Ends every connection of workers at once. */
  async cutConnections(): Promise<void> {
    await this.owner.pool.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
        where application_name = 'worker' and datname = current_database()`,
    );
  }

  async buildOf(name: string, build: number): Promise<Build | undefined> {
    const builds = await listBuilds(this.worker);
    return builds.find((each) => each.name === name && each.build === build);
  }

  /** Every build as `name 1 live serving`. */
  async states(): Promise<string[]> {
    const builds = await listBuilds(this.worker);
    return builds.map(
      ({ name, build, state, serving }) => `${name} ${build} ${state}${serving ? ' serving' : ''}`,
    );
  }

  /** Waits for a build to be in a state, or to be served. */
  async untilBuild(name: string, build: number, state: Build['state'] | 'served'): Promise<Build> {
    return until(`build ${build} of ${name} to be ${state}`, async () => {
      const found = await this.buildOf(name, build);
      const fits = state === 'served' ? found?.serving : found?.state === state;
      return fits === true ? found : null;
    });
  }

  async untilCaughtUp(): Promise<void> {
    const names = this.projections.map(({ name }) => name);
    const reached = await caughtUpTo(this.worker, names, this.log.head ?? 0n, {
      timeoutMs: 60_000,
    });
    expect(reached).toBe(true);
  }

  async rowsOf({ table }: Projection, tableName: string): Promise<string[]> {
    const columns = Object.keys(table.columns).map((each) => `${columnName(each)} as "${each}"`);
    const { rows } = await this.worker.pool.query<object>(
      `select ${columns.join(', ')} from ${tableName}`,
    );
    return comparable(rows);
  }

  /** What queries of a read model see, and its count and digest, are what the log says. */
  async expectFold(projection: Projection): Promise<void> {
    const builds = await listBuilds(this.worker);
    const served = builds.find(({ name, serving }) => name === projection.name && serving);
    const concerned = this.log.events.filter(({ type }) => type in projection.on);
    const digest = new EventDigest();
    for (const { id } of concerned) digest.add(fingerprintOf(id));
    expect(served).toMatchObject({
      position: this.log.head,
      appliedCount: BigInt(concerned.length),
      appliedDigest: digest.toString(),
      failure: null,
    });
    expect(await this.rowsOf(projection, projection.name)).toEqual(
      expectedRows(projection, this.log.events),
    );
  }
}
