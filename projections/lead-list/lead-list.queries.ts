import { DomainError } from '#libs/kernel';
import type { LeadMode, LeadStatus } from '#libs/leads';
import { type TenantTransaction } from '#libs/read-db';
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

/** One page of a list. */
export interface Page<Item> {
  readonly items: readonly Item[];
  /** Where the next page begins; `null` on the last one. */
  readonly nextCursor: string | null;
}

/** Leads on a page unless told. */
export const pageSizeDefault = 50;
/** Leads on a page at most. */
export const pageSizeMax = 200;

/**
 * A tenant's leads, newest first. `limit` is 1 to 200, 50 unless told.
 *
 * A page begins right after the last lead of the one before, so leads that come in meanwhile neither
 * repeat nor hide any. Throws `invalid_cursor` for a cursor that no page gave out.
 */
export async function listLeads(
  transaction: TenantTransaction,
  filter: LeadListFilter,
  { limit = pageSizeDefault, cursor }: { readonly limit?: number; readonly cursor?: string } = {},
): Promise<Page<LeadListRow>> {
  const size = Math.min(Math.max(Math.trunc(limit), 1), pageSizeMax);
  let query = filtered(transaction, filter);
  if (cursor !== undefined) {
    const { receivedAt, leadId } = readCursor(cursor);
    query = query.where((eb) =>
      eb(eb.refTuple('receivedAt', 'leadId'), '<', eb.tuple(receivedAt, leadId)),
    );
  }
  const rows = await query
    .orderBy('receivedAt', 'desc')
    .orderBy('leadId', 'desc')
    .limit(size + 1)
    .execute();
  const items = rows.slice(0, size);
  const last = items.at(-1);
  return { items, nextCursor: rows.length > size && last ? writeCursor(last) : null };
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

type Place = Pick<LeadListRow, 'receivedAt' | 'leadId'>;

function writeCursor({ receivedAt, leadId }: Place): string {
  return Buffer.from(JSON.stringify([receivedAt, leadId])).toString('base64url');
}

const instantFormat = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

function readCursor(cursor: string): Place {
  const [receivedAt, leadId] = parseList(Buffer.from(cursor, 'base64url').toString());
  const known =
    typeof receivedAt === 'string' &&
    typeof leadId === 'string' &&
    instantFormat.test(receivedAt) &&
    !Number.isNaN(Date.parse(receivedAt)) &&
    !leadId.includes('\0');
  if (known) return { receivedAt, leadId };
  throw new DomainError(
    'validation',
    'invalid_cursor',
    'This cursor was not given out by this list. Use next_cursor of the page before, unchanged.',
  );
}

function parseList(text: string): readonly unknown[] {
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? value : [];
  } catch {
    return [];
  }
}
