import { type EventStore, pause } from '#libs/event-store';
import { type Clock, systemClock } from '#libs/kernel';
import {
  acquireLease,
  type Database,
  releaseLease,
  renewEveryMs,
  toDatabaseFailure,
} from '#libs/read-db';
import { randomUUID } from 'node:crypto';
import { type Reactor } from './reactor.js';
import { ReactorLedger } from './reactor-ledger.js';
import { type ReactorLimits, reactorLimits } from './reactor-limits.js';
import { type ReactorNotice } from './reactor-notice.js';
import { ReactorRun } from './run-reactor.js';

/** What the host of reactors has to say, for logs and metrics. Nothing of it is personal. */
export type ReactorsNotice =
  | ReactorNotice
  | { readonly kind: 'standing_by' }
  /** Nothing is lost: everything begins again at the checkpoints. */
  | { readonly kind: 'interrupted'; readonly error: unknown; readonly retryInMs: number };

/** Which reactors run, on what, and within which limits. */
export interface RunReactorsOptions {
  readonly store: EventStore;
  /** Connected as the worker. One of its connections is held all the time. */
  readonly database: Database;
  readonly reactors: readonly Reactor[];
  /** What else may run only once in the whole system: begun with each lease, ended with it. */
  readonly alongside?: readonly ((ended: AbortSignal) => Promise<void>)[];
  readonly signal: AbortSignal;
  readonly report?: (notice: ReactorsNotice) => void;
  readonly limits?: Partial<ReactorLimits>;
  /** Tells when events are due; the machine's clock if left out. */
  readonly clock?: Clock;
}

/** The name of the one lease of all reactors. */
export const reactorsLease = 'reactors';
const retryMsMax = 1_000;

/**
 * Runs every reactor until the signal; resolves then, with what was under way finished. Of several
 * processes one works and the others stand by, and take over within 15 s of its death.
 *
 * Each reactor follows the log by itself, from its own checkpoint, so that none waits for another.
 */
export async function runReactors(options: RunReactorsOptions): Promise<void> {
  const { signal, report = () => undefined } = options;
  const owner = randomUUID();
  let failures = 0;
  while (!signal.aborted) {
    try {
      await runSession({ ...options, report }, owner, () => (failures = 0));
    } catch (thrown) {
      const retryInMs = Math.min(50 * 2 ** failures, retryMsMax);
      failures += 1;
      report({ kind: 'interrupted', error: toDatabaseFailure(thrown), retryInMs });
      await pause(retryInMs, signal);
    }
  }
}

type SessionOptions = RunReactorsOptions & { readonly report: (notice: ReactorsNotice) => void };

/** One connection, one lease. Ends when either does, and with it every reactor's run. */
async function runSession(options: SessionOptions, owner: string, onSuccess: () => void) {
  const { database, signal, report, reactors, alongside = [] } = options;
  const client = await database.pool.connect();
  const closing = new AbortController();
  try {
    const lease = await acquireLease(client, reactorsLease, owner, signal, () => {
      report({ kind: 'standing_by' });
    });
    if (lease === null) return;
    const ledger = new ReactorLedger(client, lease);
    const ended = AbortSignal.any([signal, closing.signal]);
    const runs = reactors.map((reactor) => runOf(options, reactor, ledger, ended).run());
    runs.push(...alongside.map((work) => work(ended)), keepRenewing(ledger, ended, onSuccess));
    try {
      await Promise.all(runs);
    } finally {
      closing.abort();
      await Promise.allSettled(runs);
    }
    await releaseLease(client, lease);
  } finally {
    // Not back into the pool: the session's lock ends with it.
    client.release(true);
  }
}

function runOf(
  options: SessionOptions,
  reactor: Reactor,
  ledger: ReactorLedger,
  ended: AbortSignal,
) {
  const { store, report, limits, clock = systemClock } = options;
  return new ReactorRun({
    ...{ reactor, store, ledger, clock, report },
    limits: { ...reactorLimits, ...limits },
    signal: ended,
  });
}

async function keepRenewing(ledger: ReactorLedger, ended: AbortSignal, onSuccess: () => void) {
  for (;;) {
    await pause(renewEveryMs, ended);
    if (ended.aborted) return;
    await ledger.renew();
    onSuccess();
  }
}
