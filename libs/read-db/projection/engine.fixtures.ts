import { expect } from '@jest/globals';
import { type PoolClient } from 'pg';
import { type FreshDatabase, freshDatabase } from '#libs/testing';
import { caughtUpTo, connectDatabase, type Database } from '../index.js';
import { EventDigest, fingerprintOf } from './digest.js';
import { foldInMemory } from './fold-in-memory.js';
import { accountProjection, turnoverProjection } from './ledger.fixtures.js';
import { type ProjectedEvent, type Projection } from './projection.js';
import { type EngineNotice, type RunProjectionsOptions } from './engine-options.js';
import { runProjections } from './run-projections.js';
import { columnName } from './table.js';

/** Both read models of {@link EngineHarness}. */
export const projections: readonly Projection[] = [accountProjection, turnoverProjection];

type StartOptions = Partial<RunProjectionsOptions> & Pick<RunProjectionsOptions, 'log'>;

/** An engine at work, and what it has said so far. */
export interface RunningEngine {
  readonly notices: EngineNotice[];
  stop(): Promise<void>;
}

/** Two read models of ledgers in a database of their own, for specs of the engine. */
export class EngineHarness {
  readonly fresh: FreshDatabase;
  readonly worker: Database;
  readonly owner: Database;

  readonly #started: RunningEngine[] = [];

  private constructor(fresh: FreshDatabase) {
    const { url } = fresh;
    this.fresh = fresh;
    this.worker = connectDatabase({ url, role: 'worker', applicationName: 'engine' });
    this.owner = connectDatabase({ url, role: 'owner', applicationName: 'spec' });
  }

  static async create(): Promise<EngineHarness> {
    return new EngineHarness(await freshDatabase({ readModels: projections }));
  }

  async close(): Promise<void> {
    await this.#stopAll();
    await Promise.all([this.worker.close(), this.owner.close()]);
    await this.fresh.drop();
  }

  readonly reset = async (): Promise<void> => {
    await this.#stopAll();
    await this.owner.pool.query(`
      truncate account_v1_b1, turnover_v3_b1, projection_lease, projection_dead_letter,
               projection_request;
      update projection_build
         set position = null, applied_count = 0, applied_digest = repeat('0', 32), failure = null`);
  };

  start(options: StartOptions): RunningEngine {
    const stopping = new AbortController();
    const notices: EngineNotice[] = [];
    const ended = runProjections({
      database: this.worker,
      projections,
      signal: stopping.signal,
      batchIntervalMs: 0,
      report: (notice) => notices.push(notice),
      ...options,
    });
    const engine = {
      notices,
      stop: async () => {
        stopping.abort();
        await ended;
      },
    };
    this.#started.push(engine);
    return engine;
  }

  async #stopAll(): Promise<void> {
    await Promise.all(this.#started.splice(0).map((engine) => engine.stop()));
  }

  async reached(events: readonly ProjectedEvent[], names = ['account', 'turnover']) {
    const position = endOf(events);
    const inTime = await caughtUpTo(this.owner, names, position, { timeoutMs: 60_000 });
    expect(inTime).toBe(true);
  }

  /** The rows of a read model in a form that compares, whatever their order. */
  async rowsOf({ table, name }: Projection): Promise<string[]> {
    const columns = Object.keys(table.columns).map((each) => `${columnName(each)} as "${each}"`);
    const { rows } = await this.owner.pool.query<object>(
      `select ${columns.join(', ')} from ${name}`,
    );
    return comparable(rows);
  }

  async checkpointOf({ name }: Projection): Promise<Record<string, unknown>> {
    const { rows } = await this.owner.pool.query<Record<string, unknown>>(
      `select position, applied_count, applied_digest, failure from projection_build
        where name = $1`,
      [name],
    );
    return rows[0] ?? {};
  }

  /** C2: rows, position, count and digest are what the log says, and nothing else. */
  async expectFoldOf(events: readonly ProjectedEvent[]): Promise<void> {
    for (const projection of projections) await this.expectReadModel(projection, events);
  }

  /**
   * As {@link EngineHarness.expectFoldOf}, of one read model, some events of which are left out.
   */
  async expectReadModel(
    projection: Projection,
    events: readonly ProjectedEvent[],
    without: ReadonlySet<bigint> = new Set(),
  ): Promise<void> {
    const digest = new EventDigest();
    const applied = events.filter(({ position }) => !without.has(position));
    const concerned = applied.filter((event) => event.type in projection.on);
    for (const event of concerned) digest.add(fingerprintOf(event.id));
    expect(await this.checkpointOf(projection)).toEqual({
      position: endOf(events),
      applied_count: BigInt(concerned.length),
      applied_digest: digest.toString(),
      failure: null,
    });
    expect(await this.rowsOf(projection)).toEqual(expectedRows(projection, applied));
  }
}

function endOf(events: readonly ProjectedEvent[]): bigint {
  return events.at(-1)?.position ?? 0n;
}

/** What {@link EngineHarness.rowsOf} must be after a history. */
export function expectedRows(projection: Projection, events: readonly ProjectedEvent[]): string[] {
  return comparable(foldInMemory(projection, events));
}

/**
 * Rows in a form that compares: jsonb does not keep the order of keys, nor a table that of rows.
 */
export function comparable(rows: readonly object[]): string[] {
  return rows.map((row) => JSON.stringify(row, inOrder)).sort();
}

function inOrder(_: string, value: unknown): unknown {
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** As if its process were stopped: from some statement on, nothing is sent until it is resumed. */
export function pausable(database: Database, before: RegExp) {
  let resume: () => void = () => undefined;
  let reach: () => void = () => undefined;
  const resumed = new Promise<void>((resolve) => (resume = resolve));
  const reached = new Promise<void>((resolve) => (reach = resolve));
  const slow = (client: PoolClient) => {
    let paused = false;
    const query = async (...args: [string | { text: string; name?: string }]) => {
      const statement = typeof args[0] === 'string' ? args[0] : (args[0].name ?? args[0].text);
      paused ||= before.test(statement);
      if (paused) {
        reach();
        await resumed;
      }
      return client.query(...args);
    };
    return { query, on: client.on.bind(client), release: client.release.bind(client) };
  };
  const pool = { connect: async () => slow(await database.pool.connect()) };
  return { database: { ...database, pool } as unknown as Database, reached, resume };
}
