import { type Kysely, sql } from 'kysely';

/**
 * What the log says each build must have applied, as far as it was counted, and what was found by
 * comparing. Has no rows of a tenant. The api shows it.
 */
export async function up(database: Kysely<unknown>): Promise<void> {
  await sql
    .raw(
      `create table projection_audit (
         name text not null,
         build integer not null,
         state text not null default 'running' check (state in ('running', 'ok', 'differs')),
         position bigint,
         message text not null,
         findings jsonb not null default '[]',
         read_position bigint,
         log_count bigint not null default 0,
         log_digest text not null default repeat('0', 32),
         known_count bigint not null default 0,
         known_digest text not null default repeat('0', 32),
         started_at timestamptz not null default clock_timestamp(),
         checked_at timestamptz,
         primary key (name, build),
         foreign key (name, build) references projection_build on delete cascade
       ) with (fillfactor = 50);
       grant select on projection_audit to leadledger_api;
       grant select, insert, update, delete on projection_audit to leadledger_worker;`,
    )
    .execute(database);
}
