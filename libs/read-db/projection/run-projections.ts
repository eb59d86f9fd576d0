import { setTimeout as pause } from 'node:timers/promises';
import { type ClientBase } from 'pg';
import { type Database } from '../database.js';
import {
  foldStep,
  type RunningProjection,
  type Step,
  toBatch,
  writeChanges,
  WriteRefused,
} from './apply-batch.js';
import { allDone } from './all-done.js';
import { stepByHalves } from './apply-by-halves.js';
import { type Advance, advance } from './checkpoints.js';
import { handleDeadLetterRequests } from './dead-letter-requests.js';
import { type RereadEvents } from './dead-letter-retry.js';
import { reasonOf, sayWhy } from './dead-letter-store.js';
import { LiveBuilds } from './live-builds.js';
import { IntakeBuffer } from './intake-buffer.js';
import { acquireLease, type Lease, leaseOwner, releaseLease, renewLease } from './lease.js';
import { type Batch, type ProjectionMessage } from './messages.js';
import { type Projection } from './projection.js';

/** What the engine has to say, for logs and metrics. Nothing of it is personal. */
export type EngineNotice =
  | { readonly kind: 'standing_by' }
  | { readonly kind: 'started'; readonly epoch: bigint; readonly after: bigint | null }
  | { readonly kind: 'applied'; readonly events: number; readonly position: bigint }
  /** Alarm: so many events are dead letters now; `reason` names the first that cannot be applied. */
  | {
      readonly kind: 'parked';
      readonly name: string;
      readonly events: number;
      readonly reason: string;
    }
  /** Alarm: the projection stands still until its cause is removed and the process restarted. */
  | { readonly kind: 'projection_stopped'; readonly name: string; readonly reason: string }
  /** Nothing is lost: everything begins again at the checkpoints. */
  | { readonly kind: 'interrupted'; readonly error: unknown; readonly retryInMs: number };

/** What the engine applies, from where to where, and in which rhythm. */
export interface RunProjectionsOptions {
  /** Connected as the worker. One of its connections is held all the time. */
  readonly database: Database;
  readonly projections: readonly Projection[];
  /**
   * The decoded log after a position (`null`: from the beginning), then live, in order. Should end
   * when its signal does.
   */
  readonly log: (after: bigint | null, signal: AbortSignal) => AsyncIterable<ProjectionMessage>;
  /** For retrying dead letters; without it, nobody's requests to do so are handled. */
  readonly reread?: RereadEvents;
  readonly signal: AbortSignal;
  readonly report?: (notice: EngineNotice) => void;
  /** Events in one transaction at most; 1,000 unless told. */
  readonly batchSizeMax?: number;
  /**
   * Transactions begin at least this far apart; 25 unless told, and four times as far under load.
   * Costs the first event after a silence nothing, and makes one transaction of many.
   */
  readonly batchIntervalMs?: number;
}

const leaseName = 'live';
/**
 * From so many messages a second on transactions are rarer. A rate, not the size of a batch: one
 * stall would make a large batch, and rarer transactions make large ones for ever.
 */
const busyFromPerSecond = 800;
const retryMaxMs = 1_000;
/** How often requests are looked for. */
const requestPollMs = 1_000;
/** Lets the events of one append arrive together, so that a row does not show half of a decision. */
const lingerMs = 2;

/**
 * Applies the log to every projection, live, until the signal; resolves then.
 *
 * Rows and checkpoint are written in one transaction, so that an event is applied exactly once
 * whatever breaks: after any failure everything begins again at the stored checkpoints. Of several
 * processes one works and the others stand by. An event whose handler throws, that does not decode
 * or whose rows the database refuses goes to the dead letters of that projection, and so does what
 * has to wait for it; where there is no room left, that projection stands still, alone.
 */
export async function runProjections(options: RunProjectionsOptions): Promise<void> {
  const { signal, report = () => undefined } = options;
  const owner = leaseOwner();
  let failures = 0;
  while (!signal.aborted) {
    try {
      await runSession({ ...options, report }, owner, () => (failures = 0));
    } catch (error) {
      const retryInMs = Math.min(50 * 2 ** failures, retryMaxMs);
      failures += 1;
      report({ kind: 'interrupted', error, retryInMs });
      await pause(retryInMs, undefined, { signal }).catch(() => undefined);
    }
  }
}

type SessionOptions = RunProjectionsOptions & { readonly report: (notice: EngineNotice) => void };

/** One connection, one epoch, one subscription. Ends when any of them does. */
async function runSession(options: SessionOptions, owner: string, onSuccess: () => void) {
  const { database, signal, report } = options;
  const client = await database.pool.connect();
  const closing = new AbortController();
  try {
    await client.query(plannerSettings);
    const lease = await acquireLease(client, leaseName, owner, signal, () => {
      report({ kind: 'standing_by' });
    });
    if (lease === null) return;
    const builds = await LiveBuilds.load(client, options.projections, lease);
    const engine = new LiveEngine(options, client, lease, builds);
    const after = engine.position();
    report({ kind: 'started', epoch: lease.epoch, after });
    const ending = AbortSignal.any([signal, closing.signal]);
    const log = builds.running.length > 0 ? options.log(after, ending) : nothing;
    const intake = new IntakeBuffer(log, options.batchSizeMax ?? 1_000, lingerMs);
    try {
      await engine.follow(intake, onSuccess);
    } finally {
      intake.close();
    }
    // A session that begins anew because of other builds keeps its place before the others.
    if (signal.aborted) await releaseLease(client, lease);
  } finally {
    closing.abort();
    // Not back into the pool: the session's lock and settings end with it.
    client.release(true);
  }
}

/** Where there is no build to apply the log to yet, it need not be read. */
const nothing: AsyncIterable<never> = {
  [Symbol.asyncIterator]: () => ({ next: () => new Promise(() => undefined) }),
};

/**
 * Rows are always found by their key. A plan made while a table was small would scan it, and stay
 * when it has grown.
 */
const plannerSettings =
  'set enable_seqscan = off; set enable_hashjoin = off; set enable_mergejoin = off';

class LiveEngine {
  readonly #options: SessionOptions;
  readonly #client: ClientBase;
  readonly #lease: Lease;
  readonly #builds: LiveBuilds;
  #running: readonly RunningProjection[];
  /** Those that stand still. Their dead letters can be retried, which may make room. */
  #stopped: readonly RunningProjection[] = [];
  #requestsDueAt = 0;

  constructor(options: SessionOptions, client: ClientBase, lease: Lease, builds: LiveBuilds) {
    this.#options = options;
    this.#client = client;
    this.#lease = lease;
    this.#builds = builds;
    this.#running = builds.running;
  }

  /** Where the one that is furthest behind stands. */
  position(): bigint | null {
    let lowest: bigint | null | undefined;
    for (const { progress } of this.#running) {
      if (progress.position === null) return null;
      if (lowest === undefined || lowest === null || progress.position < lowest) {
        lowest = progress.position;
      }
    }
    return lowest ?? null;
  }

  /** Until the signal, or until there are other builds to apply, or one that stood still. */
  async follow(intake: IntakeBuffer<ProjectionMessage>, onSuccess: () => void): Promise<void> {
    const { signal, batchIntervalMs = 25 } = this.#options;
    const stop = () => {
      intake.wake();
    };
    signal.addEventListener('abort', stop);
    this.#builds.onChange(stop);
    let takenAt = performance.now();
    try {
      while (!signal.aborted && !(await this.#hasMoreBuilds())) {
        const messages = await intake.take(requestPollMs);
        const gatheredMs = performance.now() - takenAt;
        takenAt += gatheredMs;
        await this.#apply(toBatch(messages));
        const isGoingOn = await this.#handleRequests();
        onSuccess();
        if (isGoingOn) return;
        const busy = messages.length >= (busyFromPerSecond / 1_000) * gatheredMs;
        const intervalMs = batchIntervalMs * (busy ? 4 : 1);
        const restMs = intervalMs - (performance.now() - takenAt);
        if (restMs > 1) await pause(restMs);
      }
    } finally {
      signal.removeEventListener('abort', stop);
    }
  }

  /** Whether a build has come that this session does not apply; those that went are let go. */
  async #hasMoreBuilds(): Promise<boolean> {
    const change = await this.#builds.look();
    if (change === null) return false;
    this.#running = this.#running.filter(change.isLive);
    this.#stopped = this.#stopped.filter(change.isLive);
    return change.hasMore;
  }

  /** Whether one that stood still may go on, from where it stood. */
  async #handleRequests(): Promise<boolean> {
    const { reread } = this.#options;
    if (reread === undefined || performance.now() < this.#requestsDueAt) return false;
    const parts = { client: this.#client, lease: this.#lease, reread };
    const running = this.#running.length;
    const builds = await handleDeadLetterRequests(parts, [...this.#running, ...this.#stopped]);
    this.#running = builds.slice(0, running);
    this.#requestsDueAt = performance.now() + requestPollMs;
    return this.#stopped.some((each, index) => each !== builds[running + index]);
  }

  async #apply(batch: Batch): Promise<void> {
    const { end, items } = batch;
    try {
      if (end === null || !(await this.#transact({ ...batch, end }))) {
        await renewLease(this.#client, this.#lease);
        return;
      }
    } catch (error) {
      if (!(error instanceof WriteRefused) || end === null) throw error;
      await this.#client.query('rollback');
      await this.#stepAround(error, { ...batch, end });
      return this.#apply(batch);
    }
    this.#options.report({ kind: 'applied', events: items.length, position: end });
  }

  /** Whether any projection had a step to make. */
  async #transact(batch: Batch & { readonly end: bigint }): Promise<boolean> {
    const steps: Step[] = [];
    for (const each of this.#running) {
      const step = await foldStep(this.#client, each, batch);
      if (step !== null) steps.push(step);
    }
    if (steps.length === 0) return false;
    const advances = steps.map((step) => step.advance);
    // Not waited for on disk: rows and checkpoint are lost together, and then read from the log again.
    // By itself: were it cancelled, what was sent behind it would be no transaction.
    await this.#client.query('begin; set local synchronous_commit = off');
    await allDone([
      ...steps.flatMap((step) => writeChanges(this.#client, step)),
      advance(this.#client, this.#lease, advances, batch),
    ]);
    await this.#client.query('commit');
    this.#take(steps);
    return true;
  }

  /** Leaves the events out whose rows are refused; stops the projection if it is no event's fault. */
  async #stepAround(refused: WriteRefused, batch: Batch & { readonly end: bigint }): Promise<void> {
    if (!refused.isOfData) return this.#refuse(refused);
    try {
      this.#take([await stepByHalves(this.#client, this.#lease, refused.of, batch)]);
    } catch (error) {
      if (!(error instanceof WriteRefused)) throw error;
      await this.#client.query('rollback');
      await this.#refuse(error);
    }
  }

  async #refuse({ of, cause }: WriteRefused): Promise<void> {
    const stopped = { of, from: of.progress, to: of.progress, failure: reasonOf(cause) };
    await advance(this.#client, this.#lease, [stopped]);
    this.#moveTo([stopped]);
  }

  /** What was committed is how things are now. */
  #take(steps: readonly Step[]): void {
    for (const { of, letters, waiting } of steps) {
      waiting.join();
      const poison = letters.find((letter) => letter.reason !== null);
      if (poison === undefined) continue;
      const reason = sayWhy(poison.item, poison.reason);
      this.#options.report({ kind: 'parked', name: of.name, events: letters.length, reason });
    }
    this.#moveTo(steps.map((step) => step.advance));
  }

  #moveTo(advances: readonly Advance[]): void {
    for (const { of, failure } of advances) {
      if (failure === null) continue;
      this.#options.report({ kind: 'projection_stopped', name: of.name, reason: failure });
    }
    const stopped: RunningProjection[] = [];
    this.#running = this.#running.flatMap((each) => {
      const step = advances.find(({ of }) => of === each);
      if (step === undefined) return [each];
      const moved = { ...each, progress: step.to };
      if (step.failure === null) return [moved];
      stopped.push(moved);
      return [];
    });
    this.#stopped = [...this.#stopped, ...stopped];
  }
}
