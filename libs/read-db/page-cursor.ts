import { DomainError } from '#libs/kernel';

/** One page of a list. */
export interface Page<Item> {
  readonly items: readonly Item[];
  /** Where the next page begins; `null` on the last one. */
  readonly nextCursor: string | null;
}

/** Items on a page unless told. */
export const pageSizeDefault = 50;
/** Items on a page at most. */
export const pageSizeMax = 200;

/** Which page of a list. */
export interface PageRequest {
  /** 1 to 200; 50 unless told. */
  readonly limit?: number;
  /** `nextCursor` of the page before; the first page without. */
  readonly cursor?: string;
}

/** The place of an item in a list that is sorted by time, newest first, and then by id. */
export interface PagePlace {
  /** ISO-8601, as {@link Date.toISOString} writes it. */
  readonly at: string;
  readonly id: string;
}

/** How many items a page takes, whatever was asked for. */
export function pageSize({ limit = pageSizeDefault }: PageRequest): number {
  return Math.min(Math.max(Math.trunc(limit), 1), pageSizeMax);
}

/**
 * The page that begins `rows`, which were read one further than its size to know whether it is the
 * last one.
 */
export function toPage<Row>(
  rows: readonly Row[],
  size: number,
  placeOf: (row: Row) => PagePlace,
): Page<Row> {
  const items = rows.slice(0, size);
  const last = items.at(-1);
  const isLast = rows.length <= size || last === undefined;
  return { items, nextCursor: isLast ? null : writeCursor(placeOf(last)) };
}

/** The cursor of a page that begins right after a place; {@link readCursor} reads it. */
export function writeCursor({ at, id }: PagePlace): string {
  return Buffer.from(JSON.stringify([at, id])).toString('base64url');
}

/** The place a cursor names. Throws `invalid_cursor` for one that no page can have given out. */
export function readCursor(cursor: string): PagePlace {
  const [at, id] = parseList(Buffer.from(cursor, 'base64url').toString());
  if (isInstant(at) && typeof id === 'string' && !id.includes('\0')) return { at, id };
  throw new DomainError(
    'validation',
    'invalid_cursor',
    'This cursor was not given out by this list. Use next_cursor of the page before, unchanged.',
  );
}

/**
 * Only what comes back as it was: the engine takes February 31 for March 3, Postgres refuses it.
 */
function isInstant(value: unknown): value is string {
  if (typeof value !== 'string' || !/^[1-9]\d{3}-/.test(value)) return false;
  const instant = new Date(value);
  return !Number.isNaN(instant.getTime()) && instant.toISOString() === value;
}

function parseList(text: string): readonly unknown[] {
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? value : [];
  } catch {
    return [];
  }
}
