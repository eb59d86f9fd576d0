import {
  type Page,
  type PageRequest,
  pageSize,
  readCursor,
  type TenantTransaction,
  toPage,
} from '#libs/read-db';
import { type DeliveryStatus, type PostbackDeliveryRow } from './postback-deliveries.projection.js';

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
