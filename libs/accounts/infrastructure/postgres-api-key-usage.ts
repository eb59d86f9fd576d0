import type { TenantId } from '#libs/kernel';
import { type Database, inTenant } from '#libs/read-db';
import { sql } from 'kysely';
import type { ApiKeyUsageStore, LastUse } from './api-key-usage.js';

/** Last uses in table `api_key_usage`; two instances that saw one key keep the later use. */
export class PostgresApiKeyUsageStore implements ApiKeyUsageStore {
  constructor(private readonly database: Database) {}

  async save(tenantId: TenantId, uses: readonly LastUse[]): Promise<void> {
    const keyIds = uses.map((use) => use.keyId);
    const instants = uses.map((use) => use.lastUsedAt.toISOString());
    await inTenant(this.database, tenantId, (transaction) =>
      sql`insert into api_key_usage (tenant_id, key_id, last_used_at)
          select ${tenantId}, * from unnest(${keyIds}::text[], ${instants}::timestamptz[])
          on conflict (tenant_id, key_id) do update
          set last_used_at = greatest(api_key_usage.last_used_at, excluded.last_used_at)`.execute(
        transaction,
      ),
    );
  }
}
