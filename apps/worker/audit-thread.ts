import { readlinkSync } from 'node:fs';
import { constants, setPriority } from 'node:os';
import { basename } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { connectEventStore } from '#libs/event-store';
import { type AuditNotice, connectDatabase, runAudit } from '#libs/read-db';
import { auditedLog } from './audited-log.js';
import { type AuditThreadData, type AuditThreadNotice } from './audit-host.js';

/** Audits until it is told to stop, on connections of its own. */
async function main({
  eventStoreUrl,
  databaseUrl,
  projections,
  pace,
}: AuditThreadData): Promise<void> {
  giveWay();
  const stop = new AbortController();
  parentPort?.once('message', () => {
    stop.abort();
  });
  const store = connectEventStore(eventStoreUrl);
  const database = connectDatabase({
    ...{ url: databaseUrl, role: 'worker', max: 1 },
    applicationName: 'leadledger-audit',
  });
  await runAudit({
    ...{ database, projections, signal: stop.signal, report, ...pace },
    log: auditedLog(store),
    head: () => store.headPosition(),
  });
  await Promise.allSettled([store.close(), database.close()]);
}

/** An error does not cross threads as what it is. */
function report(notice: AuditNotice): void {
  const told: AuditThreadNotice =
    notice.kind === 'interrupted'
      ? {
          ...notice,
          error: String(notice.error instanceof Error ? notice.error.message : notice.error),
        }
      : notice;
  parentPort?.postMessage(told);
}

/** Everything else goes first. Linux knows threads by ids as it does processes; others do not. */
function giveWay(): void {
  if (process.platform !== 'linux') return;
  try {
    setPriority(
      Number(basename(readlinkSync('/proc/thread-self'))),
      constants.priority.PRIORITY_LOW,
    );
  } catch {
    // Where that is forbidden, the pace alone must do.
  }
}

await main(workerData as AuditThreadData);
parentPort?.close();
