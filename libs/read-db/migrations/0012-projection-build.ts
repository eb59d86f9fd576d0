import { type Kysely, sql } from 'kysely';

/**
 * A projection may have several tables, each a build of one version; what was its checkpoint is a
 * column of it. What people ask for is a row of its own, and stays as the record of it.
 *
 * The api only asks and looks; the worker does.
 */
export async function up(database: Kysely<unknown>): Promise<void> {
  await sql.raw(buildOfEachCheckpoint).execute(database);
  await sql.raw(requests).execute(database);
}

/**
 * Of a name's versions the highest is what the program applied last. One below that which queries
 * still read stays for them until the highest is switched in.
 */
const buildOfEachCheckpoint = `
  alter table projection_checkpoint rename to projection_build;
  alter index projection_checkpoint_serving rename to projection_build_serving;
  alter table projection_build
    add column build integer,
    add column table_name text,
    add column state text,
    add column epoch bigint,
    add column finding text,
    add column head bigint,
    add column events_seen bigint not null default 0,
    add column requested_by text,
    add column requested_at timestamptz not null default clock_timestamp(),
    add column started_at timestamptz,
    add column finished_at timestamptz;
  update projection_build as b
     set build = known.place,
         table_name = b.name || '_v' || b.version,
         state = case when b.serving or known.is_highest then 'live' else 'kept' end,
         requested_by = 'deploy',
         requested_at = b.updated_at
    from (select name, version,
                 row_number() over (partition by name order by version) as place,
                 version = max(version) over (partition by name) as is_highest
            from projection_build) as known
   where known.name = b.name and known.version = b.version;
  alter table projection_build
    drop constraint projection_checkpoint_pkey,
    add constraint projection_build_pkey primary key (name, build),
    alter column table_name set not null,
    alter column state set not null,
    alter column requested_by set not null,
    add constraint projection_build_state check (
      state in ('requested', 'building', 'live', 'cancelled', 'failed', 'kept'));
  create unique index projection_build_table on projection_build (table_name);`;

const requests = `
  create table projection_request (
    id uuid primary key,
    place bigint generated always as identity unique,
    action text not null check (action in (
      'rebuild', 'cancel', 'resume', 'rollback', 'drop', 'retry', 'skip')),
    name text not null,
    build integer,
    details jsonb not null default '{}',
    requested_by text not null,
    requested_at timestamptz not null default clock_timestamp(),
    handled_at timestamptz,
    outcome text
  );
  create index projection_request_pending on projection_request (place) where outcome is null;
  grant select, insert on projection_request to leadledger_api;
  grant select, insert, update on projection_request to leadledger_worker;`;
