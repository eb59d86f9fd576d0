import { type TenantTransaction } from '#libs/read-db';
import { type ApiKeyRow } from './api-key.projection.js';

/** Every key a tenant ever gave out, newest first, withdrawn ones included. */
export async function listApiKeys(transaction: TenantTransaction): Promise<ApiKeyRow[]> {
  return transaction
    .withTables<{ apiKey: ApiKeyRow }>()
    .selectFrom('apiKey')
    .selectAll()
    .orderBy('createdAt', 'desc')
    .orderBy('keyId', 'desc')
    .execute();
}
