import { type Kysely, sql } from 'kysely';
import { isTenantId, type TenantId } from '#libs/kernel';
import { type Database } from './database.js';
import { type OperationalTables } from './tables.js';

/** Whose rows belong to nobody: requests that no key vouched for. Can never be a tenant's id. */
export const noTenant = '-' as TenantId;

/** A transaction that sees and writes the rows of one tenant only. */
export type TenantTransaction = Kysely<OperationalTables>;

/**
 * Runs `work` in a transaction limited to `tenantId` by row-level security; commits what it
 * resolves to, rolls back what it rejects with.
 *
 * Use only the transaction inside `work`. A lost connection rejects with `database_unavailable`;
 * whether a lost COMMIT took effect is then unknown.
 */
export function inTenant<Result>(
  database: Database,
  tenantId: TenantId,
  work: (transaction: TenantTransaction) => Promise<Result>,
): Promise<Result> {
  return transact(database, () => beginInTenant(tenantId), work);
}

/**
 * Like {@link inTenant}, and everything that is read in it is of one moment, that of its beginning:
 * for answers whose parts have to agree. Only reads: what others changed meanwhile cannot be
 * written.
 */
export function inTenantAtOneMoment<Result>(
  database: Database,
  tenantId: TenantId,
  work: (transaction: TenantTransaction) => Promise<Result>,
): Promise<Result> {
  const begin = 'begin isolation level repeatable read read only';
  return transact(database, () => beginInTenant(tenantId, begin), work);
}

async function transact<Result>(
  database: Database,
  beginning: () => string,
  work: (transaction: TenantTransaction) => Promise<Result>,
): Promise<Result> {
  const begin = beginning();
  return database.kysely.connection().execute(async (transaction) => {
    await sql.raw(begin).execute(transaction);
    try {
      const result = await work(transaction);
      await sql.raw('commit').execute(transaction);
      return result;
    } catch (error) {
      // Fails only on a broken connection, which is thrown away, and the transaction with it.
      await sql
        .raw('rollback')
        .execute(transaction)
        .catch(() => undefined);
      throw error;
    }
  });
}

/**
 * Begins a transaction limited to `tenantId`, in one round trip. Throws for what is no tenant's id:
 * a real one holds a-z, 0-9 and "-" only, so no quotes.
 */
export function beginInTenant(tenantId: TenantId, begin = 'begin'): string {
  return `${begin}; select set_config('app.tenant', '${checkedTenantId(tenantId)}', true)`;
}

/** Throws a `TypeError` for what is neither a tenant's id nor {@link noTenant}. */
export function checkedTenantId(tenantId: TenantId): TenantId {
  if (isTenantId(tenantId) || tenantId === noTenant) return tenantId;
  throw new TypeError('Not a tenant id: it would become part of a statement.');
}
