import { type Kysely, sql } from 'kysely';
import { type Database } from './database.js';
import { type OperationalTables } from './tables.js';

/**
 * Runs `work` in a transaction that reads what concerns the installation, whichever tenant it is
 * of: dead letters. Only for who may run the installation; rows of read models stay hidden.
 */
export function asOperator<Result>(
  { kysely }: Database,
  work: (transaction: Kysely<OperationalTables>) => Promise<Result>,
): Promise<Result> {
  return kysely.transaction().execute(async (transaction) => {
    await sql`select set_config('app.operator', 'on', true)`.execute(transaction);
    return work(transaction);
  });
}
