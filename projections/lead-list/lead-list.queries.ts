import { CLOCK_TOLERANCE_MS, type Moment } from '#libs/event-store';
import type { LeadMode, LeadStatus } from '#libs/leads';
import {
  type Page,
  type PagePlace,
  type PageRequest,
  pageSize,
  readCursor,
  type TenantTransaction,
  toPage,
} from '#libs/read-db';
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

/**
 * A tenant's leads, newest first. `limit` is 1 to 200, 50 unless told.
 *
 * A page begins right after the last lead of the one before, so leads that come in meanwhile
 * neither repeat nor hide any. Throws `invalid_cursor` for a cursor that no page gave out.
 */
export async function listLeads(
  transaction: TenantTransaction,
  filter: LeadListFilter,
  page: PageRequest = {},
): Promise<Page<LeadListRow>> {
  const size = pageSize(page);
  let query = after(placeOf(page), received(transaction, filter));
  if (filter.status !== undefined) query = query.where('status', '=', filter.status);
  const rows = await query.limit(size + 1).execute();
  return toPage(rows, size, place);
}

/** Where a page begins; `null` for the first one. Throws `invalid_cursor`. */
export function placeOf({ cursor }: PageRequest): PagePlace | null {
  return cursor === undefined ? null : readCursor(cursor);
}

/** The place of a lead in the list. */
export function place({ receivedAt, leadId }: LeadListRow): PagePlace {
  return { at: receivedAt, id: leadId };
}

/** Rows to look at for the list of a moment. */
export interface CandidateRequest {
  readonly moment: Moment;
  /** No lead that was there at the moment was recorded later than this instant. */
  readonly recordedUntil: string;
  /** Only what comes after this place; from the beginning, if `null`. */
  readonly after: PagePlace | null;
  readonly limit: number;
}

/**
 * The rows, as they are now, among which every lead is that the list of a past moment shows, in its
 * order. A row that has not changed since is of that moment already, and answers the filter; any
 * other may answer it or not, and may not have been there.
 */
export async function listCandidates(
  transaction: TenantTransaction,
  filter: LeadListFilter,
  { moment, recordedUntil, after: from, limit }: CandidateRequest,
): Promise<LeadListRow[]> {
  const latest = new Date(Date.parse(recordedUntil) + CLOCK_TOLERANCE_MS).toISOString();
  return after(from, received(transaction, filter))
    .where('receivedAt', '<=', latest)
    .where((eb) => {
      const changed =
        moment.kind === 'instant'
          ? eb('updatedAt', '>', moment.instant)
          : eb('position', '>', moment.position);
      // With its first event after the moment it was not there yet.
      const wasThere = eb.or([eb.not(changed), eb('revision', '>', 0n)]);
      const { status } = filter;
      if (status === undefined) return wasThere;
      return eb.and([wasThere, eb.or([changed, eb('status', '=', status)])]);
    })
    .limit(limit)
    .execute();
}

/** The list, narrowed down by what never changes after receipt. */
function received(transaction: TenantTransaction, filter: LeadListFilter) {
  let query = transaction
    .withTables<{ leadList: LeadListRow }>()
    .selectFrom('leadList')
    .selectAll()
    .orderBy('receivedAt', 'desc')
    .orderBy('leadId', 'desc');
  for (const column of ['mode', 'source', 'state', 'phoneHash'] as const) {
    const value = filter[column];
    if (value !== undefined) query = query.where(column, '=', value);
  }
  const { receivedFrom, receivedTo } = filter;
  if (receivedFrom !== undefined) query = query.where('receivedAt', '>=', receivedFrom);
  if (receivedTo !== undefined) query = query.where('receivedAt', '<', receivedTo);
  return query;
}

function after(from: PagePlace | null, query: ReturnType<typeof received>) {
  if (from === null) return query;
  const { at, id } = from;
  return query.where((eb) => eb(eb.refTuple('receivedAt', 'leadId'), '<', eb.tuple(at, id)));
}
