import type { LeadMode } from '#events/leads';
import {
  type Page,
  type PagePlace,
  type PageRequest,
  pageSize,
  readCursor,
  type TenantTransaction,
  toPage,
} from '#libs/read-db';
import { type RawBuilder, sql } from 'kysely';
import { DESTINATION_OF_HIT, MODE_OF_HIT } from './calls-at-stake.js';
import { type PostbackStatus } from './hit-history.js';
import { hitsAsKnown } from './hits-as-known.js';
import { type PostbackInboxRow } from './postback-inbox.projection.js';

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
  /** Whether another transfer was as good as the one they count for. */
  readonly ambiguous?: boolean;
  /** ISO-8601, inclusive. */
  readonly receivedFrom?: string;
  /** ISO-8601, exclusive. */
  readonly receivedTo?: string;
  /** On calls from this instant on, as reports count them. ISO-8601. */
  readonly calledFrom?: string;
  /** Until this one, exclusive. ISO-8601. */
  readonly calledTo?: string;
  /** Where their transfer went, else what their token is for; `null`: any. */
  readonly reportedDestinationId?: string | null;
  /** As reported; `null`: none is named. */
  readonly buyer?: string | null;
  /** ISO 4217. */
  readonly currency?: string;
  /** Whether they are lines of statements. */
  readonly statementLines?: boolean;
  /** Of the lead they count for; those that count for none are live, as in reports. */
  readonly mode?: LeadMode;
  /**
   * Known to the log by then, inclusive; status and the line of a report are as known then, too.
   * ISO-8601.
   */
  readonly knownBy?: string;
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
  'ambiguous',
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

/** Which hits may be about a transfer. */
export interface WaitingFilter {
  /** Keyed hash of the consumer's number. */
  readonly consumerHash: string;
  /**
   * Hash of our number that was shown, and within which time a call counts; ISO-8601, inclusive.
   */
  readonly ourNumber: { readonly hash: string; readonly from: string; readonly to: string } | null;
  /** Our ids that hits may echo. */
  readonly ids: readonly string[];
}

/** Hits that may be about a transfer and wait for one, oldest first, `limit` at most (PB-8). */
export async function waitingForTransfer(
  transaction: TenantTransaction,
  { consumerHash, ourNumber, ids }: WaitingFilter,
  after: PagePlace | null,
  limit: number,
): Promise<PostbackInboxRow[]> {
  const named = sql<boolean>`ids && ${[...ids]}::text[]`;
  const ofConsumer = sql<boolean>`caller_hash = ${consumerHash}`;
  const ofOurs =
    ourNumber === null
      ? sql<boolean>`false`
      : sql<boolean>`(caller_hash = ${ourNumber.hash} and (
          received_at between ${ourNumber.from} and ${ourNumber.to}
          or call_at between ${ourNumber.from} and ${ourNumber.to}))`;
  return waiting(transaction, after, limit)
    .where(sql<boolean>`(${ofConsumer} or ${named} or ${ofOurs})`)
    .execute();
}

/**
 * Hits that wait for a transfer, of a token or of any, oldest first, `limit` at most: those after a
 * place, from the beginning if it is `null`. For reading all of them anew.
 */
export async function unmatchedSince(
  transaction: TenantTransaction,
  tokenId: string | null,
  after: PagePlace | null,
  limit: number,
): Promise<PostbackInboxRow[]> {
  const query = waiting(transaction, after, limit);
  return (tokenId === null ? query : query.where('tokenId', '=', tokenId)).execute();
}

/** Hits that count for transfers, otherwise like {@link unmatchedSince}. */
export async function countedSince(
  transaction: TenantTransaction,
  tokenId: string | null,
  after: PagePlace | null,
  limit: number,
): Promise<PostbackInboxRow[]> {
  const query = oldestFirst(transaction, after, limit).where('transferId', 'is not', null);
  return (tokenId === null ? query : query.where('tokenId', '=', tokenId)).execute();
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

/**
 * The tenant's rows. The worker sees those of all tenants, so the policy of the table is not
 * enough.
 */
function hits(transaction: TenantTransaction) {
  return transaction
    .withTables<{ postbackInbox: PostbackInboxRow }>()
    .selectFrom('postbackInbox')
    .selectAll()
    .where('tenantId', '=', sql<string>`current_setting('app.tenant')`);
}

/**
 * Hits that the rules may still match. Those just received count: what was found for them may rest
 * on less than is known now. What a person unlinked does not.
 */
function waiting(transaction: TenantTransaction, after: PagePlace | null, limit: number) {
  return oldestFirst(transaction, after, limit)
    .where('status', 'in', ['received', 'unmatched'])
    .where(sql<boolean>`reason is distinct from 'unlinked'`);
}

function oldestFirst(transaction: TenantTransaction, after: PagePlace | null, limit: number) {
  const query = hits(transaction).orderBy('receivedAt').orderBy('postbackId').limit(limit);
  if (after === null) return query;
  const { at, id } = after;
  return query.where((eb) => eb(eb.refTuple('receivedAt', 'postbackId'), '>', eb.tuple(at, id)));
}

function narrowed(transaction: TenantTransaction, filter: PostbackFilter) {
  let query = hits(transaction);
  for (const column of COLUMNS) {
    if (column === 'status' && filter.knownBy !== undefined) continue;
    const value = filter[column];
    if (value !== undefined) query = query.where(column, '=', value);
  }
  const { receivedFrom, receivedTo } = filter;
  if (receivedFrom !== undefined) query = query.where('receivedAt', '>=', receivedFrom);
  if (receivedTo !== undefined) query = query.where('receivedAt', '<', receivedTo);
  return query.where(sql<boolean>`${isBehind(filter)}`);
}

/** Whether a hit is behind a line of a report, as known now or then. */
function isBehind({ knownBy, ...line }: PostbackFilter): RawBuilder<unknown> {
  const conditions = conditionsOf(line);
  if (knownBy === undefined) return sql.join(conditions, sql` and `);
  if (line.status !== undefined) conditions.push(sql`status = ${line.status}`);
  return sql`postback_id in (
    select postback_id from (${hitsAsKnown(knownBy, line.calledFrom)}) as known
    where ${sql.join(conditions, sql` and `)})`;
}

function conditionsOf(filter: Omit<PostbackFilter, 'knownBy'>): RawBuilder<unknown>[] {
  const { calledFrom, calledTo, statementLines, buyer, currency, mode } = filter;
  const { reportedDestinationId: destination } = filter;
  return [
    sql`true`,
    ...(calledFrom === undefined ? [] : [sql`reported_at >= ${calledFrom}`]),
    ...(calledTo === undefined ? [] : [sql`reported_at < ${calledTo}`]),
    ...(destination === undefined
      ? []
      : [sql`${DESTINATION_OF_HIT} is not distinct from ${destination}::text`]),
    ...(buyer === undefined ? [] : [sql`buyer is not distinct from ${buyer}::text`]),
    ...(currency === undefined ? [] : [sql`currency = ${currency}`]),
    ...(statementLines === undefined ? [] : [sql`(method = 'IMPORT') = ${statementLines}`]),
    ...(mode === undefined ? [] : [sql`${MODE_OF_HIT} = ${mode}`]),
  ];
}
