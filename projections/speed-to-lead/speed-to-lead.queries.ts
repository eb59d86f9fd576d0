import type { LeadMode } from '#libs/leads';
import { type TenantTransaction } from '#libs/read-db';
import { sql } from 'kysely';
import { type SpeedToLeadRow } from './speed-to-lead.projection.js';

/** Leads of one source, and how long after receipt they could be dialed. */
export interface SourceSpeed {
  /** `null`: leads that named none. */
  readonly source: string | null;
  readonly leads: number;
  /** How many of them could be dialed at some time. */
  readonly dialable: number;
  /** Of those: half of them, and nine in ten, could within so many ms; `null` if there are none. */
  readonly medianMs: bigint | null;
  readonly p90Ms: bigint | null;
}

/** Leads to count: received from an instant (inclusive) to another (exclusive). */
export interface SpeedPeriod {
  readonly mode: LeadMode;
  /** ISO-8601. */
  readonly receivedFrom: string;
  /** ISO-8601. */
  readonly receivedTo: string;
}

/** How fast the leads of each source became fit to be called, the largest source first. */
export async function speedBySource(
  transaction: TenantTransaction,
  { mode, receivedFrom, receivedTo }: SpeedPeriod,
): Promise<SourceSpeed[]> {
  const within = (share: number) =>
    sql<
      bigint | null
    >`percentile_disc(${sql.lit(share)}) within group (order by first_dialable_ms)`;
  return transaction
    .withTables<{ speedToLead: SpeedToLeadRow }>()
    .selectFrom('speedToLead')
    .select('source')
    .select(sql<number>`count(*)::integer`.as('leads'))
    .select(sql<number>`count(first_dialable_ms)::integer`.as('dialable'))
    .select(within(0.5).as('medianMs'))
    .select(within(0.9).as('p90Ms'))
    .where('mode', '=', mode)
    .where('receivedAt', '>=', receivedFrom)
    .where('receivedAt', '<', receivedTo)
    .groupBy('source')
    .orderBy('leads', 'desc')
    .orderBy('source')
    .execute();
}
