import { type Kysely, sql } from 'kysely';

/**
 * The roles that the api and the worker act as. They cannot log in and own nothing; whoever the
 * DATABASE_URL names may take them on.
 *
 * Roles belong to the whole server, so another database of it may have them already, or be making
 * them at this moment.
 */
export async function up(database: Kysely<unknown>): Promise<void> {
  for (const role of ['leadledger_api', 'leadledger_worker']) {
    await sql
      .raw(
        `do $$ begin
           create role ${role} nologin;
         exception when duplicate_object or unique_violation then null;
         end $$`,
      )
      .execute(database);
    await sql.raw(`grant ${role} to current_user`).execute(database);
    await sql.raw(`grant usage on schema public to ${role}`).execute(database);
  }
}
