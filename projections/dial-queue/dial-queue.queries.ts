import type { LeadMode } from '#libs/leads';
import { type DestinationWish, type WaitingPlace } from '#libs/calls';
import { type TenantTransaction } from '#libs/read-db';
import { sql } from 'kysely';
import { type DialQueueRow } from './dial-queue.projection.js';

/** By source, the priority of its leads: the highest first, 0 for sources that are not named. */
export type SourcePriorities = Readonly<Record<string, number>>;

/** Which leads to look at for dialing. */
export interface DialRequest {
  /** ISO-8601. */
  readonly now: string;
  readonly limit: number;
  /** Leads to leave out, such as those that are being looked at. None if left out. */
  readonly excluding?: readonly string[];
  /** All are equal if left out. */
  readonly priorities?: SourcePriorities;
  /** Both if left out. */
  readonly mode?: LeadMode;
  /** Sources whose leads are not dialed for now. None if left out. */
  readonly pausedSources?: readonly string[];
  /** Only this lead, or those of this source; all if left out. */
  readonly leadId?: string;
  readonly source?: string;
  /** The lead right before the first one to name; from the beginning if left out. */
  readonly after?: DialPlace;
}

/** The place of a lead in the order of dialing. */
export interface DialPlace {
  /** Priority of its source. */
  readonly rank: number;
  /** When it was received, ISO-8601. */
  readonly at: string;
  readonly leadId: string;
}

/** The priority of a lead by its source. */
export function rankOf(priorities: SourcePriorities, source: string | null): number {
  return source === null ? 0 : (priorities[source] ?? 0);
}

/**
 * The leads that are due for a call, in the order to dial them: by the priority of their source,
 * then the newest first, for speed to lead. What the queue shows is a hint: whether a lead may be
 * dialed is decided on its stream.
 *
 * Each source that has a priority is asked for its newest, so that no more leads are read than
 * there are sources times `limit`, however many wait.
 */
export async function nextToDial(
  transaction: TenantTransaction,
  request: DialRequest,
): Promise<DialQueueRow[]> {
  const { limit, priorities = {} } = request;
  const ranked = Object.keys(priorities).filter((source) => priorities[source] !== 0);
  const newest = due(transaction, request).limit(limit);
  const following = (rank: number) => ahead(newest, rank, request.after);
  const others = following(0).where((eb) =>
    eb.or([eb('source', 'is', null), eb.not(eb('source', '=', anyOf(ranked)))]),
  );
  const bySource = ranked.map((source) =>
    following(rankOf(priorities, source)).where('source', '=', source),
  );
  const leads = ranked.length === 0 ? [following(0)] : [...bySource, others];
  const rank = sql`coalesce((${JSON.stringify(priorities)}::jsonb ->> source)::integer, 0)`;
  const { rows } = await sql<DialQueueRow>`
    select * from (${sql.join(
      leads.map((group) => sql`(${group})`),
      sql` union all `,
    )}) as due
    order by ${rank} desc, received_at desc, lead_id desc limit ${limit}`.execute(transaction);
  return rows;
}

/**
 * When the next lead becomes due after `now` (ISO-8601), so that the dialer can sleep until then;
 * `null` if none will by itself.
 */
export async function nextDueAt(
  transaction: TenantTransaction,
  now: string,
): Promise<string | null> {
  const next = await waiting(transaction)
    .select('dueAt')
    .where('dueAt', '>', now)
    .orderBy('dueAt')
    .limit(1)
    .executeTakeFirst();
  return next?.dueAt ?? null;
}

/**
 * How many are being called right now, as far as the log was followed; in both modes if none is
 * named.
 */
export async function callingCount(
  transaction: TenantTransaction,
  mode?: LeadMode,
): Promise<number> {
  const all = queue(transaction)
    .select(sql<number>`count(*)::integer`.as('calling'))
    .where('status', '=', 'calling');
  const query = mode === undefined ? all : all.where('mode', '=', mode);
  return (await query.executeTakeFirstOrThrow()).calling;
}

/** The leads that are being called right now, as far as the log was followed. */
export async function leadsOnCall(transaction: TenantTransaction): Promise<string[]> {
  const rows = await queue(transaction)
    .select('leadId')
    .where('status', '=', 'calling')
    .orderBy('leadId')
    .execute();
  return rows.map(({ leadId }) => leadId);
}

/**
 * The leads whose 30 days ended while they waited, the oldest first; they are to be exhausted. Of
 * live leads only: nobody dials the others, nor gives them up.
 */
export function expiredWaiting(
  transaction: TenantTransaction,
  { now, limit }: { readonly now: string; readonly limit: number },
): Promise<DialQueueRow[]> {
  const latest = new Date(Date.parse(now) - WINDOW_MS).toISOString();
  return waiting(transaction)
    .selectAll()
    .where('mode', '=', 'live')
    .where('receivedAt', '<=', latest)
    .orderBy('receivedAt')
    .orderBy('leadId')
    .limit(limit)
    .execute();
}

/** How long a lead may be dialed: the window in which its phone makes no new one. */
const WINDOW_MS = 30 * 24 * 3_600_000;

/** How many leads stand where. */
export interface QueueTotals {
  /** Wait for a call and may be dialed, be it now or later. */
  readonly waiting: number;
  /** Of those, how many are not due yet because something stands in the way. */
  readonly blocked: number;
  /** Of the others, those of sources that are paused. */
  readonly paused: number;
  readonly calling: number;
}

/**
 * How many leads of a mode wait and are being called at an instant (ISO-8601). Counted one by one:
 * a million rows took 0.3 s where they were measured.
 */
export async function queueTotals(
  transaction: TenantTransaction,
  request: Pick<DialRequest, 'now' | 'pausedSources'> & { readonly mode: LeadMode },
): Promise<QueueTotals> {
  const { now, mode, pausedSources = [] } = request;
  const isDue = sql`due_at <= ${now}`;
  const isPaused = sql`source = ${anyOf(pausedSources)}`;
  const { all, due, paused } = await waiting(transaction)
    .select(sql<number>`count(*)::integer`.as('all'))
    .select(sql<number>`(count(*) filter (where ${isDue}))::integer`.as('due'))
    .select(sql<number>`(count(*) filter (where ${isDue} and ${isPaused}))::integer`.as('paused'))
    .where('mode', '=', mode)
    .executeTakeFirstOrThrow();
  const calling = await callingCount(transaction, mode);
  return { waiting: all, blocked: all - due, paused, calling };
}

/**
 * The tenant's rows. The worker sees those of all tenants, so the policy of the table is not
 * enough.
 */
function queue(transaction: TenantTransaction) {
  return transaction
    .withTables<{ dialQueue: DialQueueRow }>()
    .selectFrom('dialQueue')
    .where('tenantId', '=', sql<string>`current_setting('app.tenant')`);
}

/** Those that wait for a call and may be dialed, as far as the last verdict tells. */
export function waiting(transaction: TenantTransaction) {
  return queue(transaction).where('status', '=', 'waiting').where('eligible', '=', true);
}

function due(
  transaction: TenantTransaction,
  { now, excluding = [], mode, pausedSources = [], leadId, source }: DialRequest,
) {
  let query = waiting(transaction).selectAll().where('dueAt', '<=', now);
  if (excluding.length > 0)
    query = query.where((eb) => eb.not(eb('leadId', '=', anyOf(excluding))));
  if (mode !== undefined) query = query.where('mode', '=', mode);
  if (leadId !== undefined) query = query.where('leadId', '=', leadId);
  if (source !== undefined) query = query.where('source', '=', source);
  if (pausedSources.length > 0) query = query.where(isOfNone(pausedSources));
  return query.orderBy('receivedAt', 'desc').orderBy('leadId', 'desc');
}

/** Of leads of one priority, those that come after a place in the order of dialing. */
function ahead(leads: ReturnType<typeof due>, rank: number, after: DialPlace | undefined) {
  if (after === undefined || rank < after.rank) return leads;
  if (rank > after.rank) return leads.where(sql<boolean>`false`);
  const { at, leadId } = after;
  return leads.where((eb) => eb(eb.refTuple('receivedAt', 'leadId'), '<', eb.tuple(at, leadId)));
}

/**
 * Live leads that are not due and wait for a destination to open, or to be one that takes them by
 * its name; the newest first.
 */
export async function waitingForDestination(
  transaction: TenantTransaction,
  { now, limit, pausedSources, after }: DestinationWish,
): Promise<WaitingPlace[]> {
  let query = waiting(transaction)
    .select(['receivedAt as at', 'leadId'])
    .where('mode', '=', 'live')
    .where((eb) => eb.or([eb('dueAt', 'is', null), eb('dueAt', '>', now)]))
    .where(sql<boolean>`obstacles && array['no_destination_open', 'suppressed_for_all_sellers']`);
  if (pausedSources.length > 0) query = query.where(isOfNone(pausedSources));
  if (after !== null) {
    const { at, leadId } = after;
    query = query.where((eb) => eb(eb.refTuple('receivedAt', 'leadId'), '<', eb.tuple(at, leadId)));
  }
  return query.orderBy('receivedAt', 'desc').orderBy('leadId', 'desc').limit(limit).execute();
}

function isOfNone(sources: readonly string[]) {
  return sql<boolean>`(source is null or not source = ${anyOf(sources)})`;
}

/** One parameter, however many words. */
function anyOf(words: readonly string[]) {
  return sql<string>`any (${words}::text[])`;
}
