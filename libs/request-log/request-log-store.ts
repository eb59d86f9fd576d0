import { type TenantId } from '#libs/kernel';
import { type Database, inTenant } from '#libs/read-db';
import { sql } from 'kysely';
import { type LoggedRequest } from './logged-request.js';

/** A request with its body sealed. */
export type RequestRow = Omit<LoggedRequest, 'tenantId'>;

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
  await inTenant(database, tenantId, async (transaction) => {
    await sql.raw('set local synchronous_commit = off').execute(transaction);
    await sql`
      insert into request_log
        (tenant_id, id, at, key_id, method, route, status, latency_ms, bytes_in, bytes_out,
         outcome, lead_id, error_code, body)
      select ${tenantId}, * from unnest(
        ${column('id')}::text[], ${column('at')}::timestamptz[], ${column('keyId')}::text[],
        ${column('method')}::text[], ${column('route')}::text[], ${column('status')}::integer[],
        ${column('latencyMs')}::double precision[], ${column('bytesIn')}::integer[],
        ${column('bytesOut')}::integer[], ${column('outcome')}::text[],
        ${column('leadId')}::text[], ${column('errorCode')}::text[], ${column('body')}::text[]
      )
      on conflict do nothing`.execute(transaction);
  });
}

/** Deletes requests older than `before`; for a connection in the worker's role. */
export async function sweepRequestLog(database: Database, before: Date): Promise<number> {
  const result = await database.kysely
    .deleteFrom('requestLog')
    .where('at', '<', before.toISOString())
    .executeTakeFirst();
  return Number(result.numDeletedRows);
}
