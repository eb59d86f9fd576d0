import { type TenantTransaction } from '#libs/read-db';
import { sql } from 'kysely';
import { type DestinationUsageRow } from './destination-usage.projection.js';

/**
 * How much of its caps each destination of the tenant uses; one that no transfer went to is not
 * there. Counters are of the windows the row names: compare those with the current ones, for a row
 * does not change when an hour ends.
 */
export function listDestinationUsage(
  transaction: TenantTransaction,
): Promise<DestinationUsageRow[]> {
  return usage(transaction).orderBy('destinationId').execute();
}

/** The same of one destination; `null` if no transfer went to it. */
export async function findDestinationUsage(
  transaction: TenantTransaction,
  destinationId: string,
): Promise<DestinationUsageRow | null> {
  const row = await usage(transaction)
    .where('destinationId', '=', destinationId)
    .executeTakeFirst();
  return row ?? null;
}

/**
 * The tenant's rows. The worker sees those of all tenants, so the policy of the table is not
 * enough.
 */
function usage(transaction: TenantTransaction) {
  return transaction
    .withTables<{ destinationUsage: DestinationUsageRow }>()
    .selectFrom('destinationUsage')
    .selectAll()
    .where('tenantId', '=', sql<string>`current_setting('app.tenant')`);
}
