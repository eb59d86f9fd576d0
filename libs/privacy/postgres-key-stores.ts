import type { DataKeyId, TenantId } from '#libs/kernel';
import { type Database, inTenant, runInTenant, type TenantStatement } from '#libs/read-db';
import { sql } from 'kysely';
import type { DataKeyStore, StoredDataKey, TenantSecretStore } from './key-stores.js';
import type { WrappedKey } from './master-key.js';

const addStatement: TenantStatement = {
  name: 'data_key:add',
  commit: 'durable',
  text: `insert into data_key (tenant_id, key_id, wrapped)
         select $1, * from unnest($2::text[], $3::bytea[])`,
};

/** Data keys in Postgres, each tenant's behind row-level security. */
export class PostgresDataKeyStore implements DataKeyStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async add(
    tenantId: TenantId,
    keys: readonly { readonly keyId: DataKeyId; readonly wrapped: WrappedKey }[],
  ): Promise<void> {
    const keyIds = keys.map((key) => key.keyId);
    const wrapped = keys.map((key) => key.wrapped);
    await runInTenant(this.#database, tenantId, addStatement, [tenantId, keyIds, wrapped]);
  }

  find(tenantId: TenantId, keyIds: readonly DataKeyId[]): Promise<readonly StoredDataKey[]> {
    return inTenant(this.#database, tenantId, async (transaction) => {
      const rows = await transaction
        .selectFrom('dataKey')
        .select(['keyId', 'wrapped'])
        .where('tenantId', '=', tenantId)
        .where('keyId', '=', sql<string>`any(${keyIds}::text[])`)
        .execute();
      return rows.map(({ keyId, wrapped }) => ({ keyId: keyId as DataKeyId, wrapped }));
    });
  }

  destroy(tenantId: TenantId, keyIds: readonly DataKeyId[]): Promise<number> {
    return inTenant(this.#database, tenantId, async (transaction) => {
      const result = await transaction
        .updateTable('dataKey')
        .set({ wrapped: null, erasedAt: sql<string>`now()` })
        .where('tenantId', '=', tenantId)
        .where('keyId', '=', sql<string>`any(${keyIds}::text[])`)
        .where('erasedAt', 'is', null)
        .executeTakeFirst();
      return Number(result.numUpdatedRows);
    });
  }
}

/** Tenants' identity keys in Postgres. */
export class PostgresTenantSecretStore implements TenantSecretStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  find(tenantId: TenantId): Promise<WrappedKey | null> {
    return inTenant(this.#database, tenantId, async (transaction) => {
      const row = await transaction
        .selectFrom('tenantSecret')
        .select('wrapped')
        .where('tenantId', '=', tenantId)
        .executeTakeFirst();
      return row?.wrapped ?? null;
    });
  }

  async addIfAbsent(tenantId: TenantId, wrapped: WrappedKey): Promise<WrappedKey> {
    await inTenant(this.#database, tenantId, (transaction) =>
      transaction
        .insertInto('tenantSecret')
        .values({ tenantId, wrapped })
        .onConflict((conflict) => conflict.column('tenantId').doNothing())
        .execute(),
    );
    return (await this.find(tenantId)) ?? wrapped;
  }
}
