import {
  type Page,
  type PageRequest,
  pageSize,
  readCursor,
  type TenantTransaction,
  toPage,
} from '#libs/read-db';
import { type SuppressionRow } from './suppression.projection.js';

/** Which entries are asked for. */
export interface SuppressionPageRequest extends PageRequest {
  /** Only those that bind whom; all if left out. */
  readonly scope?: SuppressionRow['scope'];
}

/**
 * A tenant's entries that still count at an instant (ISO-8601), newest first. Throws
 * `invalid_cursor` for a cursor that no page gave out.
 */
export async function listSuppressions(
  transaction: TenantTransaction,
  at: string,
  page: SuppressionPageRequest = {},
): Promise<Page<SuppressionRow>> {
  const size = pageSize(page);
  let query = transaction
    .withTables<{ suppression: SuppressionRow }>()
    .selectFrom('suppression')
    .selectAll()
    .where(({ eb }) => eb.or([eb('expiresAt', 'is', null), eb('expiresAt', '>', at)]));
  if (page.scope !== undefined) query = query.where('scope', '=', page.scope);
  if (page.cursor !== undefined) {
    const place = readCursor(page.cursor);
    query = query.where((eb) =>
      eb(eb.refTuple('suppressedAt', 'entryId'), '<', eb.tuple(place.at, place.id)),
    );
  }
  const rows = await query
    .orderBy('suppressedAt', 'desc')
    .orderBy('entryId', 'desc')
    .limit(size + 1)
    .execute();
  return toPage(rows, size, ({ suppressedAt, entryId }) => ({ at: suppressedAt, id: entryId }));
}
