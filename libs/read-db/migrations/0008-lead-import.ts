import { type Kysely, sql } from 'kysely';
import { tenantRowSecurity } from '../row-security.js';

/**
 * CSV imports by the api: what is to be imported, the rows that are left (sealed, gone once they
 * are done), and what became of each row.
 */
export async function up(database: Kysely<unknown>): Promise<void> {
  await sql
    .raw(
      `create table lead_import (
         tenant_id text not null,
         import_id text not null,
         upload_id text not null,
         api_key_id text not null,
         mode text not null,
         source text,
         policy jsonb not null,
         layout text not null,
         rows_key_id text not null,
         rows_total integer not null,
         rows_done integer not null default 0,
         created integer not null default 0,
         duplicate integer not null default 0,
         ineligible integer not null default 0,
         error integer not null default 0,
         attempts integer not null default 0,
         failure text,
         created_at timestamptz not null default now(),
         started_at timestamptz,
         worked_at timestamptz not null default now(),
         finished_at timestamptz,
         primary key (tenant_id, import_id)
       );
       create index lead_import_unfinished on lead_import (worked_at) where finished_at is null;
       create index lead_import_upload on lead_import (tenant_id, upload_id);
       ${tenantRowSecurity('lead_import', ['select', 'insert', 'delete'])}
       create table lead_import_chunk (
         tenant_id text not null,
         upload_id text not null,
         first_row integer not null,
         rows text not null,
         created_at timestamptz not null default now(),
         primary key (tenant_id, upload_id, first_row)
       );
       ${tenantRowSecurity('lead_import_chunk', ['select', 'insert', 'delete'])}
       create table lead_import_outcome (
         tenant_id text not null,
         import_id text not null,
         "row" integer not null,
         outcome text not null,
         lead_id text,
         status text,
         reason text,
         primary key (tenant_id, import_id, "row")
       );
       ${tenantRowSecurity('lead_import_outcome', ['select', 'delete'])}`,
    )
    .execute(database);
}
