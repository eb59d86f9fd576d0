import { DomainError } from '#libs/kernel';
import { type LeadImportTable, type OperationalTables } from '#libs/read-db';
import { type Kysely, type Selectable, sql } from 'kysely';
import { counted, NO_OUTCOMES, type RowResult } from '../row-outcome.js';

/** An import that this transaction has locked. */
export type ClaimedImport = Selectable<LeadImportTable>;

/** A transaction of the worker, who serves all tenants. */
export type WorkerTransaction = Kysely<OperationalTables>;

/** A chunk with a slow do-not-call provider takes long, and the worker's usual limit is 5 s. */
const CHUNK_TIMEOUT = '2min';

/** The code an import ends with when the key of its rows is gone. */
export const ROWS_ERASED = 'import_rows_erased';

/** The rows of an import can never be read again. */
export function rowsErased(): DomainError {
  return new DomainError(
    'illegal_state',
    ROWS_ERASED,
    'The key of the rows was erased before they were imported. Post the file again.',
  );
}

/** Locks the unfinished import that was worked on longest ago, unless another worker has it. */
export async function claimImport(
  transaction: WorkerTransaction,
): Promise<ClaimedImport | undefined> {
  await sql
    .raw(`set local idle_in_transaction_session_timeout = '${CHUNK_TIMEOUT}'`)
    .execute(transaction);
  return transaction
    .selectFrom('leadImport')
    .selectAll()
    .where('finishedAt', 'is', null)
    .orderBy('workedAt')
    .limit(1)
    .forUpdate()
    .skipLocked()
    .executeTakeFirst();
}

/** The first rows that are left; none when all are done. */
export function nextChunk(transaction: WorkerTransaction, { tenantId, uploadId }: ClaimedImport) {
  return transaction
    .selectFrom('leadImportChunk')
    .select(['firstRow', 'rows'])
    .where('tenantId', '=', tenantId)
    .where('uploadId', '=', uploadId)
    .orderBy('firstRow')
    .limit(1)
    .executeTakeFirst();
}

/**
 * Writes down what became of a chunk's rows, removes the chunk and moves the import on. Resolves to
 * whether these were the last rows.
 */
export async function completeChunk(
  transaction: WorkerTransaction,
  claimed: ClaimedImport,
  firstRow: number,
  results: readonly RowResult[],
): Promise<boolean> {
  const { tenantId, importId, uploadId } = claimed;
  await sql`
    insert into lead_import_outcome (tenant_id, import_id, "row", outcome, lead_id, status, reason)
    select ${tenantId}, ${importId}, * from unnest(
      ${results.map(({ row }) => row)}::integer[],
      ${results.map(({ outcome }) => outcome)}::text[],
      ${results.map(({ leadId }) => leadId)}::text[],
      ${results.map(({ status }) => status)}::text[],
      ${results.map(({ reason }) => reason)}::text[])`.execute(transaction);
  await transaction
    .deleteFrom('leadImportChunk')
    .where('tenantId', '=', tenantId)
    .where('uploadId', '=', uploadId)
    .where('firstRow', '=', firstRow)
    .execute();
  const counts = results.reduce(counted, NO_OUTCOMES);
  const rowsDone = claimed.rowsDone + results.length;
  const last = rowsDone >= claimed.rowsTotal;
  await transaction
    .updateTable('leadImport')
    .set({
      created: claimed.created + counts.created,
      duplicate: claimed.duplicate + counts.duplicate,
      ineligible: claimed.ineligible + counts.ineligible,
      error: claimed.error + counts.error,
      rowsDone,
      attempts: 0,
      startedAt: claimed.startedAt ?? sql<string>`now()`,
      workedAt: sql<string>`clock_timestamp()`,
      finishedAt: last ? sql<string>`clock_timestamp()` : null,
    })
    .where('tenantId', '=', tenantId)
    .where('importId', '=', importId)
    .execute();
  return last;
}

/** Counts a failure of the next rows and sends the import to the end of the queue. */
export async function postpone(
  transaction: WorkerTransaction,
  { tenantId, importId, attempts }: ClaimedImport,
): Promise<void> {
  await transaction
    .updateTable('leadImport')
    .set({ attempts: attempts + 1, workedAt: sql<string>`clock_timestamp()` })
    .where('tenantId', '=', tenantId)
    .where('importId', '=', importId)
    .execute();
}

/** Ends an import before its rows are done, and removes those that are left. */
export async function giveUp(
  transaction: WorkerTransaction,
  { tenantId, importId, uploadId }: ClaimedImport,
  failure: string,
): Promise<void> {
  await transaction
    .updateTable('leadImport')
    .set({ failure, finishedAt: sql<string>`now()` })
    .where('tenantId', '=', tenantId)
    .where('importId', '=', importId)
    .where('uploadId', '=', uploadId)
    .where('finishedAt', 'is', null)
    .execute();
  await transaction
    .deleteFrom('leadImportChunk')
    .where('tenantId', '=', tenantId)
    .where('uploadId', '=', uploadId)
    .execute();
}

/** Removes what uploads left behind that never came to their end. */
export async function sweepAbandonedUploads(transaction: WorkerTransaction): Promise<void> {
  await sql`
    delete from lead_import_chunk chunk
    where created_at < now() - interval '1 day' and not exists (
      select from lead_import i
      where i.tenant_id = chunk.tenant_id and i.upload_id = chunk.upload_id)`.execute(transaction);
}
