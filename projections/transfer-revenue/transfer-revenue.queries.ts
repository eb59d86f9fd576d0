import type { LeadMode } from '#events/leads';
import {
  type Page,
  type PageRequest,
  pageSize,
  readCursor,
  type TenantTransaction,
  toPage,
} from '#libs/read-db';
import { sql } from 'kysely';
import { type RevenueState, type TransferRevenueRow } from './transfer-revenue.projection.js';

/** Which transfers to list; what is left out does not filter. */
export interface TransferRevenueFilter {
  readonly leadId?: string;
  readonly destinationId?: string;
  readonly state?: RevenueState;
  readonly billable?: boolean;
  /** ISO-8601, inclusive. */
  readonly from?: string;
  /** ISO-8601, exclusive. */
  readonly to?: string;
}

/**
 * A tenant's transfers with what they are worth, the latest call first. `limit` is 1 to 200, 50
 * unless told. Throws `invalid_cursor` for a cursor that no page gave out.
 */
export async function listTransferRevenue(
  transaction: TenantTransaction,
  filter: TransferRevenueFilter,
  page: PageRequest = {},
): Promise<Page<TransferRevenueRow>> {
  const size = pageSize(page);
  const query = narrowed(transaction, filter).limit(size + 1);
  const from = page.cursor === undefined ? null : readCursor(page.cursor);
  const after =
    from === null
      ? query
      : query.where((eb) =>
          eb(eb.refTuple('callAt', 'transferId'), '<', eb.tuple(from.at, from.id)),
        );
  return toPage(await after.execute(), size, ({ callAt, transferId }) => ({
    ...{ at: callAt, id: transferId },
  }));
}

/** What one transfer is worth; `null` if the tenant has none such. */
export async function transferRevenueOf(
  transaction: TenantTransaction,
  transferId: string,
): Promise<TransferRevenueRow | null> {
  const row = await transfers(transaction).where('transferId', '=', transferId).executeTakeFirst();
  return row ?? null;
}

function transfers(transaction: TenantTransaction) {
  return transaction
    .withTables<{ transferRevenue: TransferRevenueRow }>()
    .selectFrom('transferRevenue')
    .selectAll();
}

function narrowed(transaction: TenantTransaction, filter: TransferRevenueFilter) {
  let query = transfers(transaction).orderBy('callAt', 'desc').orderBy('transferId', 'desc');
  for (const column of ['leadId', 'destinationId', 'state', 'billable'] as const) {
    const value = filter[column];
    if (value !== undefined) query = query.where(column, '=', value);
  }
  const { from, to } = filter;
  if (from !== undefined) query = query.where('callAt', '>=', from);
  if (to !== undefined) query = query.where('callAt', '<', to);
  return query;
}

/** How long ago a call was that no buyer has reported yet. */
export type Age = 'under_24_h' | 'over_24_h' | 'over_72_h' | 'over_30_d';

/** Bridged transfers that wait for a report. */
export interface UnconfirmedTransfers {
  readonly age: Age;
  /** ISO 4217. */
  readonly currency: string;
  readonly transfers: number;
  /** What they are estimated to be worth, in minor units. */
  readonly estimatedMinor: bigint;
}

/** Bridged transfers that no report confirms, by how long ago they were at `now`, oldest first (PB-11). */
export async function unconfirmedByAge(
  transaction: TenantTransaction,
  { mode, now }: { readonly mode: LeadMode; readonly now: string },
): Promise<UnconfirmedTransfers[]> {
  const { rows } = await sql<UnconfirmedTransfers>`
    select age, currency, count(*)::integer as transfers,
      coalesce(sum(estimated_minor), 0)::bigint as estimated_minor
    from (
      select currency, estimated_minor, case
        when bridged_at < ${now}::timestamptz - interval '30 days' then 'over_30_d'
        when bridged_at < ${now}::timestamptz - interval '72 hours' then 'over_72_h'
        when bridged_at < ${now}::timestamptz - interval '24 hours' then 'over_24_h'
        else 'under_24_h' end as age
      from transfer_revenue
      where mode = ${mode} and bridged_at is not null and confirmed_minor is null
    ) as waiting
    group by age, currency
    order by array_position(array['over_30_d', 'over_72_h', 'over_24_h', 'under_24_h'], age),
      currency`.execute(transaction);
  return rows;
}
