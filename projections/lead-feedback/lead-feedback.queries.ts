import {
  type Page,
  type PageRequest,
  pageSize,
  readCursor,
  type TenantTransaction,
  toPage,
} from '#libs/read-db';
import { sql } from 'kysely';
import { type LeadFeedbackRow } from './lead-feedback.projection.js';

/** Which feedback to list; what is left out does not filter. */
export type FeedbackFilter = Partial<
  Pick<LeadFeedbackRow, 'standing' | 'reason' | 'status' | 'leadId' | 'tokenId'>
>;

const COLUMNS = ['standing', 'reason', 'status', 'leadId', 'tokenId'] as const;

/**
 * What buyers said of a tenant's leads, newest first. `limit` is 1 to 200, 50 unless told. Throws
 * `invalid_cursor` for a cursor that no page gave out.
 */
export async function listFeedback(
  transaction: TenantTransaction,
  filter: FeedbackFilter = {},
  page: PageRequest = {},
): Promise<Page<LeadFeedbackRow>> {
  const size = pageSize(page);
  let query = transaction
    .withTables<{ leadFeedback: LeadFeedbackRow }>()
    .selectFrom('leadFeedback')
    .selectAll()
    .where('tenantId', '=', sql<string>`current_setting('app.tenant')`)
    .orderBy('receivedAt', 'desc')
    .orderBy('feedbackId', 'desc')
    .limit(size + 1);
  for (const column of COLUMNS) {
    const value = filter[column];
    if (value !== undefined) query = query.where(column, '=', value);
  }
  if (page.cursor !== undefined) {
    const { at, id } = readCursor(page.cursor);
    query = query.where((eb) => eb(eb.refTuple('receivedAt', 'feedbackId'), '<', eb.tuple(at, id)));
  }
  return toPage(await query.execute(), size, ({ receivedAt, feedbackId }) => ({
    ...{ at: receivedAt, id: feedbackId },
  }));
}
