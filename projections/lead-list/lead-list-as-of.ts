import { isRecordedBy, type Moment, UndecodableEvent } from '#libs/event-store';
import type { LeadStreamEvent } from '#libs/leads';
import {
  foldInMemory,
  type Page,
  type PagePlace,
  type PageRequest,
  pageSize,
  type ProjectedEvent,
  writeCursor,
} from '#libs/read-db';
import { type LeadListRow, leadListProjection } from './lead-list.projection.js';
import { type LeadListFilter, place, placeOf } from './lead-list.queries.js';

/** What the list of a past moment is made from. */
export interface LeadListSources {
  /** `listCandidates` for this moment and filter. */
  readonly candidates: (after: PagePlace | null, limit: number) => Promise<readonly LeadListRow[]>;
  /** What had happened to a lead by the moment, from the log; nothing if it was not there yet. */
  readonly events: (leadId: string) => Promise<readonly ProjectedEvent<LeadStreamEvent>[]>;
}

/** Leads read from the log for one page at most; a page may end early for it. */
export const foldsPerPageMax = 1_000;
/** Rows looked at in one go. */
const chunkSize = 100;
/** Streams read at the same time. */
const readsAtOnce = 16;

/**
 * A page of the list of leads as it stood at a moment, newest first.
 *
 * The same leads in the same states whenever it is asked for. A lead that has changed since is
 * folded from its history, the others are as their rows are. After {@link foldsPerPageMax} such
 * folds a page ends with what was found, be it nothing; `nextCursor` goes on there.
 */
export async function listLeadsAsOf(
  sources: LeadListSources,
  moment: Moment,
  filter: LeadListFilter,
  page: PageRequest = {},
): Promise<Page<LeadListRow>> {
  const size = pageSize(page);
  const found: LeadListRow[] = [];
  let folds = 0;
  for await (const rows of slices(sources, placeOf(page))) {
    const states = await Promise.all(rows.map((row) => stateAt(sources, moment, row)));
    found.push(...states.flatMap((state) => (state && answers(state, filter) ? [state] : [])));
    if (found.length > size) {
      const items = found.slice(0, size);
      return { items, nextCursor: cursorAfter(items) };
    }
    folds += rows.filter((row) => hasChangedSince(row, moment)).length;
    if (folds >= foldsPerPageMax) return { items: found, nextCursor: cursorAfter(rows) };
  }
  return { items: found, nextCursor: null };
}

/** Every candidate after a place, a few at a time; rows are read a chunk at a time. */
async function* slices(
  { candidates }: LeadListSources,
  from: PagePlace | null,
): AsyncGenerator<readonly LeadListRow[]> {
  let after = from;
  for (;;) {
    const chunk = await candidates(after, chunkSize);
    for (let start = 0; start < chunk.length; start += readsAtOnce) {
      yield chunk.slice(start, start + readsAtOnce);
    }
    const last = chunk.at(-1);
    if (last === undefined || chunk.length < chunkSize) return;
    after = place(last);
  }
}

/** A lead as it stood; `null` if it was not there yet. */
async function stateAt(
  { events }: LeadListSources,
  moment: Moment,
  row: LeadListRow,
): Promise<LeadListRow | null> {
  if (!hasChangedSince(row, moment)) return row;
  try {
    return foldInMemory(leadListProjection, await events(row.leadId))[0] ?? null;
  } catch (error) {
    // The row stands before the event that cannot be read, too.
    if (error instanceof UndecodableEvent) return row;
    throw error;
  }
}

function hasChangedSince({ updatedAt, position }: LeadListRow, moment: Moment): boolean {
  return !isRecordedBy({ recordedAt: new Date(updatedAt), position }, moment);
}

/** What can change after receipt; the rest was asked of the database. */
function answers(state: LeadListRow, { status }: LeadListFilter): boolean {
  return status === undefined || state.status === status;
}

function cursorAfter(rows: readonly LeadListRow[]): string | null {
  const last = rows.at(-1);
  return last === undefined ? null : writeCursor(place(last));
}
