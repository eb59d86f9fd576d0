import { setTimeout as pause } from 'node:timers/promises';
import {
  batchSizeMaxOf,
  type RunProjectionsOptions,
  type SessionOptions,
} from './engine-options.js';
import { IntakeBuffer } from './intake-buffer.js';
import { acquireLease, leaseOwner, releaseLease } from './lease.js';
import { LiveBuilds } from './live-builds.js';
import { LiveEngine } from './live-engine.js';

const leaseName = 'live';
const retryMaxMs = 1_000;
/**
 * Lets the events of one append arrive together, so that a row does not show half of a decision.
 */
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
    const intake = new IntakeBuffer(log, batchSizeMaxOf(options), lingerMs);
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
