import { type TenantId } from '#libs/kernel';
import { type Database, type PagePlace } from '#libs/read-db';
import { sql } from 'kysely';

/** A hit of any tenant that was looked at long ago. */
export interface OutdatedHit {
  readonly tenantId: TenantId;
  readonly postbackId: string;
  readonly receivedAt: string;
  /** When its call was, where it waited for that time to come; else `null`. */
  readonly since: string | null;
}

/** Versions and time of now. */
export interface VersionsOfNow {
  readonly aliasMap: number;
  readonly rules: number;
  /** ISO-8601 UTC. */
  readonly at: string;
}

/**
 * Hits that wait for a transfer and that nothing was found for under an older alias map of ours, or
 * by older rules, or that wait for the time of their call, which has come; of all tenants, oldest first, `limit` at most. Only the worker sees them. One that
 * nobody can open any more is looked at once for each version, too: it is read as before, and left.
 */
export async function outdatedHits(
  database: Database,
  { aliasMap, rules, at: now }: VersionsOfNow,
  after: PagePlace | null,
  limit: number,
): Promise<OutdatedHit[]> {
  const { at, id } = after ?? { at: '-infinity', id: '' };
  const { rows } = await sql<OutdatedHit>`
    select tenant_id, postback_id, received_at,
      case when reason = 'call_time_in_future' then call_at end as since
    from postback_inbox
    where status = 'unmatched' and reason is distinct from 'unlinked'
      and (sought_map_version < ${aliasMap} or rules_version < ${rules}
        or (reason = 'call_time_in_future' and call_at <= ${now}::timestamptz))
      and (received_at, postback_id) > (${at}::timestamptz, ${id})
    order by received_at, postback_id limit ${limit}`.execute(database.kysely);
  return rows;
}
