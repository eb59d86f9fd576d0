import type { CallDisposition } from '#events/calls';
import type { LeadMode } from '#libs/leads';
import {
  type Page,
  type PagePlace,
  type PageRequest,
  pageSize,
  readCursor,
  type TenantTransaction,
  toPage,
} from '#libs/read-db';
import { type CallListRow } from './call-list.projection.js';

/** Which calls to list; what is left out does not filter. */
export interface CallListFilter {
  readonly mode?: LeadMode;
  readonly leadId?: string;
  readonly disposition?: CallDisposition;
  /** The destination tried last, which is the one that was bridged if any was. */
  readonly destinationId?: string;
  /** Calls that are under way, or those that are over. */
  readonly status?: 'open' | 'ended';
  /** When it was decided on: ISO-8601, inclusive. */
  readonly from?: string;
  /** ISO-8601, exclusive. */
  readonly to?: string;
}

/**
 * A tenant's calls to consumers, newest first. `limit` is 1 to 200, 50 unless told. Throws
 * `invalid_cursor` for a cursor that no page gave out.
 */
export async function listCalls(
  transaction: TenantTransaction,
  filter: CallListFilter,
  page: PageRequest = {},
): Promise<Page<CallListRow>> {
  const size = pageSize(page);
  let query = filtered(transaction, filter)
    .orderBy('attemptedAt', 'desc')
    .orderBy('callId', 'desc')
    .limit(size + 1);
  if (page.cursor !== undefined) {
    const { at, id } = readCursor(page.cursor);
    query = query.where((eb) => eb(eb.refTuple('attemptedAt', 'callId'), '<', eb.tuple(at, id)));
  }
  return toPage(await query.execute(), size, placeOf);
}

/** One call of the tenant; `null` if there is none with this id in this mode. */
export async function findCall(
  transaction: TenantTransaction,
  callId: string,
  mode: LeadMode,
): Promise<CallListRow | null> {
  const row = await filtered(transaction, { mode }).where('callId', '=', callId).executeTakeFirst();
  return row ?? null;
}

function placeOf({ attemptedAt, callId }: CallListRow): PagePlace {
  return { at: attemptedAt, id: callId };
}

function filtered(transaction: TenantTransaction, filter: CallListFilter) {
  const { status, from, to } = filter;
  let query = transaction
    .withTables<{ callList: CallListRow }>()
    .selectFrom('callList')
    .selectAll();
  for (const column of ['mode', 'leadId', 'disposition', 'destinationId'] as const) {
    const value = filter[column];
    if (value !== undefined) query = query.where(column, '=', value);
  }
  if (status !== undefined)
    query = query.where('endedAt', status === 'open' ? 'is' : 'is not', null);
  if (from !== undefined) query = query.where('attemptedAt', '>=', from);
  if (to !== undefined) query = query.where('attemptedAt', '<', to);
  return query;
}
