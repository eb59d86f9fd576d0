import { sql } from 'kysely';
import {
  type Page,
  type PageRequest,
  pageSize,
  readCursor,
  type TenantTransaction,
  toPage,
} from '#libs/read-db';
import { type DeliveryStatus, type PostbackDeliveryRow } from './postback-deliveries.projection.js';

/** What the calls that a target was told of are worth to it by its terms, in one currency. */
export interface TargetAmount {
  readonly targetId: string;
  /** ISO 4217. */
  readonly currency: string;
  /** Transfers with an amount. */
  readonly transfers: number;
  readonly amountMinor: bigint;
}

/** Which deliveries to list; what is left out does not filter. */
export interface DeliveryFilter {
  readonly status?: DeliveryStatus;
  readonly targetId?: string;
  readonly leadId?: string;
  readonly transferId?: string;
}

const COLUMNS = [
  'status',
  'targetId',
  'leadId',
  'transferId',
] as const satisfies (keyof DeliveryFilter)[];

/**
 * A tenant's deliveries, newest first. `limit` is 1 to 200, 50 unless told. Throws `invalid_cursor`
 * for a cursor that no page gave out.
 */
export async function listPostbackDeliveries(
  transaction: TenantTransaction,
  filter: DeliveryFilter,
  page: PageRequest = {},
): Promise<Page<PostbackDeliveryRow>> {
  const size = pageSize(page);
  let query = deliveries(transaction, filter)
    .orderBy('scheduledAt', 'desc')
    .orderBy('deliveryId', 'desc')
    .limit(size + 1);
  if (page.cursor !== undefined) {
    const { at, id } = readCursor(page.cursor);
    query = query.where((eb) =>
      eb(eb.refTuple('scheduledAt', 'deliveryId'), '<', eb.tuple(at, id)),
    );
  }
  return toPage(await query.execute(), size, ({ scheduledAt: at, deliveryId: id }) => ({ at, id }));
}

/**
 * What targets are owed, by target and currency; of one target, if told. A transfer counts with
 * what its last delivery says, taken or not: a target is owed what it did not hear of, too.
 */
export async function amountsByTarget(
  transaction: TenantTransaction,
  targetId?: string,
): Promise<readonly TargetAmount[]> {
  const filter = targetId === undefined ? {} : { targetId };
  const last = deliveries(transaction, filter)
    .distinctOn(['targetId', 'transferId'])
    .orderBy('targetId')
    .orderBy('transferId')
    .orderBy('scheduledPosition', 'desc');
  return transaction
    .withTables<{ last: PostbackDeliveryRow }>()
    .with('last', () => last)
    .selectFrom('last')
    .select(['targetId', sql<string>`currency`.as('currency')])
    .select(sql<number>`count(*)::integer`.as('transfers'))
    .select(sql<bigint>`sum(amount_minor)::bigint`.as('amountMinor'))
    .where('amountMinor', 'is not', null)
    .groupBy(['targetId', 'currency'])
    .orderBy('targetId')
    .orderBy('currency')
    .execute();
}

/** Ids of what a target did not take and would still be right to tell, the oldest first. */
export async function givenUpDeliveries(
  transaction: TenantTransaction,
  targetId: string,
  limit: number,
): Promise<readonly string[]> {
  const rows = await deliveries(transaction, { targetId, status: 'given_up' })
    .where('givenUpReason', '!=', 'superseded')
    .orderBy('scheduledAt')
    .orderBy('deliveryId')
    .limit(limit)
    .execute();
  return rows.map(({ deliveryId }) => deliveryId);
}

function deliveries(transaction: TenantTransaction, filter: DeliveryFilter) {
  let query = transaction
    .withTables<{ postbackDeliveries: PostbackDeliveryRow }>()
    .selectFrom('postbackDeliveries')
    .selectAll();
  for (const column of COLUMNS) {
    const value = filter[column];
    if (value !== undefined) query = query.where(column, '=', value);
  }
  return query;
}
