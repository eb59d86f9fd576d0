import { type TenantId } from '#libs/kernel';
import { type Database, type TenantTransaction } from '#libs/read-db';
import { Inject, Injectable } from '@nestjs/common';
import {
  type HitStake,
  listPostbacks,
  type PostbackFilter,
  type PostbackInboxRow,
  stakesOf,
  unmatchedRevenue,
} from '#projections/postback-inbox';
import { readPage } from '../http/read-page.js';
import { waitIfAsked } from '../http/wait-for-read-models.js';
import { DATABASE } from '../wiring/tokens.js';
import { type ListPostbacksQuery } from './postback-inbox.requests.js';
import { listedPostback, type PostbackPage, unmatchedOverview } from './postback-inbox.response.js';

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
    const filter = filterOf(query);
    const { items, stakes, sums, ...page } = await readPage(source, async (transaction) => {
      const found = await listPostbacks(transaction, filter, query);
      const stakes = await stakesIn(transaction, found.items, filter);
      const sums = cursor === undefined ? await sumsOf(transaction, filter) : null;
      return { ...found, stakes, sums };
    });
    const unmatched = sums === null ? null : unmatchedOverview(sums);
    const postbacks = items.map((row) =>
      listedPostback(row, stakes.get(row.postbackId), filter.knownBy),
    );
    return { postbacks, unmatched, ...page, limit };
  }
}

/**
 * The money at stake in hits of a page. Only those that wait have any; which did at a past moment,
 * their rows do not tell.
 */
async function stakesIn(
  transaction: TenantTransaction,
  items: readonly PostbackInboxRow[],
  { knownBy, statementLines }: PostbackFilter,
): Promise<ReadonlyMap<string, HitStake>> {
  const mayWait = knownBy !== undefined || items.some(({ status }) => status === 'unmatched');
  if (!mayWait) return new Map();
  const ids = items.map(({ postbackId }) => postbackId);
  return stakesOf(transaction, ids, {
    asOf: knownBy ?? null,
    statementLines: statementLines ?? null,
  });
}

/** What belongs to no transfer is of no test lead, and so is live: see {@link PostbackFilter}. */
function sumsOf(transaction: TenantTransaction, { mode }: PostbackFilter) {
  return mode === 'test' ? [] : unmatchedRevenue(transaction);
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
  const { statement_lines, mode, known_by } = query;
  return {
    ...(called_from !== undefined && { calledFrom: new Date(called_from).toISOString() }),
    ...(called_to !== undefined && { calledTo: new Date(called_to).toISOString() }),
    ...(reported_destination_id !== undefined && {
      reportedDestinationId: reported_destination_id.toLowerCase() || null,
    }),
    ...(buyer !== undefined && { buyer: buyer === '' ? null : buyer }),
    ...(currency !== undefined && { currency }),
    ...(statement_lines !== undefined && { statementLines: statement_lines === 'true' }),
    ...(mode !== undefined && { mode }),
    ...(known_by !== undefined && { knownBy: new Date(known_by).toISOString() }),
  };
}
