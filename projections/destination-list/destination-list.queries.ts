import {
  type Page,
  type PageRequest,
  pageSize,
  readCursor,
  type TenantTransaction,
  toPage,
} from '#libs/read-db';
import { type DestinationListRow, type DestinationStatus } from './destination-list.projection.js';

/** Which destinations to list. */
export interface DestinationListFilter {
  /** All that are not retired, if left out. */
  readonly status?: DestinationStatus;
}

/**
 * A tenant's destinations, newest first. `limit` is 1 to 200, 50 unless told. Throws
 * `invalid_cursor` for a cursor that no page gave out.
 */
export async function listDestinations(
  transaction: TenantTransaction,
  { status }: DestinationListFilter = {},
  page: PageRequest = {},
): Promise<Page<DestinationListRow>> {
  const size = pageSize(page);
  let query = transaction
    .withTables<{ destinationList: DestinationListRow }>()
    .selectFrom('destinationList')
    .selectAll()
    .where((eb) =>
      status === undefined ? eb('status', '<>', 'retired') : eb('status', '=', status),
    );
  if (page.cursor !== undefined) {
    const place = readCursor(page.cursor);
    query = query.where((eb) =>
      eb(eb.refTuple('addedAt', 'destinationId'), '<', eb.tuple(place.at, place.id)),
    );
  }
  const rows = await query
    .orderBy('addedAt', 'desc')
    .orderBy('destinationId', 'desc')
    .limit(size + 1)
    .execute();
  return toPage(rows, size, ({ addedAt, destinationId }) => ({ at: addedAt, id: destinationId }));
}

/** How these destinations are called now, by their ids; those that there are, retired ones too. */
export async function destinationNames(
  transaction: TenantTransaction,
  destinationIds: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  if (destinationIds.length === 0) return new Map();
  const rows = await transaction
    .withTables<{ destinationList: DestinationListRow }>()
    .selectFrom('destinationList')
    .select(['destinationId', 'settings'])
    .where('destinationId', 'in', destinationIds)
    .execute();
  return new Map(rows.map(({ destinationId, settings }) => [destinationId, settings.name]));
}
