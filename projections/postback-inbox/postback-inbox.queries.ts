import {
  type Page,
  type PagePlace,
  type PageRequest,
  pageSize,
  readCursor,
  type TenantTransaction,
  toPage,
} from '#libs/read-db';
import { sql } from 'kysely';
import { type PostbackInboxRow, type PostbackStatus } from './postback-inbox.projection.js';

/** Which hits to list; what is left out does not filter. */
export interface PostbackFilter {
  readonly status?: PostbackStatus;
  readonly reason?: string;
  readonly tokenId?: string;
  readonly destinationId?: string;
  readonly callerHash?: string;
  readonly vendorCallId?: string;
  readonly transferId?: string;
  readonly leadId?: string;
  /** ISO-8601, inclusive. */
  readonly receivedFrom?: string;
  /** ISO-8601, exclusive. */
  readonly receivedTo?: string;
}

const COLUMNS = [
  'status',
  'reason',
  'tokenId',
  'destinationId',
  'callerHash',
  'vendorCallId',
  'transferId',
  'leadId',
] as const satisfies (keyof PostbackFilter)[];

/**
 * A tenant's hits, newest first. `limit` is 1 to 200, 50 unless told. Throws `invalid_cursor` for a
 * cursor that no page gave out.
 */
export async function listPostbacks(
  transaction: TenantTransaction,
  filter: PostbackFilter,
  page: PageRequest = {},
): Promise<Page<PostbackInboxRow>> {
  const size = pageSize(page);
  let query = narrowed(transaction, filter)
    .orderBy('receivedAt', 'desc')
    .orderBy('postbackId', 'desc')
    .limit(size + 1);
  if (page.cursor !== undefined) {
    const { at, id } = readCursor(page.cursor);
    query = query.where((eb) => eb(eb.refTuple('receivedAt', 'postbackId'), '<', eb.tuple(at, id)));
  }
  return toPage(await query.execute(), size, placeOfPostback);
}

/** One hit; `null` if the tenant has none such. */
export async function postbackOf(
  transaction: TenantTransaction,
  postbackId: string,
): Promise<PostbackInboxRow | null> {
  const row = await hits(transaction).where('postbackId', '=', postbackId).executeTakeFirst();
  return row ?? null;
}

/** The place of a hit among others, by receipt. */
export function placeOfPostback({ receivedAt, postbackId }: PostbackInboxRow): PagePlace {
  return { at: receivedAt, id: postbackId };
}

/** Hits of a caller that wait for a transfer, oldest first, however many (PB-8). */
export async function unmatchedOfCaller(
  transaction: TenantTransaction,
  callerHash: string,
): Promise<PostbackInboxRow[]> {
  return waiting(transaction).where('callerHash', '=', callerHash).execute();
}

/** Hits that echo one of these ids of ours and wait for what it names, oldest first. */
export async function unmatchedNaming(
  transaction: TenantTransaction,
  ids: readonly string[],
): Promise<PostbackInboxRow[]> {
  return waiting(transaction)
    .where(sql<boolean>`ids && ${[...ids]}::text[]`)
    .execute();
}

/**
 * Hits that wait for a transfer, oldest first, `limit` at most: those after a place, from the
 * beginning if it is `null`. For reading all of them anew.
 */
export async function unmatchedSince(
  transaction: TenantTransaction,
  after: PagePlace | null,
  limit: number,
): Promise<PostbackInboxRow[]> {
  const query = waiting(transaction).limit(limit);
  if (after === null) return query.execute();
  const { at, id } = after;
  return query
    .where((eb) => eb(eb.refTuple('receivedAt', 'postbackId'), '>', eb.tuple(at, id)))
    .execute();
}

/** Hits of a call, by the sender's name for it, that count for a transfer, oldest first. */
export async function settledByVendorCallId(
  transaction: TenantTransaction,
  vendorCallId: string,
): Promise<PostbackInboxRow[]> {
  return hits(transaction)
    .where('vendorCallId', '=', vendorCallId)
    .where('transferId', 'is not', null)
    .orderBy('receivedAt')
    .orderBy('postbackId')
    .execute();
}

/** By transfer, the senders' names for its call, of the hits that count for it. */
export async function vendorCallIdsOf(
  transaction: TenantTransaction,
  transferIds: readonly string[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  const { rows } = await sql<{ transferId: string; ids: string[] }>`
    select transfer_id, array_agg(distinct vendor_call_id) as ids
    from postback_inbox
    where transfer_id = any(${[...transferIds]}::text[]) and vendor_call_id is not null
    group by transfer_id`.execute(transaction);
  return new Map(rows.map(({ transferId, ids }) => [transferId, ids]));
}

function hits(transaction: TenantTransaction) {
  return transaction
    .withTables<{ postbackInbox: PostbackInboxRow }>()
    .selectFrom('postbackInbox')
    .selectAll();
}

function waiting(transaction: TenantTransaction) {
  return hits(transaction)
    .where('status', '=', 'unmatched')
    .orderBy('receivedAt')
    .orderBy('postbackId');
}

function narrowed(transaction: TenantTransaction, filter: PostbackFilter) {
  let query = hits(transaction);
  for (const column of COLUMNS) {
    const value = filter[column];
    if (value !== undefined) query = query.where(column, '=', value);
  }
  const { receivedFrom, receivedTo } = filter;
  if (receivedFrom !== undefined) query = query.where('receivedAt', '>=', receivedFrom);
  if (receivedTo !== undefined) query = query.where('receivedAt', '<', receivedTo);
  return query;
}
