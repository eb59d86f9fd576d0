import { type Kysely, sql } from 'kysely';
import { tenantRowSecurity } from '../row-security.js';

/** When each API key was last used: operational, written now and then, not in the log. */
export async function up(database: Kysely<unknown>): Promise<void> {
  await sql
    .raw(
      `create table api_key_usage (
         tenant_id text not null,
         key_id text not null,
         last_used_at timestamptz not null,
         primary key (tenant_id, key_id)
       );
       ${tenantRowSecurity('api_key_usage', ['select', 'insert', 'update'])}`,
    )
    .execute(database);
}
