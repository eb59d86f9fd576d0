import { type Kysely, sql } from 'kysely';

/**
 * How far each reactor has come, and the events it is to be shown again: because it asked for that,
 * or because it failed on them. Neither has rows of a tenant, and no rebuild touches them.
 */
export async function up(database: Kysely<unknown>): Promise<void> {
  await sql
    .raw(
      `create table reactor_checkpoint (
         name text primary key,
         position bigint,
         passed_at timestamptz,
         epoch bigint not null,
         parked integer not null default 0,
         failure text,
         updated_at timestamptz not null default now()
       ) with (fillfactor = 50);
       create table reactor_later (
         reactor text not null,
         event_id text not null,
         stream text not null,
         revision bigint not null,
         position bigint not null,
         due_at timestamptz not null,
         turn integer not null,
         memo jsonb,
         holds_stream boolean not null,
         attempts integer not null,
         failure text,
         primary key (reactor, event_id)
       );
       create index reactor_later_due on reactor_later (reactor, due_at);
       create index reactor_later_held
         on reactor_later (reactor, stream, position) where holds_stream;
       grant select on reactor_checkpoint to leadledger_api;
       grant select, insert, update, delete
         on reactor_checkpoint, reactor_later to leadledger_worker;`,
    )
    .execute(database);
}
