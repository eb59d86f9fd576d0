import {
  type Page,
  type PageRequest,
  pageSize,
  readCursor,
  type TenantTransaction,
  toPage,
} from '#libs/read-db';
import { type ScriptListRow } from './script-list.projection.js';

/** Which scripts to list; what is left out does not filter. */
export interface ScriptListFilter {
  readonly status?: ScriptListRow['status'];
}

/**
 * A tenant's scripts, newest first. Throws `invalid_cursor` for a cursor that no page gave out.
 */
export async function listScripts(
  transaction: TenantTransaction,
  { status }: ScriptListFilter,
  page: PageRequest = {},
): Promise<Page<ScriptListRow>> {
  const size = pageSize(page);
  let query = transaction
    .withTables<{ scriptList: ScriptListRow }>()
    .selectFrom('scriptList')
    .selectAll();
  if (status !== undefined) query = query.where('status', '=', status);
  if (page.cursor !== undefined) {
    const place = readCursor(page.cursor);
    query = query.where((eb) =>
      eb(eb.refTuple('createdAt', 'scriptId'), '<', eb.tuple(place.at, place.id)),
    );
  }
  const rows = await query
    .orderBy('createdAt', 'desc')
    .orderBy('scriptId', 'desc')
    .limit(size + 1)
    .execute();
  return toPage(rows, size, ({ createdAt, scriptId }) => ({ at: createdAt, id: scriptId }));
}
