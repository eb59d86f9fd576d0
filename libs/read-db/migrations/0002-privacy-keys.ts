import { type Kysely, sql } from 'kysely';
import { tenantRowSecurity } from '../row-security.js';

/** Keys of personal data, all wrapped by the master key, which is never stored. */
export async function up(database: Kysely<unknown>): Promise<void> {
  await sql
    .raw(
      `create table tenant_secret (
         tenant_id text primary key,
         wrapped bytea not null,
         created_at timestamptz not null default now()
       );
       ${tenantRowSecurity('tenant_secret', ['select', 'insert'])}
       create table data_key (
         key_id text not null,
         tenant_id text not null,
         wrapped bytea,
         created_at timestamptz not null default now(),
         erased_at timestamptz,
         primary key (tenant_id, key_id)
       );
       ${tenantRowSecurity('data_key', ['select', 'insert', 'update'])}`,
    )
    .execute(database);
}
