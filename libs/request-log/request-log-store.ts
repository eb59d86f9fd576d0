import { type TenantId } from '#libs/kernel';
import { type Database, insertInTenant, tenantInsert } from '#libs/read-db';
import { type LoggedRequest } from './logged-request.js';

/** A request with its body sealed. */
export type RequestRow = Omit<LoggedRequest, 'tenantId'>;

const insertAll = tenantInsert(
  'request_log:insert',
  `insert into request_log
     (tenant_id, id, at, key_id, method, route, status, latency_ms, bytes_in, bytes_out,
      outcome, lead_id, error_code, body)
   select $1, logged.*
   from scope, unnest($2::text[], $3::timestamptz[], $4::text[], $5::text[], $6::text[],
     $7::integer[], $8::double precision[], $9::integer[], $10::integer[], $11::text[],
     $12::text[], $13::text[], $14::text[]) as logged
   on conflict do nothing`,
);

/**
 * Inserts requests of one tenant in one statement; those that are there already stay. Not flushed
 * to disk: the log is not worth a request's wait, and the last moments before a power cut are lost.
 */
export async function insertRequests(
  database: Database,
  tenantId: TenantId,
  rows: readonly RequestRow[],
): Promise<void> {
  const column = <Name extends keyof RequestRow>(name: Name) => rows.map((row) => row[name]);
  await insertInTenant(database, tenantId, insertAll, [
    ...[column('id'), column('at'), column('keyId'), column('method'), column('route')],
    ...[column('status'), column('latencyMs'), column('bytesIn'), column('bytesOut')],
    ...[column('outcome'), column('leadId'), column('errorCode'), column('body')],
  ]);
}

/**
 * Deletes requests older than `before`; for a connection in the worker's role. Postgres skips from
 * tenant to tenant in the index (from version 18 on; before, it reads all of it).
 */
export async function sweepRequestLog(database: Database, before: Date): Promise<number> {
  const result = await database.kysely
    .deleteFrom('requestLog')
    .where('at', '<', before.toISOString())
    .executeTakeFirst();
  return Number(result.numDeletedRows);
}
