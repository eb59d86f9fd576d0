import type { DialObstacle } from '#events/calls';
import type { LeadMode } from '#libs/leads';
import { type Page, type PageRequest, pageSize, type TenantTransaction } from '#libs/read-db';
import { sql } from 'kysely';
import { type DialQueueRow } from './dial-queue.projection.js';
import { nextToDial, rankOf, type SourcePriorities, waiting } from './dial-queue.queries.js';
import { type QueuePlace, readQueueCursor, writeQueueCursor } from './queue-cursor.js';

/** Which waiting leads to list; what is left out does not filter. */
export interface QueueFilter {
  readonly mode: LeadMode;
  /** ISO-8601: who is due by then comes first. Later pages keep to that of the first one. */
  readonly now: string;
  /** All are equal if left out. */
  readonly priorities?: SourcePriorities;
  readonly leadId?: string;
  readonly source?: string;
  /** Only what this holds up; nothing holds up who is due. */
  readonly obstacle?: DialObstacle;
}

/** A lead that waits for a call. */
export interface WaitingLead {
  readonly row: DialQueueRow;
  /** Next in line, or held up. */
  readonly isDue: boolean;
}

/**
 * The leads that wait: those that are due, in the order they are dialed, then the others, soonest
 * first and those without an end last. A lead that moves between two pages, because it was called
 * or deferred, may be on both or on neither. Throws `invalid_cursor` for a cursor that no page gave
 * out.
 */
export async function queuePage(
  transaction: TenantTransaction,
  filter: QueueFilter,
  page: PageRequest = {},
): Promise<Page<WaitingLead>> {
  const size = pageSize(page);
  const after = page.cursor === undefined ? null : readQueueCursor(page.cursor);
  const asked = { ...filter, now: after?.now ?? filter.now };
  const read = { after, limit: size + 1 };
  const due = await dueLeads(transaction, asked, read);
  const blocked = await blockedLeads(transaction, asked, { ...read, limit: size + 1 - due.length });
  const leads = [...due.map(isDue), ...blocked.map(isBlocked)];
  const items = leads.slice(0, size);
  const last = items.at(-1);
  const isLast = leads.length <= size || last === undefined;
  return { items, nextCursor: isLast ? null : writeQueueCursor(placeOf(last, asked)) };
}

/** From where on, and how many. */
interface Read {
  readonly after: QueuePlace | null;
  readonly limit: number;
}

const isDue = (row: DialQueueRow): WaitingLead => ({ row, isDue: true });
const isBlocked = (row: DialQueueRow): WaitingLead => ({ row, isDue: false });

function placeOf(
  { row, isDue: due }: WaitingLead,
  { now, priorities = {} }: QueueFilter,
): QueuePlace {
  const { leadId, receivedAt, dueAt, source } = row;
  if (due) return { stage: 'due', now, rank: rankOf(priorities, source), at: receivedAt, leadId };
  const stage = dueAt === null ? 'endless' : 'ending';
  return { stage, now, rank: 0, at: dueAt ?? now, leadId };
}

async function dueLeads(
  transaction: TenantTransaction,
  { obstacle, ...filter }: QueueFilter,
  { after, limit }: Read,
): Promise<DialQueueRow[]> {
  if (obstacle !== undefined) return [];
  if (after === null) return nextToDial(transaction, { ...filter, limit });
  return after.stage === 'due' ? nextToDial(transaction, { ...filter, limit, after }) : [];
}

/** Asked for apart: both at once would read every lead that is due already. */
async function blockedLeads(
  transaction: TenantTransaction,
  filter: QueueFilter,
  { after, limit }: Read,
): Promise<DialQueueRow[]> {
  if (limit === 0) return [];
  const isPast = after?.stage === 'endless';
  const ending = isPast ? [] : await endingLeads(transaction, filter, { after, limit });
  const left = limit - ending.length;
  if (left === 0) return ending;
  let endless = filtered(transaction, filter).where('dueAt', 'is', null);
  if (after?.stage === 'endless') endless = endless.where('leadId', '>', after.leadId);
  return [...ending, ...(await endless.orderBy('leadId').limit(left).execute())];
}

function endingLeads(
  transaction: TenantTransaction,
  filter: QueueFilter,
  { after, limit }: Read,
): Promise<DialQueueRow[]> {
  let query = filtered(transaction, filter).where('dueAt', '>', filter.now);
  if (after?.stage === 'ending') {
    const { at, leadId } = after;
    query = query.where((eb) => eb(eb.refTuple('dueAt', 'leadId'), '>', eb.tuple(at, leadId)));
  }
  return query.orderBy('dueAt').orderBy('leadId').limit(limit).execute();
}

function filtered(transaction: TenantTransaction, filter: QueueFilter) {
  const { obstacle } = filter;
  let query = waiting(transaction).selectAll();
  for (const column of ['mode', 'leadId', 'source'] as const) {
    const value = filter[column];
    if (value !== undefined) query = query.where(column, '=', value);
  }
  return obstacle === undefined ? query : query.where(sql<boolean>`${obstacle} = any (obstacles)`);
}
