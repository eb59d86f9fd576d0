import { type PoolClient } from 'pg';
import { type TenantId } from '#libs/kernel';
import { type Database } from './database.js';
import { isDatabaseUnavailable, toDatabaseFailure } from './database-errors.js';
import { beginInTenant, checkedTenantId } from './tenant.js';

/** A statement that each connection prepares once, under its name. */
export interface TenantStatement {
  /** The same name always means the same text. */
  readonly name: string;
  readonly text: string;
  /**
   * Whether its transaction is on disk when the promise resolves. What is `lazy` can be lost with
   * the machine in the next second, whole, never in part.
   */
  readonly commit: 'durable' | 'lazy';
}

/** An insert that limits its own transaction to a tenant; made by {@link tenantInsert}. */
export type TenantInsert = Omit<TenantStatement, 'commit'>;

/**
 * Runs one statement in a transaction limited to `tenantId`, as {@link inTenant} does, in a single
 * round trip: BEGIN, the statement and COMMIT are sent together.
 *
 * For what is written again and again, in batches: a third of the wait, and nothing is planned
 * twice. The plan is made once for every table size and any values: join by lateral subqueries with
 * a limit, which always go by the index. Rejects as `inTenant` does.
 */
export async function runInTenant<Row extends object>(
  database: Database,
  tenantId: TenantId,
  statement: TenantStatement,
  values: readonly unknown[],
): Promise<Row[]> {
  const begin = beginInTenant(tenantId);
  return onConnection(database, (client) => sendTogether<Row>(client, begin, statement, values));
}

/**
 * Declares an insert of which every row comes `from scope, …`, with the tenant as `$1`: reading
 * `scope` limits the transaction, which is the statement alone, to that tenant. Its commit is
 * `lazy`. One that does not read `scope` is refused by row-level security, which sees no tenant.
 */
export function tenantInsert(name: string, insert: string): TenantInsert {
  const settings = `set_config('app.tenant', $1, true), set_config('synchronous_commit', 'off', true)`;
  return { name, text: `with scope as materialized (select ${settings}) ${insert}` };
}

/**
 * Runs an insert limited to `tenantId`; what it returns. One message where {@link runInTenant} sends
 * three, two of which Postgres parses anew: they cost as much as a dozen rows. Rejects likewise.
 */
export async function insertInTenant<Row extends object>(
  database: Database,
  tenantId: TenantId,
  { name, text }: TenantInsert,
  values: readonly unknown[],
): Promise<Row[]> {
  const query = { name, text, values: [checkedTenantId(tenantId), ...values] };
  return onConnection(database, async (client) => (await client.query<Row>(query)).rows);
}

/** A connection that broke is not handed out again. */
async function onConnection<Result>(
  database: Database,
  work: (client: PoolClient) => Promise<Result>,
): Promise<Result> {
  let client: PoolClient | undefined;
  let failure: unknown;
  try {
    client = await database.pool.connect();
    return await work(client);
  } catch (error) {
    failure = error;
    throw toDatabaseFailure(error);
  } finally {
    client?.release(isDatabaseUnavailable(failure));
  }
}

/** A failed statement turns the COMMIT behind it into a ROLLBACK, which succeeds. */
async function sendTogether<Row extends object>(
  client: PoolClient,
  begin: string,
  { name, text, commit }: TenantStatement,
  values: readonly unknown[],
): Promise<Row[]> {
  const lazily = commit === 'lazy' ? '; set local synchronous_commit = off' : '';
  const { stream } = client.connection;
  stream.cork();
  const begun = client.query(begin + lazily);
  const answered = client.query<Row>({ name, text, values: [...values] });
  const committed = client.query('commit');
  stream.uncork();
  const [first, second, third] = await Promise.allSettled([begun, answered, committed]);
  for (const step of [first, third, second]) {
    if (step.status === 'rejected') throw step.reason;
  }
  return second.status === 'fulfilled' ? second.value.rows : [];
}
