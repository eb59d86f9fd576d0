import { type TenantTransaction } from '#libs/read-db';
import { type SuppressionRow } from './suppression.projection.js';

/**
 * A tenant's entries that still count at an instant (ISO-8601), newest first; `limit` at most
 * (1,000 unless told).
 */
export async function listSuppressions(
  transaction: TenantTransaction,
  at: string,
  limit = 1_000,
): Promise<SuppressionRow[]> {
  return transaction
    .withTables<{ suppression: SuppressionRow }>()
    .selectFrom('suppression')
    .selectAll()
    .where(({ eb }) => eb.or([eb('expiresAt', 'is', null), eb('expiresAt', '>', at)]))
    .orderBy('suppressedAt', 'desc')
    .orderBy('entryId', 'desc')
    .limit(limit)
    .execute();
}
