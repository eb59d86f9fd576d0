import { type Kysely, sql } from 'kysely';
import { tenantRowSecurity } from '../row-security.js';

/**
 * Uses of Idempotency-Keys by the id of the command they run: a third of the bytes, and no header
 * of a caller's is kept. Keys used before this step may be used anew.
 */
export async function up(database: Kysely<unknown>): Promise<void> {
  await sql
    .raw(
      `drop table idempotency_key;
       create table idempotency_key (
         tenant_id text not null,
         command_id uuid not null,
         fingerprint text not null,
         claimed_at timestamptz not null default now(),
         lease_until timestamptz not null,
         status integer,
         headers jsonb,
         body text,
         primary key (tenant_id, command_id)
       );
       create index idempotency_key_claimed_at on idempotency_key (claimed_at);
       ${tenantRowSecurity('idempotency_key', ['select', 'insert', 'update', 'delete'])}`,
    )
    .execute(database);
}
