import {
  type Page,
  type PageRequest,
  pageSize,
  readCursor,
  type TenantTransaction,
  toPage,
} from '#libs/read-db';
import { sql } from 'kysely';
import { fits, type TransferRevenueFilter } from './transfer-filter.js';
import { type TransferRevenueRow } from './transfer-revenue.projection.js';
import { type KnownTransfers, transfersAsKnown } from './transfers-as-known.js';

/** A transfer as it was known at a moment; as the row of now, as far as the moment tells it. */
export type KnownTransfer = Pick<
  TransferRevenueRow,
  | 'transferId'
  | 'leadId'
  | 'callId'
  | 'source'
  | 'campaign'
  | 'destinationId'
  | 'destinationName'
  | 'callAt'
  | 'bridgedAt'
  | 'endedAt'
  | 'connectedSeconds'
  | 'failure'
  | 'state'
  | 'estimatedMinor'
  | 'currency'
  | 'billable'
  | 'confirmedMinor'
  | 'confirmedCurrency'
  | 'firstConfirmedMinor'
  | 'firstConfirmedCurrency'
  | 'confirmedAt'
  | 'buyer'
  | 'reportCount'
  | 'uncounted'
>;

/**
 * A tenant's transfers with what they are worth, the latest call first. `limit` is 1 to 200, 50
 * unless told. Throws `invalid_cursor` for a cursor that no page gave out.
 */
export async function listTransferRevenue(
  transaction: TenantTransaction,
  wanted: KnownTransfers,
  filter: TransferRevenueFilter = {},
  page: PageRequest = {},
): Promise<Page<KnownTransfer>> {
  const size = pageSize(page);
  const place = page.cursor === undefined ? null : readCursor(page.cursor);
  const after =
    place === null ? sql`` : sql`and (call_at, transfer_id) < (${place.at}, ${place.id})`;
  const { rows } = await sql<KnownTransfer>`
    select * from (${transfersAsKnown(wanted)}) as transfers
    where ${fits(filter)} ${after}
    order by call_at desc, transfer_id desc limit ${size + 1}`.execute(transaction);
  return toPage(rows, size, ({ callAt, transferId }) => ({ at: callAt, id: transferId }));
}

/** What one transfer is worth; `null` if the tenant has none such. */
export async function transferRevenueOf(
  transaction: TenantTransaction,
  transferId: string,
): Promise<TransferRevenueRow | null> {
  const row = await transfers(transaction).where('transferId', '=', transferId).executeTakeFirst();
  return row ?? null;
}

/** These transfers, as known now, in no order; those that there are. */
export function transfersRevenueOf(
  transaction: TenantTransaction,
  transferIds: readonly string[],
): Promise<TransferRevenueRow[]> {
  return transfers(transaction).where('transferId', 'in', transferIds).execute();
}

function transfers(transaction: TenantTransaction) {
  return transaction
    .withTables<{ transferRevenue: TransferRevenueRow }>()
    .selectFrom('transferRevenue')
    .selectAll();
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

/** The ages, oldest first, and from how many hours on. */
const HOURS_FROM: readonly (readonly [Age, number])[] = [
  ...([
    ['over_30_d', 720],
    ['over_72_h', 72],
    ['over_24_h', 24],
    ['under_24_h', 0],
  ] as const),
];

/** When calls of an age were bridged, as of `now`. ISO-8601; `null`: no such end. */
export function bridgedAtAge(
  age: Age,
  now: string,
): { readonly from: string | null; readonly to: string | null } {
  const place = HOURS_FROM.findIndex(([each]) => each === age);
  const agoAt = (index: number) => {
    const hours = HOURS_FROM[index]?.[1];
    if (hours === undefined || hours === 0) return null;
    return new Date(Date.parse(now) - hours * 3_600_000).toISOString();
  };
  return { from: agoAt(place - 1), to: agoAt(place) };
}

/**
 * Bridged transfers that no report confirms, by how long ago they were at `now`, oldest first
 * (PB-11).
 */
export async function unconfirmedByAge(
  transaction: TenantTransaction,
  wanted: KnownTransfers,
  now: string,
  filter: TransferRevenueFilter = {},
): Promise<UnconfirmedTransfers[]> {
  const before = (age: Age) => sql`bridged_at < ${bridgedAtAge(age, now).to}::timestamptz`;
  const { rows } = await sql<UnconfirmedTransfers>`
    select age, currency, count(*)::integer as transfers,
      coalesce(sum(estimated_minor), 0)::bigint as estimated_minor
    from (
      select currency, estimated_minor, case
        when ${before('over_30_d')} then 'over_30_d'
        when ${before('over_72_h')} then 'over_72_h'
        when ${before('over_24_h')} then 'over_24_h'
        else 'under_24_h' end as age
      from (${transfersAsKnown(wanted)}) as transfers
      where bridged_at is not null and confirmed_minor is null and ${fits(filter)}
    ) as waiting
    group by age, currency
    order by array_position(array['over_30_d', 'over_72_h', 'over_24_h', 'under_24_h'], age),
      currency`.execute(transaction);
  return rows;
}
