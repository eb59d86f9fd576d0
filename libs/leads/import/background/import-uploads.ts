import { DomainError, type TenantId } from '#libs/kernel';
import { type DataKey, type DataKeys, seal } from '#libs/privacy';
import { type Database, inTenant, type TenantTransaction } from '#libs/read-db';
import { randomUUID } from 'node:crypto';
import { type IntakePolicy } from '../../application/intake-policy.js';
import { type ColumnMapping, mapColumns } from '../column-mapping.js';
import { type CsvRow, readCsv } from '../csv-table.js';
import { type ImportPlan } from '../file-import.js';
import { csvInvalid } from '../import-errors.js';
import { HashedBytes, importIdOf } from '../import-job.js';
import { type ImportPreview, previewRows } from '../preview.js';
import { type ImportLayout } from './import-layout.js';

/** A file as it is sent, and what is to be done with it. */
export interface Upload {
  readonly bytes: AsyncIterable<Uint8Array>;
  readonly fileName: string | null;
  readonly plan: ImportPlan;
  readonly apiKeyId: string;
}

/** An import that is stored and will be worked on. */
export interface AcceptedImport {
  readonly importId: string;
  readonly rows: number;
  /** The same file was posted with the same mapping before, and this is that import. */
  readonly known: boolean;
}

/** The largest file the api takes. */
export const UPLOAD_BYTES_MAX = 100 * 1024 * 1024;
/** Imports of one tenant that may wait or run at once. */
export const UNFINISHED_IMPORTS_MAX = 20;

const CHUNK_ROWS_MAX = 200;
const CHUNK_CHARACTERS_MAX = 512 * 1024;

/** Takes files in for the worker to import. Personal data is sealed before it is stored. */
export class ImportUploads {
  constructor(
    private readonly database: Database,
    private readonly keys: DataKeys,
    private readonly bytesMax: number = UPLOAD_BYTES_MAX,
  ) {}

  /**
   * Stores a file while it streams in, in sealed chunks, and resolves when all of it is durable.
   *
   * The same file with the same mapping is the same import, so a repeated upload changes nothing;
   * one that failed begins anew. Rejects with `csv_invalid`, `payload_too_large`,
   * `too_many_imports`, or what `mapColumns` throws; then nothing is kept.
   */
  async accept(upload: Upload): Promise<AcceptedImport> {
    const { tenantId } = upload.plan.policy;
    await this.#assertRoom(tenantId);
    const uploadId = randomUUID();
    const rowsKey = await this.keys.take(tenantId);
    try {
      return await this.#store(upload, uploadId, rowsKey);
    } catch (error) {
      // What a crash leaves here instead is swept by the worker.
      await inTenant(this.database, tenantId, (transaction) =>
        removeChunks(transaction, tenantId, uploadId),
      ).catch(() => undefined);
      throw error;
    }
  }

  /** Reads a file as an import would, and stores nothing. */
  async preview({
    bytes,
    plan,
  }: Pick<Upload, 'bytes' | 'plan'>): Promise<ImportPreview & Pick<ImportLayout, 'mapping'>> {
    const table = await readCsv(limited(bytes, this.bytesMax));
    try {
      const mapping = mapColumns(table.columns, plan.mapping);
      const { source, policy } = plan;
      const options = { mapping, source, countries: policy.countries };
      return { mapping, ...(await previewRows(table.rows, options)) };
    } finally {
      await table.close();
    }
  }

  async #store(upload: Upload, uploadId: string, rowsKey: DataKey): Promise<AcceptedImport> {
    const { policy, mode, source, mapping: request } = upload.plan;
    const hashed = new HashedBytes();
    const table = await readCsv(hashed.pass(limited(upload.bytes, this.bytesMax)));
    try {
      const mapping = mapColumns(table.columns, request);
      const rows = await this.#storeRows(table.rows, policy, uploadId, rowsKey);
      const contentHash = hashed.digest();
      const { tenantId } = policy;
      const importId = importIdOf({ tenantId, mode, source, mapping, contentHash });
      const known = await this.#enqueue(upload, mapping, {
        ...{ importId, uploadId, rowsTotal: rows, rowsKeyId: rowsKey.id },
      });
      return { importId, rows, known };
    } finally {
      await table.close();
    }
  }

  async #storeRows(
    rows: AsyncIterable<CsvRow>,
    { tenantId }: IntakePolicy,
    uploadId: string,
    key: DataKey,
  ): Promise<number> {
    let count = 0;
    for await (const chunk of chunksOf(rows)) {
      const [{ number: firstRow } = { number: 1 }] = chunk;
      const cells = chunk.map((row) => row.cells);
      const values = { tenantId, uploadId, firstRow, rows: seal(key, { tenantId }, cells) };
      await inTenant(this.database, tenantId, (transaction) =>
        transaction.insertInto('leadImportChunk').values(values).execute(),
      );
      count += chunk.length;
    }
    if (count === 0) throw csvInvalid('The file has a header and no rows under it.');
    return count;
  }

  /** Resolves to whether the import was there already; then its rows are not needed again. */
  async #enqueue(
    { plan: { policy, mode, source }, apiKeyId, fileName }: Upload,
    mapping: ColumnMapping,
    ids: { importId: string; uploadId: string; rowsTotal: number; rowsKeyId: string },
  ): Promise<boolean> {
    const { tenantId } = policy;
    const layout: ImportLayout = { fileName, mapping };
    const layoutKey = await this.keys.take(tenantId);
    return inTenant(this.database, tenantId, async (transaction) => {
      await removeFailed(transaction, tenantId, ids.importId);
      const inserted = await transaction
        .insertInto('leadImport')
        .values({
          ...{ ...ids, tenantId, apiKeyId, mode, source },
          policy: JSON.stringify(policy),
          layout: seal(layoutKey, policy, layout),
        })
        .onConflict((conflict) => conflict.columns(['tenantId', 'importId']).doNothing())
        .returning('importId')
        .executeTakeFirst();
      if (inserted === undefined) await removeChunks(transaction, tenantId, ids.uploadId);
      return inserted === undefined;
    });
  }

  async #assertRoom(tenantId: TenantId): Promise<void> {
    const unfinished = await inTenant(this.database, tenantId, (transaction) =>
      transaction
        .selectFrom('leadImport')
        .select('importId')
        .where('finishedAt', 'is', null)
        .limit(UNFINISHED_IMPORTS_MAX)
        .execute(),
    );
    if (unfinished.length < UNFINISHED_IMPORTS_MAX) return;
    throw new DomainError(
      'conflict',
      'too_many_imports',
      `${UNFINISHED_IMPORTS_MAX} imports of this account are still under way; wait for one to finish.`,
    );
  }
}

/** The rows in pieces small enough to be worked on in one transaction. */
async function* chunksOf(rows: AsyncIterable<CsvRow>): AsyncGenerator<CsvRow[]> {
  let chunk: CsvRow[] = [];
  let characters = 0;
  for await (const row of rows) {
    chunk.push(row);
    for (const cell of row.cells) characters += cell.length;
    if (chunk.length < CHUNK_ROWS_MAX && characters < CHUNK_CHARACTERS_MAX) continue;
    yield chunk;
    chunk = [];
    characters = 0;
  }
  if (chunk.length > 0) yield chunk;
}

async function* limited(
  chunks: AsyncIterable<Uint8Array>,
  bytesMax: number,
): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  for await (const chunk of chunks) {
    bytes += chunk.length;
    if (bytes > bytesMax) throw uploadTooLarge(bytesMax);
    yield chunk;
  }
}

function uploadTooLarge(bytesMax: number): DomainError {
  return new DomainError(
    'too_large',
    'payload_too_large',
    `A file may hold ${bytesMax} bytes; split it, with the header row in every part.`,
    { details: { limit_bytes: bytesMax } },
  );
}

/** An import that ended early makes room for its repetition. */
async function removeFailed(
  transaction: TenantTransaction,
  tenantId: TenantId,
  importId: string,
): Promise<void> {
  const removed = await transaction
    .deleteFrom('leadImport')
    .where('tenantId', '=', tenantId)
    .where('importId', '=', importId)
    .where('failure', 'is not', null)
    .returning('importId')
    .executeTakeFirst();
  if (removed === undefined) return;
  await transaction
    .deleteFrom('leadImportOutcome')
    .where('tenantId', '=', tenantId)
    .where('importId', '=', importId)
    .execute();
}

async function removeChunks(
  transaction: TenantTransaction,
  tenantId: TenantId,
  uploadId: string,
): Promise<void> {
  await transaction
    .deleteFrom('leadImportChunk')
    .where('tenantId', '=', tenantId)
    .where('uploadId', '=', uploadId)
    .execute();
}
