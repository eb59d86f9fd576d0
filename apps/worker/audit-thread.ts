import { parentPort, workerData } from 'node:worker_threads';
import { connectEventStore } from '#libs/event-store';
import { lowerThread, niceness } from '#libs/priority';
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
  lowerThread(niceness.audits);
  const stop = new AbortController();
  parentPort?.once('message', () => {
    stop.abort();
  });
  const store = connectEventStore(eventStoreUrl);
  const database = connectDatabase({
    ...{ url: databaseUrl, role: 'worker', max: 1, niceness: niceness.audits },
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

await main(workerData as AuditThreadData);
parentPort?.close();
