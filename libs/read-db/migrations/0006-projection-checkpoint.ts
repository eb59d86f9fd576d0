import { type Kysely, sql } from 'kysely';

/**
 * How far each version of each projection has come, and who may apply them. Neither has rows of a
 * tenant. The api reads checkpoints to wait for a position.
 */
export async function up(database: Kysely<unknown>): Promise<void> {
  await sql
    .raw(
      `create table projection_checkpoint (
         name text not null,
         version integer not null,
         position bigint,
         applied_count bigint not null default 0,
         applied_digest text not null default repeat('0', 32),
         serving boolean not null,
         shape text not null,
         failure text,
         updated_at timestamptz not null default now(),
         primary key (name, version)
       ) with (fillfactor = 50);
       create unique index projection_checkpoint_serving
         on projection_checkpoint (name) where serving;
       create table projection_lease (
         name text primary key,
         epoch bigint not null,
         owner text,
         has_lock boolean not null,
         expires_at timestamptz not null
       ) with (fillfactor = 50);
       grant select on projection_checkpoint, projection_lease to leadledger_api;
       grant select, insert, update, delete
         on projection_checkpoint, projection_lease to leadledger_worker;`,
    )
    .execute(database);
}
