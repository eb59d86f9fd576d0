import { type Kysely, sql } from 'kysely';

/**
 * When the last event that a build has passed was recorded, whether it concerned it or not. With
 * heartbeats in the log the time since then is the lag in seconds.
 *
 * And where the filling of a build began, or began again, so that what is left can be foretold.
 */
export async function up(database: Kysely<unknown>): Promise<void> {
  await sql
    .raw(
      `alter table projection_build
         add column passed_at timestamptz,
         add column filled_from bigint`,
    )
    .execute(database);
}
