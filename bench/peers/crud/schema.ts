import type { Client } from 'pg';

/** Every table of the peer. Creating them again changes nothing. */
const SCHEMA = `
  create table if not exists api_key (
    key_hash          bytea primary key,
    id                uuid not null unique,
    tenant_id         text not null,
    limit_per_minute  integer not null,
    revoked_at        timestamptz
  );

  create table if not exists lead (
    id                    uuid primary key,
    tenant_id             text not null,
    phone                 text not null,
    phone_raw             text not null,
    phone_extension       text,
    phone_country         text,
    phone_type            text,
    phone_valid           boolean not null,
    status                text not null,
    ineligible_reasons    text[] not null,
    source                text,
    first_name            text,
    last_name             text,
    email                 text,
    state                 text,
    zip                   text,
    city                  text,
    dob                   text,
    consent_timestamp     timestamptz,
    consent_text_version  text,
    consent_source_url    text,
    attribution           jsonb not null,
    custom_fields         jsonb not null,
    api_key_id            uuid not null,
    received_at           timestamptz not null
  );
  create index if not exists lead_newest on lead (tenant_id, received_at desc, id);

  -- One row per phone: the latest lead that opened a 30-day window. Its key is the lock.
  create table if not exists phone_window (
    tenant_id    text not null,
    phone        text not null,
    lead_id      uuid not null,
    status       text not null,
    received_at  timestamptz not null,
    primary key (tenant_id, phone)
  );

  create table if not exists audit_entry (
    id          bigint generated always as identity primary key,
    tenant_id   text not null,
    lead_id     uuid not null,
    action      text not null,
    api_key_id  uuid not null,
    ip          text not null,
    user_agent  text,
    at          timestamptz not null
  );
  create index if not exists audit_entry_lead on audit_entry (tenant_id, lead_id);

  create table if not exists idempotency_key (
    tenant_id    text not null,
    api_key_id   uuid not null,
    key          text not null,
    fingerprint  bytea not null,
    outcome      text not null,
    lead_id      uuid not null,
    lead_status  text not null,
    created_at   timestamptz not null,
    primary key (tenant_id, api_key_id, key)
  );
`;

/** Creates what is missing. */
export async function createSchema(client: Client): Promise<void> {
  await client.query(SCHEMA);
}
