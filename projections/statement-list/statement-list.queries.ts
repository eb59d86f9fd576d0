import {
  type Page,
  type PageRequest,
  pageSize,
  readCursor,
  type TenantTransaction,
  toPage,
} from '#libs/read-db';
import { type RawBuilder, sql } from 'kysely';
import { type StatementListRow } from './statement-list.projection.js';

/** `waiting`: a row of it waits for a transfer; `settled`: each one counts, or was ignored. */
export type StatementStatus = 'waiting' | 'settled';

/** Which statements to list; what is left out does not filter. */
export interface StatementFilter {
  readonly statementId?: string;
  readonly destinationId?: string;
  readonly status?: StatementStatus;
  /** Those that cover something from this instant on. ISO-8601. */
  readonly from?: string;
  /** Those that cover something before this one. ISO-8601. */
  readonly to?: string;
}

/** A statement, with what has become of its rows. */
export interface ListedStatement extends StatementListRow {
  readonly status: StatementStatus;
  readonly rows: number;
  /** Those that count for a transfer. */
  readonly matchedRows: number;
  /** Those that wait for one. */
  readonly unmatchedRows: number;
  readonly ignoredRows: number;
}

/**
 * A tenant's statements, the last brought in first, with what has become of their rows by the read
 * model `postback_inbox`. `limit` is 1 to 200, 50 unless told. Throws `invalid_cursor` for a cursor
 * that no page gave out.
 */
export async function listStatements(
  transaction: TenantTransaction,
  filter: StatementFilter = {},
  page: PageRequest = {},
): Promise<Page<ListedStatement>> {
  const size = pageSize(page);
  const place = page.cursor === undefined ? null : readCursor(page.cursor);
  const after =
    place === null ? sql`true` : sql`(opened_at, statement_id) < (${place.at}, ${place.id})`;
  const { rows } = await sql<ListedStatement>`
    select * from (
      select s.*, hits.*,
        case when hits.unmatched_rows > 0 then 'waiting' else 'settled' end as status
      from statement_list as s cross join lateral (${rowsOf}) as hits
      where s.tenant_id = current_setting('app.tenant') and ${fits(filter)}
    ) as statements
    where ${after} and ${hasStatus(filter)}
    order by opened_at desc, statement_id desc limit ${size + 1}`.execute(transaction);
  return toPage(rows, size, ({ openedAt, statementId }) => ({ at: openedAt, id: statementId }));
}

/** Rows are hits that came with the id of their statement; what was unlinked waits, too. */
const rowsOf = sql`
  select count(*)::integer as rows,
    (count(*) filter (where hit.transfer_id is not null))::integer as matched_rows,
    (count(*) filter (where hit.status in ('received', 'unmatched')))::integer as unmatched_rows,
    (count(*) filter (where hit.status = 'ignored'))::integer as ignored_rows
  from postback_inbox as hit
  where hit.tenant_id = s.tenant_id and hit.token_id = s.statement_id`;

function fits({ statementId, destinationId, from, to }: StatementFilter): RawBuilder<unknown> {
  const conditions = [
    ...(statementId === undefined ? [] : [sql`s.statement_id = ${statementId}`]),
    ...(destinationId === undefined ? [] : [sql`s.destination_id = ${destinationId}`]),
    ...(from === undefined ? [] : [sql`s.period_to > ${from}`]),
    ...(to === undefined ? [] : [sql`s.period_from < ${to}`]),
  ];
  return conditions.length === 0 ? sql`true` : sql.join(conditions, sql` and `);
}

function hasStatus({ status }: StatementFilter): RawBuilder<unknown> {
  return status === undefined ? sql`true` : sql`status = ${status}`;
}

/** The statements of a destination's buyer, the last brought in first, `limit` at most. */
export async function statementsOfDestination(
  transaction: TenantTransaction,
  destinationId: string,
  limit: number,
): Promise<string[]> {
  const { rows } = await sql<{ readonly statementId: string }>`
    select statement_id from statement_list
    where tenant_id = current_setting('app.tenant') and destination_id = ${destinationId}
    order by opened_at desc, statement_id desc limit ${limit}`.execute(transaction);
  return rows.map(({ statementId }) => statementId);
}

/** Those of some lines of statements that were brought in, by their ids as hits. */
export async function knownLines(
  transaction: TenantTransaction,
  lineIds: readonly string[],
): Promise<Set<string>> {
  const { rows } = await sql<{ readonly postbackId: string }>`
    select postback_id from postback_inbox
    where tenant_id = current_setting('app.tenant')
      and postback_id = any(${[...lineIds]}::text[])`.execute(transaction);
  return new Set(rows.map(({ postbackId }) => postbackId));
}

/** How many lines of a statement were brought in, each as often as it was there. */
export async function countLines(
  transaction: TenantTransaction,
  statementId: string,
): Promise<number> {
  const { rows } = await sql<{ readonly lines: number }>`
    select count(*)::integer as lines from postback_inbox
    where tenant_id = current_setting('app.tenant') and token_id = ${statementId}`.execute(
    transaction,
  );
  return rows[0]?.lines ?? 0;
}
