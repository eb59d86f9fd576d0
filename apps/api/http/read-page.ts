import { type Moment } from '#libs/event-store';
import { type TenantId } from '#libs/kernel';
import { type Database, inTenant, type Page, type TenantTransaction } from '#libs/read-db';
import { answerAsOf } from './answer-as-of.js';
import { leastStandingOf } from './least-standing.js';
import { paginationOf, type ReadModelPage } from './page.response.js';

/** Whose page is read, and of what. */
export interface PageSource {
  readonly database: Database;
  readonly tenantId: TenantId;
  /** Those the page is made of: it shows no more than the one that is furthest behind. */
  readonly readModels: readonly string[];
  /** The moment that was asked for; how things stand now without. */
  readonly moment?: Moment | undefined;
}

/**
 * Reads one page, and beside it what every page says of itself, in one transaction. How far the
 * read models are is asked first: rows may then be newer than the page says, never older.
 */
export async function readPage<Read extends Page<unknown>>(
  { database, tenantId, readModels, moment }: PageSource,
  read: (transaction: TenantTransaction) => Promise<Read>,
): Promise<Omit<Read, 'nextCursor'> & ReadModelPage> {
  return inTenant(database, tenantId, async (transaction) => {
    const standing = await leastStandingOf(transaction, readModels);
    const { nextCursor, ...found } = await read(transaction);
    const { next_cursor, has_more } = paginationOf({ nextCursor });
    return { ...found, next_cursor, has_more, as_of: answerAsOf(standing, moment) };
  });
}
