import type { UnmatchedReason } from '#events/revenue';
import { type TenantTransaction } from '#libs/read-db';
import { sql } from 'kysely';
import { hitsAtStake } from './calls-at-stake.js';

/** Money that was reported and belongs to no transfer. */
export interface UnmatchedRevenue {
  readonly reason: UnmatchedReason;
  /** ISO 4217. */
  readonly currency: string;
  readonly hits: number;
  /** Calls they are about, as far as their senders name them. */
  readonly calls: number;
  /** What those calls are said to be worth, in minor units. */
  readonly atStakeMinor: bigint;
}

/**
 * What is at stake in hits that are unmatched now, by reason and currency (PB-7, PB-11).
 *
 * Asked of the inbox rather than kept as sums: what becomes of a hit is told without its amount. A
 * call that was reported several times counts with what the ledger would make of its reports, in
 * each currency of those; the same name from two senders is two calls.
 */
export async function unmatchedRevenue(
  transaction: TenantTransaction,
): Promise<UnmatchedRevenue[]> {
  const stakes = hitsAtStake({ asOf: null, statementLines: null });
  const { rows } = await sql<UnmatchedRevenue>`
    select reason, currency, count(*)::integer as hits, count(distinct call)::integer as calls,
      coalesce(sum(at_stake_minor), 0)::bigint as at_stake_minor
    from (${stakes}) as hits
    group by reason, currency
    order by reason, currency`.execute(transaction);
  return rows;
}
