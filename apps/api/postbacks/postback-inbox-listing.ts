import { type TenantId } from '#libs/kernel';
import { type Database } from '#libs/read-db';
import { Inject, Injectable } from '@nestjs/common';
import { listPostbacks, type PostbackFilter, unmatchedRevenue } from '#projections/postback-inbox';
import { readPage } from '../http/read-page.js';
import { waitIfAsked } from '../http/wait-for-read-models.js';
import { DATABASE } from '../wiring/tokens.js';
import { type ListPostbacksQuery } from './postback-inbox.requests.js';
import {
  type PostbackPage,
  postbackSummary,
  unmatchedOverview,
} from './postback-inbox.response.js';

const READ_MODELS = ['postback_inbox'];

/** Reads pages of what came in from buyers' platforms. */
@Injectable()
export class PostbackInboxListing {
  constructor(@Inject(DATABASE) private readonly database: Database) {}

  async page(tenantId: TenantId, query: ListPostbacksQuery): Promise<PostbackPage> {
    const { database } = this;
    const { limit, cursor } = query;
    await waitIfAsked(database, READ_MODELS, query);
    const source = { database, tenantId, readModels: READ_MODELS };
    const { items, sums, ...page } = await readPage(source, async (transaction) => ({
      ...(await listPostbacks(transaction, filterOf(query), query)),
      sums: cursor === undefined ? await unmatchedRevenue(transaction) : null,
    }));
    const unmatched = sums === null ? null : unmatchedOverview(sums);
    return { postbacks: items.map(postbackSummary), unmatched, ...page, limit };
  }
}

function filterOf(query: ListPostbacksQuery): PostbackFilter {
  const { status, reason, token_id, destination_id, vendor_call_id, transfer_id, lead_id } = query;
  const { from, to, ambiguous } = query;
  return {
    ...(status !== undefined && { status }),
    ...(reason !== undefined && { reason }),
    ...(token_id !== undefined && { tokenId: token_id.toLowerCase() }),
    ...(destination_id !== undefined && { destinationId: destination_id.toLowerCase() }),
    ...(vendor_call_id !== undefined && { vendorCallId: vendor_call_id }),
    ...(transfer_id !== undefined && { transferId: transfer_id.toLowerCase() }),
    ...(lead_id !== undefined && { leadId: lead_id.toLowerCase() }),
    ...(ambiguous !== undefined && { ambiguous: ambiguous === 'true' }),
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
