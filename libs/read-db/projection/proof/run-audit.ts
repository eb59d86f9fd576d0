import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { acquireLease, releaseLease } from '../lease.js';
import { ContinuousAudit, type RunAuditOptions } from './continuous-audit.js';

const leaseName = 'audit';
const retryMaxMs = 30_000;

/**
 * Counts the log behind the live engine, for ever: which events each serving build must have
 * applied up to the positions at which it was seen, and compares with what it says. Resolves on the
 * signal.
 *
 * One process does so, the others stand by. What it has counted is kept, so that it goes on after a
 * restart where it was; a build that is new begins at the beginning of the log.
 */
export async function runAudit(options: RunAuditOptions): Promise<void> {
  const { signal, report = () => undefined } = options;
  const owner = randomUUID();
  const isOver = () => signal.aborted;
  let failures = 0;
  while (!isOver()) {
    try {
      await runSession({ ...options, report }, owner, () => (failures = 0));
    } catch (error) {
      if (isOver()) return;
      const retryInMs = Math.min(500 * 2 ** failures, retryMaxMs);
      failures += 1;
      report({ kind: 'interrupted', error, retryInMs });
      await pause(retryInMs, undefined, { signal }).catch(() => undefined);
    }
  }
}

async function runSession(
  options: RunAuditOptions & Required<Pick<RunAuditOptions, 'report'>>,
  owner: string,
  onSuccess: () => void,
): Promise<void> {
  const { database, signal, report } = options;
  const client = await database.pool.connect();
  try {
    const lease = await acquireLease(client, leaseName, owner, signal, () => {
      report({ kind: 'standing_by' });
    });
    if (lease === null) return;
    report({ kind: 'started' });
    const audit = new ContinuousAudit(client, lease, options, onSuccess);
    try {
      await audit.run();
    } finally {
      if (signal.aborted) await releaseLease(client, lease);
    }
  } finally {
    // Not back into the pool: the lease's lock ends with the session.
    client.release(true);
  }
}
