import { type TenantId } from '#libs/kernel';
import { connectDatabase } from '#libs/read-db';
import { freshDatabase } from '#libs/testing';
import { aPlan, startImportBench } from '../import.fixtures.js';
import { type ReceiveLead } from '../row-importer.js';
import { type RowOutcome } from '../row-outcome.js';
import { BackgroundImports, type ImportNotice } from './background-imports.js';
import { ImportReader } from './import-reader.js';
import { ImportUploads } from './import-uploads.js';

export const HEADER = 'Phone,Name,Consent Timestamp,Consent Text Version,Source URL';

/** A row that makes an eligible lead. */
export const lead = (phone: string, name = 'Jane Doe') =>
  `${phone},${name},2026-10-10T11:00:00Z,webform-v2,https://example.com/quote`;

/** Numbers of an area code, all different. */
export const phones = (areaCode: number, count: number) =>
  Array.from({ length: count }, (_, index) => `${areaCode}234${String(index).padStart(4, '0')}`);

export async function* bytesOf(lines: readonly string[]) {
  for (const line of lines) yield await Promise.resolve(Buffer.from(`${line}\n`));
}

/**
 * The api's side and the worker's side of imports, on a database and an event store of their own.
 */
export async function startBackgroundBench(
  startEventStore: Parameters<typeof startImportBench>[0],
  tenants: readonly string[],
) {
  const fresh = await freshDatabase();
  const connect = (role: 'api' | 'worker' | 'owner') =>
    connectDatabase({ url: fresh.url, role, applicationName: `test-${role}` });
  const [api, worker, owner] = [connect('api'), connect('worker'), connect('owner')];
  const bench = await startImportBench(startEventStore, tenants);
  const intake = await bench.startIntake();
  const uploads = new ImportUploads(api, intake.keys);
  const reader = new ImportReader(api, intake.keys);
  const notices: ImportNotice[] = [];

  const imports = (receive: ReceiveLead) =>
    new BackgroundImports({
      ...{ database: worker, keys: intake.keys, receive, idleMs: 10 },
      report: (notice) => notices.push(notice),
    });
  const rowsOf = async <Row extends object>(statement: string): Promise<Row[]> =>
    (await worker.pool.query<Row>(statement)).rows;

  return {
    ...{ api, worker, owner, intake, uploads, reader, notices, imports, rowsOf },
    stores: bench.stores,
    startIntake: bench.startIntake,
    post: (tenant: string, lines: readonly string[], bytes = bytesOf([HEADER, ...lines])) =>
      uploads.accept({
        ...{ bytes, fileName: 'canary.csv', plan: aPlan(tenant) },
        apiKeyId: 'key000000001',
      }),
    find: (tenant: string, importId: string) => reader.find(tenant as TenantId, importId),
    /** Works, in this process, until nothing is left. */
    work: async (receive: ReceiveLead = intake.receive): Promise<void> => {
      const background = imports(receive);
      while (await background.workOnce());
    },
    outcomeLines: async (tenant: string, importId: string, outcome: RowOutcome | null = null) => {
      let csv = '';
      const pieces = reader.outcomes(tenant as TenantId, importId, outcome);
      for await (const piece of pieces) csv += piece;
      return csv.trimEnd().split('\n');
    },
    chunkCount: async () => (await rowsOf('select from lead_import_chunk')).length,
    stop: async () => {
      await bench.stop();
      await Promise.all([api.close(), worker.close(), owner.close()]);
      await fresh.drop();
    },
  };
}
