import { type TenantId } from '#libs/kernel';
import {
  type Database,
  insertInTenant,
  runInTenant,
  tenantInsert,
  type TenantStatement,
} from '#libs/read-db';

/** How long a use of a key is remembered: the key may be used anew after that. */
export const KEPT_DAYS = 30;
/** How long whoever claimed a key is presumed to be at work: twice a request's limit. */
const LEASE_SECONDS = 10;
const DAY_MS = 24 * 60 * 60 * 1000;

/** What was answered, to be answered again. Holds no personal data. */
export interface Outcome {
  readonly status: number;
  /** Headers that belong to the outcome, lower-case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A key to be claimed for the body it came with. Neither field needs quotes in an array's text. */
export interface ClaimRequest {
  /** UUID. */
  readonly commandId: string;
  /** Base64url. */
  readonly fingerprint: string;
}

type ClaimedKey = Pick<ClaimRequest, 'commandId'>;

/** What is known of a key that was used before. */
export interface EarlierUse {
  readonly commandId: string;
  /** The use had no outcome and its lease had run out; the key is the claimant's now. */
  readonly takenOver: boolean;
  /** Null when the use is so recent that it cannot be seen yet, and of one that was taken over. */
  readonly fingerprint: string | null;
  readonly status: number | null;
  readonly headers: Readonly<Record<string, string>> | null;
  readonly body: string | null;
}

/** Nothing could be found out of a key that was used before. */
export class UnknownUse {
  constructor(readonly cause: unknown) {}
}

/** How a claimed request ended. */
export type Completion = ClaimRequest & {
  /** `null` gives the claim up, so that a retry may begin at once. */
  readonly outcome: Outcome | null;
};

const EXPIRED = `idempotency_key.claimed_at <= now() - interval '${KEPT_DAYS} days'`;

/**
 * Claims keys that nobody used: nearly all of them. Asks for nothing back but which they were.
 *
 * Sorted, so that two processes which claim the same keys cannot wait for each other in a ring.
 *
 * Not flushed to disk: what a crash of Postgres loses of the last moment is the refusal of a key
 * with another body. A request that comes again is still known by its command in the log (ADR
 * 0013).
 */
const claimUnused = tenantInsert(
  'idempotency_key:claim_unused',
  `insert into idempotency_key (tenant_id, command_id, fingerprint, lease_until)
   select $1, command_id, fingerprint, now() + interval '${LEASE_SECONDS} seconds'
   from scope, unnest($2::uuid[], $3::text[]) as wanted (command_id, fingerprint)
   order by command_id
   on conflict (tenant_id, command_id) do nothing
   returning command_id as "commandId"`,
);

/**
 * Claims keys that were used before where they may be used again, and tells of the others.
 *
 * Sorted, as above. Looked up one by one behind a limit, so that it is the index that is asked,
 * whatever the planner knows of the table.
 */
const claimStatement: TenantStatement = {
  name: 'idempotency_key:claim',
  commit: 'lazy',
  text: `
    with wanted as materialized (
      select * from unnest($2::uuid[], $3::text[]) as wanted (command_id, fingerprint)
    ), claimed as (
      insert into idempotency_key (tenant_id, command_id, fingerprint, lease_until)
      select $1, command_id, fingerprint, now() + interval '${LEASE_SECONDS} seconds'
      from wanted order by command_id
      on conflict (tenant_id, command_id) do update set
        fingerprint = excluded.fingerprint, status = null, headers = null, body = null,
        lease_until = excluded.lease_until,
        -- An expired use is a first one again.
        claimed_at = case when ${EXPIRED} then now() else idempotency_key.claimed_at end
      where ${EXPIRED}
        or (idempotency_key.status is null and idempotency_key.lease_until <= now()
          and idempotency_key.fingerprint = excluded.fingerprint)
      returning command_id, claimed_at < now() as taken_over
    )
    select wanted.command_id as "commandId", claimed.command_id is not null as "takenOver",
      known.*
    from wanted
    left join claimed using (command_id)
    left join lateral (
      select fingerprint, status, headers, body
      from idempotency_key
      where claimed.command_id is null and tenant_id = $1 and command_id = wanted.command_id
      limit 1
    ) known on true
    where claimed.taken_over is distinct from false`,
};

/**
 * Claims keys of one tenant: those that nobody used in one statement, what is left in another. A
 * key is claimed if nobody used it, its use has expired, or a use for the same body left no outcome
 * and its lease has run out.
 *
 * Resolves to what is known of each key's earlier use, in their order: `undefined` for a first use.
 * Where the second statement fails, those that the first one claimed are claimed all the same: if
 * they were refused, too, a retry would find them taken until their lease runs out.
 */
export async function claimKeys(
  database: Database,
  tenantId: TenantId,
  requests: readonly ClaimRequest[],
): Promise<readonly (EarlierUse | UnknownUse | undefined)[]> {
  const columns = claimColumns(requests);
  const unused = await insertInTenant<ClaimedKey>(database, tenantId, claimUnused, columns);
  if (unused.length === requests.length) return requests.map(() => undefined);
  const claimed = new Set(unused.map(({ commandId }) => commandId));
  const used = requests.filter(({ commandId }) => !claimed.has(commandId));
  const earlier = await claimUsedKeys(database, tenantId, used).catch(
    (error: unknown) => new UnknownUse(error),
  );
  return requests.map(({ commandId }) => {
    if (claimed.has(commandId)) return undefined;
    return earlier instanceof UnknownUse ? earlier : earlier.get(commandId);
  });
}

/** By command; without those that turned out to be free. */
async function claimUsedKeys(
  database: Database,
  tenantId: TenantId,
  requests: readonly ClaimRequest[],
): Promise<ReadonlyMap<string, EarlierUse>> {
  const rows = await runInTenant<EarlierUse>(database, tenantId, claimStatement, [
    tenantId,
    ...claimColumns(requests),
  ]);
  return new Map(rows.map((row) => [row.commandId, row]));
}

/**
 * An upsert of rows that are there already: an update from a list may be planned as a scan of all
 * the tenant's keys, and is, as long as the table has no statistics.
 */
const completeStatement: TenantStatement = {
  name: 'idempotency_key:complete',
  commit: 'lazy',
  text: `
    insert into idempotency_key as kept
      (tenant_id, command_id, fingerprint, lease_until, status, headers, body)
    select $1, command_id, fingerprint, now(), status, headers, body
    from unnest($2::uuid[], $3::text[], $4::integer[], $5::jsonb[], $6::text[])
      as done (command_id, fingerprint, status, headers, body)
    order by command_id
    on conflict (tenant_id, command_id) do update set
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
    ...claimColumns(completions),
    outcomes.map((outcome) => outcome?.status ?? null),
    outcomes.map((outcome) => (outcome === null ? null : JSON.stringify(outcome.headers))),
    outcomes.map((outcome) => outcome?.body ?? null),
  ]);
}

/** As texts: the driver would look for characters to escape in every element. */
function claimColumns(requests: readonly ClaimRequest[]): [string, string] {
  const column = (name: keyof ClaimRequest) =>
    `{${requests.map((request) => request[name]).join()}}`;
  return [column('commandId'), column('fingerprint')];
}

/** Deletes uses that have expired; for a connection in the worker's role. */
export async function sweepIdempotencyKeys(database: Database, now: Date): Promise<number> {
  const result = await database.kysely
    .deleteFrom('idempotencyKey')
    .where('claimedAt', '<=', new Date(now.getTime() - KEPT_DAYS * DAY_MS).toISOString())
    .executeTakeFirst();
  return Number(result.numDeletedRows);
}
