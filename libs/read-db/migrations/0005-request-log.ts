import { type Kysely, sql } from 'kysely';
import { tenantRowSecurity } from '../row-security.js';

/** Requests to the api, newest first per tenant; bodies are sealed. */
export async function up(database: Kysely<unknown>): Promise<void> {
  await sql
    .raw(
      `create table request_log (
         tenant_id text not null,
         id text not null,
         at timestamptz not null,
         key_id text,
         method text not null,
         route text not null,
         status integer not null,
         latency_ms double precision not null,
         bytes_in integer not null,
         bytes_out integer not null,
         outcome text,
         lead_id text,
         error_code text,
         body text,
         primary key (tenant_id, id)
       );
       create index request_log_at on request_log (tenant_id, at desc);
       ${tenantRowSecurity('request_log', ['select', 'insert'])}`,
    )
    .execute(database);
}
