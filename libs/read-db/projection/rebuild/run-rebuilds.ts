import { setTimeout as pause } from 'node:timers/promises';
import { type PoolClient } from 'pg';
import { type Database } from '../../database.js';
import { type RunningProjection } from '../apply-batch.js';
import { acquireLease, type Lease, leaseOwner, releaseLease } from '../lease.js';
import { loadBuilds } from '../load-builds.js';
import { type Projection } from '../projection.js';
import { type AuditedLog } from '../proof/audited-log.js';
import { completionOf } from '../read-model-tables.js';
import { fillBuilds, type FilledFrom, type FillNotice } from './fill-builds.js';
import { HeldLease } from './held-lease.js';
import { settleBuild, type Settlement } from './settle-build.js';
import { rebuildLease, type UnfinishedBuild, unfinishedBuilds } from './unfinished-builds.js';

/** What the rebuilder has to say, for logs. Nothing of it is personal. */
export type RebuildNotice =
  | FillNotice
  | Settlement
  | { readonly kind: 'standing_by' }
  /** Nothing is lost: everything goes on from where the builds stand. */
  | { readonly kind: 'interrupted'; readonly error: unknown; readonly retryInMs: number };

/** What the rebuilder works on, and with. */
export interface RunRebuildsOptions {
  /**
   * Connected as the worker, with time for statements of minutes. A connection per build is held,
   * and two more.
   */
  readonly database: Database;
  /** Connected as the owner of the read models, with no limit to what a statement may take. */
  readonly owner: Database;
  readonly projections: readonly Projection[];
  /** The decoded log. */
  readonly log: FilledFrom;
  /** All there is in the log, undecoded, to count it again. */
  readonly audited: AuditedLog;
  /** Where the log ends. */
  readonly head: () => Promise<bigint | null>;
  readonly signal: AbortSignal;
  readonly report?: (notice: RebuildNotice) => void;
  /** Events in one transaction at most; 5,000 unless told. */
  readonly batchSizeMax?: number;
}

const retryMaxMs = 5_000;

/**
 * Fills the builds that were asked for and brings each into service; resolves when none is left, or
 * at the signal. Made for a process of its own with a low priority, which may be killed at any
 * moment: rows and position move together, and whoever comes next goes on from there.
 *
 * Builds asked for together are filled from one read of the log; those asked for meanwhile come
 * next. The live engine and the queries go on as ever. Of several processes one works.
 */
export async function runRebuilds(options: RunRebuildsOptions): Promise<void> {
  const { signal, report = () => undefined } = options;
  const owner = leaseOwner();
  let failures = 0;
  while (!signal.aborted) {
    try {
      await runSession({ ...options, report }, owner, () => (failures = 0));
      return;
    } catch (error) {
      const retryInMs = Math.min(100 * 2 ** failures, retryMaxMs);
      failures += 1;
      report({ kind: 'interrupted', error, retryInMs });
      await pause(retryInMs, undefined, { signal }).catch(() => undefined);
    }
  }
}

type SessionOptions = RunRebuildsOptions & { readonly report: (notice: RebuildNotice) => void };

/** One lease, until everything is done or the lease is lost. */
async function runSession(options: SessionOptions, owner: string, onSuccess: () => void) {
  const { database, signal, report } = options;
  const keeper = await database.pool.connect();
  try {
    const lease = await acquireLease(keeper, rebuildLease, owner, signal, () => {
      report({ kind: 'standing_by' });
    });
    if (lease === null) return;
    const held = new HeldLease(keeper, lease);
    try {
      await work({ ...options, signal: AbortSignal.any([signal, held.lost]) }, lease, onSuccess);
    } finally {
      await held.letGo();
    }
    if (held.lost.aborted) throw held.lost.reason;
    await releaseLease(keeper, lease);
  } finally {
    // Not back into the pool: the session's lock ends with it.
    keeper.release(true);
  }
}

async function work(options: SessionOptions, lease: Lease, onSuccess: () => void): Promise<void> {
  const { database, projections, signal, report } = options;
  const client = await database.pool.connect();
  try {
    while (!signal.aborted) {
      const todo = await unfinishedBuilds(client, projections);
      const [first] = todo;
      if (first === undefined) return;
      const fill = await running(client, options, todo, 'fill');
      if (fill.length > 0) await fillBuilds(fill, fillOptions(options, lease));
      else
        for (const build of await running(client, options, todo, 'settle')) {
          report(await settleBuild(build, { ...options, client }));
        }
      onSuccess();
    }
  } finally {
    // A transaction may be open.
    client.release(true);
  }
}

async function running(
  client: PoolClient,
  { projections }: SessionOptions,
  todo: readonly UnfinishedBuild[],
  next: UnfinishedBuild['next'],
): Promise<RunningProjection[]> {
  const states = next === 'fill' ? (['requested', 'building'] as const) : (['live'] as const);
  const builds = await loadBuilds(client, projections, states);
  return builds.filter(({ name, build }) =>
    todo.some((each) => each.name === name && each.build === build && each.next === next),
  );
}

function fillOptions(options: SessionOptions, lease: Lease) {
  const { owner, batchSizeMax = 5_000 } = options;
  const complete = async ({ projection, tableName }: RunningProjection) => {
    await owner.pool.query(completionOf(projection, tableName));
  };
  return { ...options, lease, batchSizeMax, complete };
}
