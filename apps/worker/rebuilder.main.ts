import { connectEventStore, type EventStore } from '#libs/event-store';
import { processLogger } from '#libs/logging';
import { niceness } from '#libs/priority';
import { connectDatabase, type RebuildNotice, runRebuilds } from '#libs/read-db';
import { processSettings } from '#libs/settings';
import { type Logger } from 'pino';
import { auditedLog } from './audited-log.js';
import { liveProjections } from './live-projections.js';
import { projectionLog } from './projection-log.js';

/** A statement over a table of millions of rows: an index, a comparison. */
const statementTimeoutMs = 30 * 60_000;

/** How long it may take to stop where nobody is left to wait for it. */
const ORPHANED_MS = 5_000;

/** Fills the builds that are asked for, then ends. May be killed at any moment. */
async function main(): Promise<void> {
  const { eventStoreUrl, databaseUrl, logLevel } = processSettings();
  if (eventStoreUrl === null || databaseUrl === null) throw new Error('Its worker starts it.');
  const logger = processLogger('rebuilder', logLevel);
  const url = databaseUrl.reveal();
  const applicationName = 'leadledger-rebuilder';
  const store = connectEventStore(eventStoreUrl.reveal());
  // One per build, and three.
  const max = liveProjections.length + 3;
  const { rebuilds } = niceness;
  const common = { url, applicationName, niceness: rebuilds };
  const worker = { ...common, role: 'worker', max, statementTimeoutMs } as const;
  await runRebuilds({
    database: connectDatabase(worker),
    owner: connectDatabase({ ...common, role: 'owner', max: 2 }),
    projections: liveProjections,
    log: (after, signal, isWanted) => logOf(store, logger, { after, signal, isWanted }),
    audited: auditedLog(store),
    head: () => store.headPosition(),
    signal: stopSignal(),
    report: (notice) => {
      report(logger, notice);
    },
  });
  process.exit(0);
}

/** Which part of the log is wanted. */
interface Wanted {
  readonly after: bigint | null;
  readonly signal: AbortSignal;
  readonly isWanted: (type: string) => boolean;
}

function logOf(store: EventStore, logger: Logger, { after, signal, isWanted }: Wanted) {
  return projectionLog({
    ...{ store, after, signal },
    isWanted: ({ type }) => isWanted(type),
    onDisconnected: (error) => {
      logger.warn({ err: error }, 'the event store is out of reach; trying again');
    },
    // The worker says so.
    onUnknown: () => undefined,
  });
}

/** Aborts when the process is asked to end, or nobody is left to ask. */
function stopSignal(): AbortSignal {
  const stop = new AbortController();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => {
      stop.abort();
    });
  }
  process.once('disconnect', () => {
    stop.abort();
    // A statement may take minutes, and whoever comes next waits for the lease.
    setTimeout(() => process.kill(process.pid, 'SIGKILL'), ORPHANED_MS).unref();
  });
  // Its worker may have ended before this process listened.
  if (!process.connected) stop.abort();
  return stop.signal;
}

function report(logger: Logger, notice: RebuildNotice): void {
  const [level, text] = sayings[notice.kind];
  logger[level](factsOf(notice), text);
}

const sayings = {
  standing_by: ['info', 'another process rebuilds read models; standing by'],
  filling: ['info', 'a build is being filled'],
  filled: ['info', 'a build is filled; it is verified next'],
  served: ['info', 'queries read a new build'],
  given_up: ['error', 'a build was given up'],
  waiting: ['info', 'a build waits for a worker that applies it'],
  gone: ['info', 'a build was taken away by an operator, or stands still'],
  interrupted: ['warn', 'rebuilds are interrupted; trying again'],
} as const satisfies Record<RebuildNotice['kind'], readonly ['info' | 'warn' | 'error', string]>;

/** As a line of the log holds them. */
function factsOf(notice: RebuildNotice): object {
  if (notice.kind === 'standing_by') return {};
  if (notice.kind === 'interrupted') return { err: notice.error, retryInMs: notice.retryInMs };
  const { name: projection, build } = notice.of;
  const after = 'after' in notice ? { after: String(notice.after) } : {};
  const reason = 'reason' in notice ? { reason: notice.reason } : {};
  const finding = 'finding' in notice ? { finding: notice.finding } : {};
  return { projection, build, ...after, ...reason, ...finding };
}

main().catch((error: unknown) => {
  process.stderr.write(`The rebuilder stops: ${String(error)}\n`);
  process.exit(1);
});
