import { type PoolClient } from 'pg';
import { type Database } from '../../database.js';
import { type RunningProjection, toBatch } from '../apply-batch.js';
import { type BuildKey } from '../checkpoints.js';
import { IntakeBuffer } from '../intake-buffer.js';
import { Fenced, type Lease } from '../lease.js';
import { type ProjectionMessage } from '../messages.js';
import { BuildFiller, type Stretch } from './build-filler.js';
import { isBeingFilled, markBuilding, markLive } from './build-states.js';

/**
 * The log after a position (`null`: from the beginning), then live, in order. Events of types that
 * are not wanted need not be decoded, and may come as passed over.
 */
export type FilledFrom = (
  after: bigint | null,
  signal: AbortSignal,
  isWanted: (type: string) => boolean,
) => AsyncIterable<ProjectionMessage>;

/** What a group of builds is filled from, and with. */
export interface FillOptions {
  /** Connected as the worker; one connection per build is held. */
  readonly database: Database;
  readonly lease: Lease;
  readonly log: FilledFrom;
  /** Where the log ends. */
  readonly head: () => Promise<bigint | null>;
  /** Makes what a table lacks that is quicker made when it is full; asked for of two at a time. */
  readonly complete: (build: RunningProjection) => Promise<void>;
  readonly signal: AbortSignal;
  /** Events in one transaction at most. */
  readonly batchSizeMax: number;
  readonly report: (notice: FillNotice) => void;
}

/** What becomes of a build that is filled. */
export type FillNotice =
  | { readonly kind: 'filling'; readonly of: BuildKey; readonly after: bigint | null }
  | { readonly kind: 'filled'; readonly of: BuildKey }
  | { readonly kind: 'given_up'; readonly of: BuildKey; readonly reason: string };

/** A batch smaller than this, once the end of the log was seen, tells that it is near. */
const nearHeadEvents = 200;
/** How long a batch that has begun waits for more, so that transactions are few and large. */
const gatherMs = 20;
/**
 * How long a batch may become larger while the end of the log is far. A transaction has a price for
 * each build, whether it has rows for it or not.
 */
const gatherFarMs = 1_000;
/** How often operators are listened to while nothing comes from the log. */
const lookEveryMs = 500;
/**
 * How many tables are completed at once. Nothing is folded meanwhile, so two processes of the
 * server have a processor each.
 */
const completedAtOnceMax = 2;

const isEnd = ({ kind }: ProjectionMessage) => kind === 'caught_up';

/**
 * Fills a group of builds from one read of the log, beginning where the one furthest behind stands.
 * Resolves when each is handed over to the live engine, given up, or taken away by an operator.
 */
export async function fillBuilds(
  builds: readonly RunningProjection[],
  options: FillOptions,
): Promise<void> {
  const { database } = options;
  const clients: PoolClient[] = [];
  const closing = new AbortController();
  try {
    for (const [] of builds.entries()) clients.push(await database.pool.connect());
    const signal = AbortSignal.any([options.signal, closing.signal]);
    await new Fill(builds, clients, { ...options, signal }).run();
  } finally {
    closing.abort();
    // Not back into the pool: a transaction may be open.
    for (const client of clients) client.release(true);
  }
}

class Fill {
  readonly #options: FillOptions;
  readonly #builds: readonly RunningProjection[];
  readonly #clients: readonly PoolClient[];
  #fillers: BuildFiller[] = [];

  constructor(
    builds: readonly RunningProjection[],
    clients: readonly PoolClient[],
    options: FillOptions,
  ) {
    this.#builds = builds;
    this.#clients = clients;
    this.#options = options;
  }

  async run(): Promise<void> {
    await this.#begin();
    if (this.#fillers.length === 0) return;
    const { log, signal, batchSizeMax } = this.#options;
    const messages = log(this.#lowest(), signal, concerning(this.#fillers));
    const intake = new IntakeBuffer(messages, batchSizeMax, gatherMs);
    const wake = () => {
      intake.wake();
    };
    signal.addEventListener('abort', wake);
    try {
      await this.#follow(intake);
    } finally {
      signal.removeEventListener('abort', wake);
      intake.close();
    }
  }

  async #begin(): Promise<void> {
    const head = await this.#options.head();
    for (const [index, build] of this.#builds.entries()) {
      const client = this.#clients[index] as PoolClient;
      if (!(await markBuilding(client, build, head))) continue;
      this.#fillers.push(new BuildFiller(client, this.#options.lease, build));
      this.#options.report({ kind: 'filling', of: build, after: build.progress.position });
    }
  }

  /** Where the one furthest behind stands. */
  #lowest(): bigint | null {
    const positions = this.#fillers.map(({ position }) => position);
    return positions.reduce((a, b) => (a === null || b === null ? null : a < b ? a : b));
  }

  async #follow(intake: IntakeBuffer<ProjectionMessage>): Promise<void> {
    let progress: 'far' | 'caught_up' | 'complete' = 'far';
    while (!this.#options.signal.aborted && this.#fillers.length > 0) {
      if (progress === 'far') await intake.gather(gatherFarMs, isEnd);
      const messages = await intake.take(lookEveryMs);
      const { end, ...batch } = toBatch(messages);
      const seen = batch.items.length + batch.passedOver;
      if (end !== null) await this.#apply({ ...batch, end, seen });
      else if (messages.length === 0) await this.#dropTaken();
      if (messages.some(isEnd)) {
        progress = progress === 'far' ? 'caught_up' : progress;
      }
      if (progress === 'caught_up') {
        await this.#complete();
        progress = 'complete';
      } else if (progress === 'complete' && messages.length < nearHeadEvents) {
        return this.#handOver();
      }
    }
  }

  async #apply(stretch: Stretch): Promise<void> {
    await this.#each((filler) => filler.apply(stretch));
  }

  /** What a table lacks is made while nothing is written to it. */
  async #complete(): Promise<void> {
    await this.#each((filler) => filler.flush());
    const left = this.#fillers.map(({ build }) => build);
    const lane = async () => {
      for (let next = left.shift(); next !== undefined; next = left.shift()) {
        await this.#options.complete(next);
      }
    };
    // All of them end before anybody begins anew: what is under way goes on after a failure.
    const outcomes = await Promise.allSettled(Array.from({ length: completedAtOnceMax }, lane));
    const failed = outcomes.find((outcome) => outcome.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
  }

  async #handOver(): Promise<void> {
    await this.#each((filler) => filler.flush());
    for (const { client, build, position } of this.#fillers) {
      if (!(await markLive(client, build, position))) continue;
      this.#options.report({ kind: 'filled', of: build });
    }
  }

  /** All at once; whichever is given up, or taken away by an operator, leaves the group. */
  async #each(work: (filler: BuildFiller) => Promise<void>): Promise<void> {
    const outcomes = await Promise.allSettled(this.#fillers.map(work));
    const left: BuildFiller[] = [];
    for (const [index, filler] of this.#fillers.entries()) {
      const outcome = outcomes[index] as PromiseSettledResult<void>;
      if (outcome.status === 'rejected') {
        if (!(outcome.reason instanceof Fenced)) throw outcome.reason;
        await filler.client.query('rollback');
        if (await isBeingFilled(filler.client, filler.build)) throw outcome.reason;
      } else if (filler.failure !== null) {
        const { build: of, failure: reason } = filler;
        this.#options.report({ kind: 'given_up', of, reason });
      } else left.push(filler);
    }
    this.#fillers = left;
  }

  async #dropTaken(): Promise<void> {
    await this.#each(async (filler) => {
      await filler.flush();
      if (!(await isBeingFilled(filler.client, filler.build))) throw new Fenced();
    });
  }
}

/** Whether any of the builds has a handler for events of a type. */
function concerning(fillers: readonly BuildFiller[]): (type: string) => boolean {
  const types = new Set(fillers.flatMap(({ build }) => Object.keys(build.projection.on)));
  return (type) => types.has(type);
}
