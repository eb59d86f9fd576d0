import { type TenantTransaction } from '#libs/read-db';
import { type RawBuilder, sql } from 'kysely';
import { fits, type TransferRevenueFilter } from './transfer-filter.js';
import { type KnownTransfers, transfersAsKnown } from './transfers-as-known.js';

/** By what revenue is told apart, beside its currency and values of the campaign. */
export const REVENUE_DIMENSIONS = ['day', 'hour', 'destination', 'buyer', 'source'] as const;

/** One of them. */
export type RevenueDimension = (typeof REVENUE_DIMENSIONS)[number];

/** What to report. */
export interface RevenueReportRequest extends KnownTransfers {
  /** IANA zone in which days and hours begin, also one off by half an hour. */
  readonly timeZone: string;
  readonly by: readonly RevenueDimension[];
  /** By which values of the campaign, too, e.g. utm_source. */
  readonly byCampaign: readonly string[];
  readonly filter: TransferRevenueFilter;
  /** Lines at most. */
  readonly limit: number;
}

/** Revenue of some transfers, as known at the moment asked for. Amounts are in minor units. */
export interface RevenueLine {
  /** Local date YYYY-MM-DD; `null` if not told apart, as the next ones. */
  readonly day: string | null;
  /** When a local hour begins, ISO-8601 UTC: it tells the two apart when clocks are put back. */
  readonly hour: string | null;
  readonly destinationId: string | null;
  /** As the destination was called; if it was renamed, by one of its names. */
  readonly destinationName: string | null;
  /** As reported; also `null` where no report names one. */
  readonly buyer: string | null;
  /** Of the lead; also `null` where it named none. */
  readonly source: string | null;
  /** In the order asked for; `null` where the lead has no such value. */
  readonly campaign: readonly (string | null)[];
  /** ISO 4217. */
  readonly currency: string;
  readonly transfers: number;
  readonly bridged: number;
  readonly billable: number;
  /** How many a buyer has confirmed. */
  readonly confirmed: number;
  /** How many of those that were bridged. */
  readonly bridgedConfirmed: number;
  /** What our payout rules say all of them are worth. */
  readonly estimatedMinor: bigint;
  /** What buyers say those are worth that they confirmed. */
  readonly confirmedMinor: bigint;
  /** Estimated for those that nobody has confirmed. */
  readonly outstandingMinor: bigint;
  /** Confirmed beyond what was estimated for the same transfers. */
  readonly varianceMinor: bigint;
  /** By how much confirmed amounts changed after they were reported first, in the same currency. */
  readonly revisedMinor: bigint;
  /** Reported of transfers that have another currency, and not counted with them. */
  readonly uncountedMinor: bigint;
}

/**
 * Revenue of a period, as it is known now or was at any moment (PB-11, RP-3).
 *
 * Summed up from the transfers on demand: what is estimated and reported of one arrives in pieces
 * that do not say to which day and buyer it belongs, so no fold could keep such sums; and a day is
 * that of any zone. An amount in another currency than the estimate has a line of its own, in
 * which its transfer is counted as confirmed, and nowhere else. So has one that counts for nothing.
 */
export async function reportRevenue(
  transaction: TenantTransaction,
  request: RevenueReportRequest,
): Promise<RevenueLine[]> {
  const { timeZone, by, byCampaign, filter } = request;
  const { rows } = await sql<RevenueLine>`
    with told as not materialized (
      select (call_at at time zone ${timeZone})::date::text as day,
        date_trunc('hour', call_at, ${timeZone}) as hour,
        destination_id, destination_name, buyer, source, ${campaignColumns(byCampaign)}
        bridged_at, billable, currency, estimated_minor, confirmed_currency, confirmed_minor,
        first_confirmed_minor, first_confirmed_currency, uncounted
      from (${transfersAsKnown(request)}) as known where ${fits(filter)}
    )
    select ${dimensions(by)}, ${campaignOf(byCampaign)} as campaign, told_in as currency, ${sums}
    from (
      select told.*, 1 as transfers, estimated_minor as estimated,
        case when confirmed_currency = currency then confirmed_minor end as confirmed,
        currency as told_in, 0 as left_out
      from told
      union all
      select told.*, 0, null, confirmed_minor, confirmed_currency, 0
      from told where confirmed_currency <> currency
      union all
      select told.*, 0, null, null, other.currency, other.minor
      from told, jsonb_to_recordset(uncounted) as other(currency text, minor bigint)
    ) as amounts
    where ${inCurrency(filter)}
    group by ${groups(by, byCampaign)}
    order by ${groups(by, byCampaign)} limit ${request.limit}`.execute(transaction);
  return rows;
}

/** Lines of one currency alone, where one was asked for: a transfer may have money in several. */
function inCurrency({ currency }: TransferRevenueFilter): RawBuilder<unknown> {
  return currency === undefined ? sql`true` : sql`told_in = ${currency}`;
}

const COLUMNS = {
  ...{ day: 'day', hour: 'hour', destination: 'destination_id', buyer: 'buyer' },
  source: 'source',
} as const satisfies Record<RevenueDimension, string>;

function campaignColumns(names: readonly string[]): RawBuilder<unknown> {
  const columns = names.map(
    (name, index) => sql`campaign ->> ${name} as ${sql.id(`campaign_${index}`)},`,
  );
  return sql.join([sql``, ...columns], sql` `);
}

function campaignOf(names: readonly string[]): RawBuilder<unknown> {
  const columns = names.map((_, index) => sql.ref(`campaign_${index}`));
  return sql`jsonb_build_array(${columns.length === 0 ? sql`` : sql.join(columns)})`;
}

function dimensions(by: readonly RevenueDimension[]): RawBuilder<unknown> {
  const columns = REVENUE_DIMENSIONS.map((each) => {
    const column = COLUMNS[each];
    if (by.includes(each)) return sql.ref(column);
    const type = sql.raw(each === 'hour' ? 'timestamptz' : 'text');
    return sql`null::${type} as ${sql.id(column)}`;
  });
  const name = by.includes('destination')
    ? sql`max(destination_name) as destination_name`
    : sql`null::text as destination_name`;
  return sql.join([...columns, name]);
}

function groups(by: readonly RevenueDimension[], byCampaign: readonly string[]) {
  const columns = REVENUE_DIMENSIONS.filter((each) => by.includes(each)).map(
    (each) => COLUMNS[each],
  );
  const campaign = byCampaign.map((_, index) => `campaign_${index}`);
  return sql.join([...columns, ...campaign, 'told_in'].map((column) => sql.ref(column)));
}

const sums = sql`
  sum(transfers)::integer as transfers,
  (count(*) filter (where transfers = 1 and bridged_at is not null))::integer as bridged,
  (count(*) filter (where transfers = 1 and billable))::integer as billable,
  count(confirmed)::integer as confirmed,
  (count(*) filter (
    where transfers = 1 and bridged_at is not null and confirmed_minor is not null
  ))::integer as bridged_confirmed,
  coalesce(sum(estimated), 0)::bigint as estimated_minor,
  coalesce(sum(confirmed), 0)::bigint as confirmed_minor,
  coalesce(sum(estimated) filter (where confirmed_minor is null), 0)::bigint as outstanding_minor,
  coalesce(sum(confirmed - coalesce(estimated, 0)), 0)::bigint as variance_minor,
  coalesce(sum(confirmed - first_confirmed_minor) filter (
    where first_confirmed_currency = told_in
  ), 0)::bigint as revised_minor,
  coalesce(sum(left_out), 0)::bigint as uncounted_minor`;
