import { type Kysely, sql } from 'kysely';
import { tenantRowSecurity } from '../row-security.js';

/** Outcomes of requests that carried an Idempotency-Key. */
export async function up(database: Kysely<unknown>): Promise<void> {
  await sql
    .raw(
      `create table idempotency_key (
         tenant_id text not null,
         api_key_id text not null,
         route text not null,
         key text not null,
         fingerprint text not null,
         status integer,
         body text,
         headers jsonb,
         lease_until timestamptz not null,
         created_at timestamptz not null default now(),
         expires_at timestamptz not null,
         primary key (tenant_id, api_key_id, route, key)
       -- Half of each page is left for the outcome, which then costs no index entry.
       ) with (fillfactor = 50);
       create index idempotency_key_expires_at on idempotency_key (expires_at);
       ${tenantRowSecurity('idempotency_key', ['select', 'insert', 'update', 'delete'])}`,
    )
    .execute(database);
}
