import type { LeadMode, LeadStatus } from '#libs/leads';
import {
  type Page,
  type PageRequest,
  pageSize,
  readCursor,
  type TenantTransaction,
  toPage,
} from '#libs/read-db';
import { type LeadListRow } from './lead-list.projection.js';

/** Which leads to list; what is left out does not filter. */
export interface LeadListFilter {
  readonly mode?: LeadMode;
  readonly status?: LeadStatus;
  readonly source?: string;
  readonly state?: string;
  readonly phoneHash?: string;
  /** ISO-8601, inclusive. */
  readonly receivedFrom?: string;
  /** ISO-8601, exclusive. */
  readonly receivedTo?: string;
}

/**
 * A tenant's leads, newest first. `limit` is 1 to 200, 50 unless told.
 *
 * A page begins right after the last lead of the one before, so leads that come in meanwhile neither
 * repeat nor hide any. Throws `invalid_cursor` for a cursor that no page gave out.
 */
export async function listLeads(
  transaction: TenantTransaction,
  filter: LeadListFilter,
  page: PageRequest = {},
): Promise<Page<LeadListRow>> {
  const size = pageSize(page);
  let query = filtered(transaction, filter);
  if (page.cursor !== undefined) {
    const { at, id } = readCursor(page.cursor);
    query = query.where((eb) => eb(eb.refTuple('receivedAt', 'leadId'), '<', eb.tuple(at, id)));
  }
  const rows = await query
    .orderBy('receivedAt', 'desc')
    .orderBy('leadId', 'desc')
    .limit(size + 1)
    .execute();
  return toPage(rows, size, ({ receivedAt, leadId }) => ({ at: receivedAt, id: leadId }));
}

function filtered(transaction: TenantTransaction, filter: LeadListFilter) {
  let query = transaction
    .withTables<{ leadList: LeadListRow }>()
    .selectFrom('leadList')
    .selectAll();
  for (const column of ['mode', 'status', 'source', 'state', 'phoneHash'] as const) {
    const value = filter[column];
    if (value !== undefined) query = query.where(column, '=', value);
  }
  const { receivedFrom, receivedTo } = filter;
  if (receivedFrom !== undefined) query = query.where('receivedAt', '>=', receivedFrom);
  if (receivedTo !== undefined) query = query.where('receivedAt', '<', receivedTo);
  return query;
}
