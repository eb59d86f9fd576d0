import { type PoolClient } from 'pg';
import { DomainError } from '#libs/kernel';
import { type Database } from '../../database.js';
import { type LogItem, type ProjectionMessage } from '../messages.js';
import { type Projection } from '../projection.js';
import { readUpTo } from './audited-log.js';
import { compareTables, isEqual, type TableComparison } from './compare-tables.js';
import { Recomputation } from './recomputation.js';
import {
  readLeftOut,
  readServingBuilds,
  type ServingBuild,
  servingBuildOf,
} from './serving-builds.js';
import { equals, type Tally } from './tally.js';

/** What is to be verified, and against which log. */
export interface VerifyOptions {
  /** Connected as the worker, with no limit to what a statement may take. */
  readonly database: Database;
  readonly projections: readonly Projection[];
  /** The decoded log after a position (`null`: from the beginning), in order. */
  readonly log: (after: bigint | null, signal: AbortSignal) => AsyncIterable<ProjectionMessage>;
  readonly signal: AbortSignal;
  /** Told of events applied so far, of as many as the read models say they applied. */
  readonly onProgress?: (done: number, total: number) => void;
  /** Rows shown of each read model; 20 unless told. */
  readonly differencesMax?: number;
}

/** What came of verifying one read model. */
export type Verification = {
  readonly name: string;
  readonly build: number;
  readonly version: number;
} & (VerifiedReadModel | { readonly outcome: 'failed'; readonly reason: string });

/** A read model beside what the log leads to. */
export interface VerifiedReadModel {
  readonly outcome: 'equal' | 'differs';
  /** Up to where in the log; null if nothing was applied yet. */
  readonly position: bigint | null;
  readonly rows: TableComparison;
  /** What the checkpoint says was applied. */
  readonly applied: Tally;
  /** What should have been. */
  readonly recomputed: Tally;
}

const batchSizeMax = 2_000;
/** Once so few are left, their application is quick enough to hold a snapshot meanwhile. */
const nearEvents = 2_000;
const roundsMax = 20;
const attemptsMax = 3;

/**
 * Recomputes read models from the log, each into a table that ends with the connection, and
 * compares them row by row with those that are served.
 *
 * The live engine goes on meanwhile. First the recomputed tables follow the log until they are
 * close to the live ones; then, in one repeatable-read snapshot of rows and checkpoints, they are
 * brought to exactly the same position. So the snapshot is short, and what moves is not taken for a
 * difference. Dead letters are left out, as the live tables are without them.
 *
 * Rejects with `read_model_moved` if operators keep retrying dead letters, or builds are switched,
 * while it runs.
 */
export async function verifyReadModels(options: VerifyOptions): Promise<Verification[]> {
  const client = await options.database.pool.connect();
  try {
    await client.query(sessionSettings);
    for (let attempt = 0; attempt < attemptsMax; attempt += 1) {
      const verified = await new VerifyAttempt(client, options).run();
      if (verified !== null) return verified;
    }
    throw moved();
  } finally {
    // The scratch tables are temporary: they end with the session, however that ends.
    client.release(true);
  }
}

const planSettings = ['enable_seqscan', 'enable_hashjoin', 'enable_mergejoin'];

/**
 * A waiting log must not cost the snapshot, and the scratch tables should stay in memory. Their
 * rows are found by key, though the plan is made while they are empty.
 */
const sessionSettings = [
  "set temp_buffers = '64MB'",
  "set work_mem = '32MB'",
  'set idle_in_transaction_session_timeout = 60000',
  ...planSettings.map((each) => `set ${each} = off`),
].join(';');

/** Whole tables are compared. */
const comparisonSettings = planSettings.map((each) => `set local ${each} = on`).join(';');

class VerifyAttempt {
  readonly #client: PoolClient;
  readonly #options: VerifyOptions;
  #models: Recomputation[] = [];
  #total = 0n;

  constructor(client: PoolClient, options: VerifyOptions) {
    this.#client = client;
    this.#options = options;
  }

  /** `null`: what had been left out was applied meanwhile, so that it all begins again. */
  async run(): Promise<Verification[] | null> {
    const builds = await this.#serving();
    this.#total = builds.reduce((sum, { applied }) => sum + applied.count, 0n);
    this.#models = await Promise.all(
      this.#options.projections.map((projection) =>
        Recomputation.create(this.#client, projection, servingBuildOf(builds, projection)),
      ),
    );
    await this.#approach(builds);
    await this.#client.query('begin isolation level repeatable read');
    try {
      return await this.#compare();
    } finally {
      await this.#client.query('rollback').catch(() => undefined);
    }
  }

  async #approach(first: readonly ServingBuild[]): Promise<void> {
    let builds = first;
    for (let round = 0; round < roundsMax; round += 1) {
      if ((await this.#foldUpTo(builds)) < nearEvents) return;
      builds = await this.#serving();
    }
  }

  async #compare(): Promise<Verification[] | null> {
    const builds = await this.#serving();
    await this.#foldUpTo(builds);
    const leftOut = await readLeftOut(this.#client, this.#options.projections);
    if (this.#models.some((each) => !each.leftOutJust(leftOut))) return null;
    await this.#client.query(comparisonSettings);
    const verified: Verification[] = [];
    for (const model of this.#models) {
      verified.push(await this.#verdict(model, servingBuildOf(builds, model.projection)));
    }
    return verified;
  }

  async #verdict(model: Recomputation, served: ServingBuild): Promise<Verification> {
    const { name, build, version, position, applied, tableName } = served;
    const what = { name, build, version };
    if (model.failure !== null) return { ...what, outcome: 'failed', reason: model.failure };
    await this.#client.query(`analyze ${model.scratch}`);
    const pair = { live: tableName, recomputed: model.scratch };
    const { table } = model.projection;
    const max = this.#options.differencesMax ?? 20;
    const rows = await compareTables(this.#client, table, pair, max);
    const recomputed = model.tally;
    const outcome = isEqual(rows) && equals(applied, recomputed) ? 'equal' : 'differs';
    return { ...what, outcome, position, rows, applied, recomputed };
  }

  /**
   * Folds what lies between the recomputed tables and these builds; resolves to how much it was.
   */
  async #foldUpTo(builds: readonly ServingBuild[]): Promise<number> {
    const leftOut = await readLeftOut(this.#client, this.#options.projections);
    for (const model of this.#models) {
      model.aimFor(servingBuildOf(builds, model.projection), leftOut.get(model.projection.name));
    }
    const { log, signal } = this.#options;
    const [after, upTo] = rangeOf(this.#models);
    if (upTo === null) return 0;
    let events = 0;
    let batch: LogItem[] = [];
    for await (const message of readUpTo(log, after, upTo, signal)) {
      const item = itemOf(message);
      if (item !== null) batch.push(item);
      if (batch.length < batchSizeMax) continue;
      events += batch.length;
      await this.#fold(batch);
      batch = [];
    }
    await this.#fold(batch);
    for (const model of this.#models) model.arrived();
    return events + batch.length;
  }

  async #fold(batch: readonly LogItem[]): Promise<void> {
    this.#options.signal.throwIfAborted();
    for (const model of this.#models) await model.apply(batch);
    const done = this.#models.reduce((sum, { tally }) => sum + tally.count, 0n);
    const total = done > this.#total ? done : this.#total;
    this.#options.onProgress?.(Number(done), Number(total));
  }

  #serving(): Promise<ServingBuild[]> {
    return readServingBuilds(this.#client, this.#options.projections);
  }
}

function itemOf(message: ProjectionMessage): LogItem | null {
  if (message.kind === 'event') return message.event;
  return message.kind === 'undecodable' ? message : null;
}

/** From where and up to where the log is to be read, for all of them. */
function rangeOf(models: readonly Recomputation[]): [bigint | null, bigint | null] {
  const behind = models.filter((each) => each.isBehind);
  let [after, upTo]: [bigint | null, bigint | null] = [behind[0]?.position ?? null, null];
  for (const { position, target } of behind) {
    if (position === null || (after !== null && position < after)) after = position;
    if (target !== null && (upTo === null || target > upTo)) upTo = target;
  }
  return [after, upTo];
}

function moved(): DomainError {
  return new DomainError(
    'conflict',
    'read_model_moved',
    'Dead letters were applied again and again while the read models were verified. Run it once more.',
  );
}
