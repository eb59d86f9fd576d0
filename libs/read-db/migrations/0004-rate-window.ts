import { type Kysely, sql } from 'kysely';
import { tenantRowSecurity } from '../row-security.js';

/** Blocks of a minute's allowance that api processes took for themselves. */
export async function up(database: Kysely<unknown>): Promise<void> {
  await sql
    .raw(
      `create table rate_window (
         tenant_id text not null,
         api_key_id text not null,
         window_start timestamptz not null,
         used integer not null,
         primary key (tenant_id, api_key_id, window_start)
       );
       create index rate_window_start on rate_window (window_start);
       ${tenantRowSecurity('rate_window', ['select', 'insert', 'update', 'delete'])}`,
    )
    .execute(database);
}
