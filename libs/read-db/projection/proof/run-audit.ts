import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { type Database } from '../../database.js';
import { acquireLease, releaseLease } from '../lease.js';
import { type Projection } from '../projection.js';
import { ContinuousAudit } from './continuous-audit.js';
import { type AuditedLog } from './audited-log.js';

/** What the auditor has to say, for logs. Nothing of it is personal. */
export type AuditNotice =
  | { readonly kind: 'standing_by' }
  | { readonly kind: 'started' }
  /** Alarm, once for each finding: a read model did not apply what is in the log. */
  | {
      readonly kind: 'differs';
      readonly name: string;
      readonly build: number;
      readonly message: string;
    }
  | { readonly kind: 'interrupted'; readonly error: unknown; readonly retryInMs: number };

/** What is audited, and at which pace. */
export interface RunAuditOptions {
  /** Connected as the worker. One of its connections is held all the time. */
  readonly database: Database;
  readonly projections: readonly Projection[];
  readonly log: AuditedLog;
  /** Where the log ends. The audit rests while live application is more than 6 s behind that. */
  readonly head: () => Promise<bigint | null>;
  readonly signal: AbortSignal;
  readonly report?: (notice: AuditNotice) => void;
  /** 2,000 unless told. */
  readonly eventsPerSecondMax?: number;
  /** How often read models are looked at, and so how far apart faults can be told; 2 s unless told. */
  readonly sampleEveryMs?: number;
}

const leaseName = 'audit';
const retryMaxMs = 30_000;

/**
 * Counts the log behind the live engine, for ever: which events each serving build must have applied
 * up to the positions at which it was seen, and compares with what it says. Resolves on the signal.
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
