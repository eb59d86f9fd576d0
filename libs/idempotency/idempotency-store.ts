import { type TenantId } from '#libs/kernel';
import { type Database, runInTenant, type TenantStatement } from '#libs/read-db';
import { type IdempotencyScope } from './idempotency-key.js';

/** How long an outcome is kept: a key may be used anew after that. */
export const KEPT_DAYS = 30;
/** How long the process that claimed a key is presumed to be at work: twice a request's limit. */
export const LEASE_SECONDS = 10;

/** What was answered, to be answered again. Holds no personal data. */
export interface Outcome {
  readonly status: number;
  /** Headers that belong to the outcome, lower-case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What the database knows of a key after an attempt to claim it. */
export interface ClaimRow {
  readonly claimed: boolean;
  /** Null when somebody else's claim is so recent that it cannot be seen yet. */
  readonly fingerprint: string | null;
  readonly status: number | null;
  readonly headers: Readonly<Record<string, string>> | null;
  readonly body: string | null;
  readonly leaseSecondsLeft: number | null;
}

/** A key to be claimed for the body it came with. */
export type ClaimRequest = Pick<IdempotencyScope, 'apiKeyId' | 'route' | 'key'> & {
  readonly fingerprint: string;
};

/** How a claimed request ended. */
export type Completion = ClaimRequest & {
  /** `null` gives the claim up, so that a retry may begin at once. */
  readonly outcome: Outcome | null;
};

/**
 * Sorted, so that two processes which claim the same keys cannot wait for each other in a ring.
 * Looked up one by one behind a limit, so that it is the index that is asked, whatever the planner
 * knows of the table.
 */
const claimStatement: TenantStatement = {
  name: 'idempotency_key:claim',
  commit: 'durable',
  text: `
    with wanted as materialized (
      select * from unnest($2::text[], $3::text[], $4::text[], $5::text[])
        with ordinality as wanted (api_key_id, route, key, fingerprint, place)
    ), claimed as (
      insert into idempotency_key
        (tenant_id, api_key_id, route, key, fingerprint, lease_until, expires_at)
      select $1, api_key_id, route, key, fingerprint,
        now() + interval '${LEASE_SECONDS} seconds', now() + interval '${KEPT_DAYS} days'
      from wanted order by api_key_id, route, key
      on conflict (tenant_id, api_key_id, route, key) do update set
        fingerprint = excluded.fingerprint, status = null, headers = null, body = null,
        created_at = now(), lease_until = excluded.lease_until,
        expires_at = excluded.expires_at
      where idempotency_key.expires_at <= now()
        or (idempotency_key.status is null and idempotency_key.lease_until <= now()
          and idempotency_key.fingerprint = excluded.fingerprint)
      returning api_key_id, route, key
    )
    select claimed.key is not null as claimed, known.*
    from wanted
    left join claimed using (api_key_id, route, key)
    left join lateral (
      select fingerprint, status, headers, body,
        ceil(extract(epoch from lease_until - now()))::integer as "leaseSecondsLeft"
      from idempotency_key
      where claimed.key is null and tenant_id = $1
        and api_key_id = wanted.api_key_id and route = wanted.route and key = wanted.key
      limit 1
    ) known on true
    order by wanted.place`,
};

/**
 * Claims keys of one tenant, all in one statement. A key is claimed if nobody used it, its use has
 * expired, or whoever claimed it for the same body has died (its lease ran out).
 */
export function claimKeys(
  database: Database,
  tenantId: TenantId,
  requests: readonly ClaimRequest[],
): Promise<readonly ClaimRow[]> {
  return runInTenant<ClaimRow>(database, tenantId, claimStatement, [
    tenantId,
    ...scopeColumns(requests),
  ]);
}

/**
 * An upsert of rows that are there already: an update from a list may be planned as a scan of all
 * the tenant's keys, and is, as long as the table has no statistics.
 */
const completeStatement: TenantStatement = {
  name: 'idempotency_key:complete',
  commit: 'lazy',
  text: `
    insert into idempotency_key as kept (tenant_id, api_key_id, route, key, fingerprint,
      status, headers, body, lease_until, expires_at)
    select $1, done.*, now(), now() + interval '${KEPT_DAYS} days'
    from unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::integer[], $7::jsonb[],
      $8::text[]) as done (api_key_id, route, key, fingerprint, status, headers, body)
    order by api_key_id, route, key
    on conflict (tenant_id, api_key_id, route, key) do update set
      status = excluded.status, headers = excluded.headers, body = excluded.body,
      -- Given up: the lease ends now, and a retry may begin.
      lease_until = case when excluded.status is null then now() else kept.lease_until end
    where kept.status is null`,
};

/**
 * Writes what became of claims of one tenant, all in one statement. The first outcome of a key
 * stays. Not flushed to disk: an outcome lost with the database is found again by the next retry,
 * whose command finds its own events.
 */
export async function completeKeys(
  database: Database,
  tenantId: TenantId,
  completions: readonly Completion[],
): Promise<void> {
  const outcomes = completions.map(({ outcome }) => outcome);
  await runInTenant(database, tenantId, completeStatement, [
    tenantId,
    ...scopeColumns(completions),
    outcomes.map((outcome) => outcome?.status ?? null),
    outcomes.map((outcome) => (outcome === null ? null : JSON.stringify(outcome.headers))),
    outcomes.map((outcome) => outcome?.body ?? null),
  ]);
}

function scopeColumns(requests: readonly ClaimRequest[]): string[][] {
  const names = ['apiKeyId', 'route', 'key', 'fingerprint'] as const;
  return names.map((name) => requests.map((request) => request[name]));
}

/** Deletes uses that have expired; for a connection in the worker's role. */
export async function sweepIdempotencyKeys(database: Database, now: Date): Promise<number> {
  const result = await database.kysely
    .deleteFrom('idempotencyKey')
    .where('expiresAt', '<=', now.toISOString())
    .executeTakeFirst();
  return Number(result.numDeletedRows);
}
