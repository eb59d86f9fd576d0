import { type TenantId } from '#libs/kernel';
import { type Database, inTenant, standingOf } from '#libs/read-db';
import { Inject, Injectable } from '@nestjs/common';
import { listPostbacks, type PostbackFilter, unmatchedRevenue } from '#projections/postback-inbox';
import { answerAsOf } from '../http/answer-as-of.js';
import { waitForReadModels } from '../http/wait-for-read-models.js';
import { DATABASE } from '../wiring/tokens.js';
import { type ListPostbacksQuery } from './postback-inbox.requests.js';
import {
  type PostbackPage,
  postbackSummary,
  unmatchedOverview,
} from './postback-inbox.response.js';

/** Reads pages of what came in from buyers' platforms. */
@Injectable()
export class PostbackInboxListing {
  constructor(@Inject(DATABASE) private readonly database: Database) {}

  async page(tenantId: TenantId, query: ListPostbacksQuery): Promise<PostbackPage> {
    const { limit, cursor, waitFor } = query;
    if (waitFor !== undefined) {
      await waitForReadModels(this.database, ['postback_inbox'], BigInt(waitFor));
    }
    const place = { limit, ...(cursor !== undefined && { cursor }) };
    const [standing, { items, nextCursor }, sums] = await inTenant(
      this.database,
      tenantId,
      async (transaction) => [
        await standingOf(transaction, 'postback_inbox'),
        await listPostbacks(transaction, filterOf(query), place),
        cursor === undefined ? await unmatchedRevenue(transaction) : null,
      ],
    );
    const more = { next_cursor: nextCursor, has_more: nextCursor !== null };
    const unmatched = sums === null ? null : unmatchedOverview(sums);
    const as_of = answerAsOf(standing);
    return { postbacks: items.map(postbackSummary), unmatched, ...more, limit, as_of };
  }
}

function filterOf(query: ListPostbacksQuery): PostbackFilter {
  const { status, reason, token_id, destination_id, vendor_call_id, transfer_id, lead_id } = query;
  const { from, to } = query;
  return {
    ...(status !== undefined && { status }),
    ...(reason !== undefined && { reason }),
    ...(token_id !== undefined && { tokenId: token_id.toLowerCase() }),
    ...(destination_id !== undefined && { destinationId: destination_id.toLowerCase() }),
    ...(vendor_call_id !== undefined && { vendorCallId: vendor_call_id }),
    ...(transfer_id !== undefined && { transferId: transfer_id.toLowerCase() }),
    ...(lead_id !== undefined && { leadId: lead_id.toLowerCase() }),
    ...(from !== undefined && { receivedFrom: new Date(from).toISOString() }),
    ...(to !== undefined && { receivedTo: new Date(to).toISOString() }),
    ...lineOf(query),
  };
}

/** By what a line of a report is told apart. */
function lineOf(query: ListPostbacksQuery): PostbackFilter {
  const { called_from, called_to, reported_destination_id, buyer, currency } = query;
  const { statement_lines, known_by } = query;
  return {
    ...(called_from !== undefined && { calledFrom: new Date(called_from).toISOString() }),
    ...(called_to !== undefined && { calledTo: new Date(called_to).toISOString() }),
    ...(reported_destination_id !== undefined && {
      reportedDestinationId: reported_destination_id.toLowerCase() || null,
    }),
    ...(buyer !== undefined && { buyer: buyer === '' ? null : buyer }),
    ...(currency !== undefined && { currency }),
    ...(statement_lines !== undefined && { statementLines: statement_lines === 'true' }),
    ...(known_by !== undefined && { knownBy: new Date(known_by).toISOString() }),
  };
}
