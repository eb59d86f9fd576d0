import {
  type Page,
  type PageRequest,
  pageSize,
  readCursor,
  type TenantTransaction,
  toPage,
} from '#libs/read-db';
import { sql } from 'kysely';
import { type RevenueLedgerRow } from './revenue-ledger.projection.js';

/** Which entries to list; what is left out does not filter. */
export interface LedgerFilter {
  readonly transferId?: string;
  readonly leadId?: string;
  readonly destinationId?: string;
  /** Calls from this instant on. ISO-8601. */
  readonly from?: string;
  /** Until this one, exclusive. ISO-8601. */
  readonly to?: string;
}

/**
 * A tenant's entries, the last recorded first. `limit` is 1 to 200, 50 unless told. Throws
 * `invalid_cursor` for a cursor that no page gave out.
 */
export async function listLedgerEntries(
  transaction: TenantTransaction,
  filter: LedgerFilter,
  page: PageRequest = {},
): Promise<Page<RevenueLedgerRow>> {
  const size = pageSize(page);
  const from = page.cursor === undefined ? null : readCursor(page.cursor);
  const query = entries(transaction, filter).limit(size + 1);
  const after =
    from === null
      ? query
      : query.where((eb) =>
          eb(eb.refTuple('recordedAt', 'entryId'), '<', eb.tuple(from.at, from.id)),
        );
  return toPage(await after.execute(), size, ({ recordedAt, entryId }) => ({
    ...{ at: recordedAt, id: entryId },
  }));
}

/** Estimates of calls that are not over, or worth nothing, change nothing and are left out. */
function entries(transaction: TenantTransaction, filter: LedgerFilter) {
  let query = transaction
    .withTables<{ revenueLedger: RevenueLedgerRow }>()
    .selectFrom('revenueLedger')
    .selectAll()
    .where((eb) => eb.or([eb('kind', '<>', 'estimated'), eb('deltaMinor', '<>', 0n)]))
    .orderBy('recordedAt', 'desc')
    .orderBy('entryId', 'desc');
  for (const column of ['transferId', 'leadId', 'destinationId'] as const) {
    const value = filter[column];
    if (value !== undefined) query = query.where(column, '=', value);
  }
  const { from, to } = filter;
  if (from !== undefined) query = query.where('occurredAt', '>=', from);
  if (to !== undefined) query = query.where('occurredAt', '<', to);
  return query;
}

/** What to add up. */
export interface LedgerPeriod {
  /** Calls from this instant on. ISO-8601. */
  readonly from: string;
  /** Until this one, exclusive. ISO-8601. */
  readonly to: string;
  /** IANA zone in which days begin. */
  readonly timeZone: string;
  /** Only what was recorded by then, inclusive, ISO-8601; `null`: all that is known now. */
  readonly asOf: string | null;
}

/** What transfers of one local day to one destination were known to be worth. In minor units. */
export interface LedgerDay {
  /** Local date, YYYY-MM-DD. */
  readonly day: string;
  readonly destinationId: string;
  /** ISO 4217. */
  readonly currency: string;
  readonly estimatedMinor: bigint;
  /** As first reported: what each transfer was confirmed with, whatever came later. */
  readonly firstReportedMinor: bigint;
  /** As known at the moment asked for. */
  readonly confirmedMinor: bigint;
}

/**
 * Revenue by day and destination, as it was known at any moment: as first reported, and as then
 * known.
 */
export async function ledgerByDay(
  transaction: TenantTransaction,
  { from, to, timeZone, asOf }: LedgerPeriod,
): Promise<LedgerDay[]> {
  const { rows } = await sql<LedgerDay>`
    select day, destination_id, currency,
      coalesce(sum(delta_minor) filter (where kind = 'estimated'), 0)::bigint as estimated_minor,
      coalesce(sum(delta_minor) filter (where kind = 'confirmed' and nth = 1), 0)::bigint
        as first_reported_minor,
      coalesce(sum(delta_minor) filter (where kind <> 'estimated'), 0)::bigint as confirmed_minor
    from (
      select (occurred_at at time zone ${timeZone})::date::text as day, destination_id, currency,
        kind, delta_minor,
        row_number() over (partition by transfer_id, kind order by position) as nth
      from revenue_ledger
      where occurred_at >= ${from} and occurred_at < ${to}
        and (${asOf}::timestamptz is null or recorded_at <= ${asOf}::timestamptz)
    ) as entries
    group by day, destination_id, currency
    order by day, destination_id, currency`.execute(transaction);
  return rows;
}
