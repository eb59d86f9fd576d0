import { type Kysely, sql } from 'kysely';
import { tenantRowSecurity } from '../row-security.js';

/**
 * Events that a build of a projection did not apply: those that cannot be, those that wait behind
 * them, and those an operator gave up. An event has a row for every key it is parked under.
 *
 * Tenant `-` stands for an event that does not tell whose it is. Operators read the rows of all
 * tenants.
 */
export async function up(database: Kysely<unknown>): Promise<void> {
  await sql
    .raw(
      `create table projection_dead_letter (
         name text not null,
         build integer not null,
         key text not null,
         position bigint not null,
         tenant_id text not null,
         event_id text not null,
         event_type text not null,
         stream text not null,
         revision bigint not null,
         reason text,
         state text not null default 'parked' check (state in ('parked', 'skipped')),
         parked_at timestamptz not null default date_trunc('milliseconds', clock_timestamp()),
         handled_at timestamptz,
         handled_by text,
         note text,
         primary key (name, build, key, position, tenant_id)
       );
       create index projection_dead_letter_position
         on projection_dead_letter (name, build, position);
       create index projection_dead_letter_skipped
         on projection_dead_letter (name, position) where state = 'skipped';
       ${tenantRowSecurity('projection_dead_letter', ['select'])}
       create policy operator on projection_dead_letter for select
         using ((select current_setting('app.operator', true)) = 'on')`,
    )
    .execute(database);
}
