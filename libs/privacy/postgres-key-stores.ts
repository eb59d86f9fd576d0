import type { TenantId } from '#libs/kernel';
import {
  type Database,
  inTenant,
  runInTenant,
  type TenantStatement,
  type TenantTransaction,
} from '#libs/read-db';
import { sql } from 'kysely';
import type { DataKeyBlockId } from './data-key.js';
import type { DataKeyStore, StoredDataKeyBlock, TenantSecretStore } from './key-stores.js';
import type { WrappedKey } from './master-key.js';

const addStatement: TenantStatement = {
  name: 'data_key_block:add',
  commit: 'durable',
  text: `insert into data_key_block (tenant_id, block_id, wrapped)
         select $1, * from unnest($2::text[], $3::bytea[])`,
};

/** Data keys in Postgres, each tenant's behind row-level security. */
export class PostgresDataKeyStore implements DataKeyStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async add(tenantId: TenantId, blocks: readonly StoredDataKeyBlock[]): Promise<void> {
    const blockIds = blocks.map((block) => block.blockId);
    const wrapped = blocks.map((block) => block.wrapped);
    await runInTenant(this.#database, tenantId, addStatement, [tenantId, blockIds, wrapped]);
  }

  find(
    tenantId: TenantId,
    blockIds: readonly DataKeyBlockId[],
  ): Promise<readonly StoredDataKeyBlock[]> {
    return inTenant(this.#database, tenantId, (transaction) =>
      selectBlocks(transaction, tenantId, blockIds).execute().then(toBlocks),
    );
  }

  replace(
    tenantId: TenantId,
    blockIds: readonly DataKeyBlockId[],
    change: (block: StoredDataKeyBlock) => StoredDataKeyBlock | null,
  ): Promise<void> {
    return inTenant(this.#database, tenantId, async (transaction) => {
      // In one order, so that two of these wait for each other in turn.
      const locked = selectBlocks(transaction, tenantId, blockIds).orderBy('blockId').forUpdate();
      for (const block of toBlocks(await locked.execute())) {
        const changed = change(block);
        if (changed === null) continue;
        await transaction
          .updateTable('dataKeyBlock')
          .set({ wrapped: changed.wrapped, erasedAt: sql<string>`now()` })
          .where('tenantId', '=', tenantId)
          .where('blockId', '=', block.blockId)
          .execute();
      }
    });
  }
}

function selectBlocks(
  transaction: TenantTransaction,
  tenantId: TenantId,
  blockIds: readonly DataKeyBlockId[],
) {
  return transaction
    .selectFrom('dataKeyBlock')
    .select(['blockId', 'wrapped'])
    .where('tenantId', '=', tenantId)
    .where('blockId', '=', sql<string>`any(${blockIds}::text[])`);
}

function toBlocks(
  rows: readonly { readonly blockId: string; readonly wrapped: Buffer | null }[],
): StoredDataKeyBlock[] {
  return rows.map(({ blockId, wrapped }) => ({ blockId: blockId as DataKeyBlockId, wrapped }));
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
