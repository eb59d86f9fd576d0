import type { LeadMode } from '#events/leads';
import { type TenantTransaction } from '#libs/read-db';
import { type RawBuilder, sql } from 'kysely';

/** By what revenue is told apart, beside its currency. */
export const REVENUE_DIMENSIONS = ['day', 'destination', 'buyer', 'source'] as const;

/** One of them. */
export type RevenueDimension = (typeof REVENUE_DIMENSIONS)[number];

/** What to report. */
export interface RevenueReportRequest {
  readonly mode: LeadMode;
  /** Calls from this instant on. ISO-8601. */
  readonly from: string;
  /** Until this one, exclusive. ISO-8601. */
  readonly to: string;
  /** IANA zone in which days begin, also one off by half an hour. */
  readonly timeZone: string;
  readonly by: readonly RevenueDimension[];
}

/** Revenue of some transfers, as now known. Amounts are in minor units. */
export interface RevenueLine {
  /** Local date YYYY-MM-DD; `null` if not told apart, as the next ones. */
  readonly day: string | null;
  readonly destinationId: string | null;
  /** As the destination was called; if it was renamed, by one of its names. */
  readonly destinationName: string | null;
  /** As reported; also `null` where no report names one. */
  readonly buyer: string | null;
  /** Of the lead; also `null` where it named none. */
  readonly source: string | null;
  /** ISO 4217. */
  readonly currency: string;
  readonly transfers: number;
  readonly bridged: number;
  readonly billable: number;
  /** How many a buyer has confirmed. */
  readonly confirmed: number;
  /** What our payout rules say all of them are worth. */
  readonly estimatedMinor: bigint;
  /** What buyers say those are worth that they confirmed. */
  readonly confirmedMinor: bigint;
  /** Estimated for those that nobody has confirmed. */
  readonly outstandingMinor: bigint;
  /** Confirmed beyond what was estimated for the same transfers. */
  readonly varianceMinor: bigint;
  /** By how much confirmed amounts changed after they were reported first. */
  readonly revisedMinor: bigint;
}

/**
 * Revenue of a period, by day, destination, buyer and source, as now known (PB-11, RP-3).
 *
 * Summed up from the transfers on demand: what is estimated and reported of one arrives in pieces
 * that do not say to which day and buyer it belongs, so no fold could keep such sums; and a day is
 * that of any zone. An amount in another currency than the estimate has a line of its own, in
 * which its transfer is counted as confirmed, and nowhere else.
 */
export async function reportRevenue(
  transaction: TenantTransaction,
  request: RevenueReportRequest,
): Promise<RevenueLine[]> {
  const { mode, from, to, timeZone, by } = request;
  const day = sql`(call_at at time zone ${timeZone})::date::text`;
  const { rows } = await sql<RevenueLine>`
    with told as not materialized (
      select ${day} as day, destination_id, destination_name, buyer, source, bridged_at, billable,
        currency, estimated_minor, confirmed_currency, confirmed_minor, first_confirmed_minor
      from transfer_revenue
      where mode = ${mode} and call_at >= ${from} and call_at < ${to}
    )
    select ${dimensions(by)}, told_in as currency, ${sums}
    from (
      select told.*, 1 as transfers, estimated_minor as estimated,
        case when confirmed_currency = currency then confirmed_minor end as confirmed,
        currency as told_in
      from told
      union all
      select told.*, 0, null, confirmed_minor, confirmed_currency
      from told where confirmed_currency <> currency
    ) as amounts
    group by ${groups(by)}
    order by ${groups(by)}`.execute(transaction);
  return rows;
}

const COLUMNS = {
  day: ['day'],
  destination: ['destination_id'],
  buyer: ['buyer'],
  source: ['source'],
} as const satisfies Record<RevenueDimension, readonly string[]>;

function dimensions(by: readonly RevenueDimension[]): RawBuilder<unknown> {
  const columns = REVENUE_DIMENSIONS.flatMap((each) =>
    COLUMNS[each].map((column) =>
      by.includes(each) ? sql.ref(column) : sql`null::text as ${sql.id(column)}`,
    ),
  );
  const name = by.includes('destination')
    ? sql`max(destination_name) as destination_name`
    : sql`null::text as destination_name`;
  return sql.join([...columns, name]);
}

function groups(by: readonly RevenueDimension[]): RawBuilder<unknown> {
  const columns = REVENUE_DIMENSIONS.filter((each) => by.includes(each)).flatMap(
    (each) => COLUMNS[each],
  );
  return sql.join([...columns, 'told_in'].map((column) => sql.ref(column)));
}

const sums = sql`
  sum(transfers)::integer as transfers,
  (count(*) filter (where transfers = 1 and bridged_at is not null))::integer as bridged,
  (count(*) filter (where transfers = 1 and billable))::integer as billable,
  count(confirmed)::integer as confirmed,
  coalesce(sum(estimated), 0)::bigint as estimated_minor,
  coalesce(sum(confirmed), 0)::bigint as confirmed_minor,
  coalesce(sum(estimated) filter (where confirmed_minor is null), 0)::bigint as outstanding_minor,
  coalesce(sum(confirmed - coalesce(estimated, 0)), 0)::bigint as variance_minor,
  coalesce(sum(confirmed - first_confirmed_minor), 0)::bigint as revised_minor`;
