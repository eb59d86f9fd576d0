import { type Kysely, sql } from 'kysely';

/**
 * One index instead of two, in the order in which requests come: it lists them, tells those that
 * are there already, and finds the old ones.
 */
export async function up(database: Kysely<unknown>): Promise<void> {
  await sql
    .raw(
      `drop index request_log_at;
       alter table request_log drop constraint request_log_pkey;
       alter table request_log add primary key (tenant_id, at, id);`,
    )
    .execute(database);
}
