import type { DataKeyId, TenantId } from '#libs/kernel';
import type { DataKeyStore, StoredDataKey, TenantSecretStore } from './key-stores.js';
import type { WrappedKey } from './master-key.js';

/** Data keys in memory, for tests: what was written, how often it was asked, and failure at will. */
export class MemoryDataKeyStore implements DataKeyStore {
  readonly rows = new Map<string, StoredDataKey>();
  /** Size of each block written. */
  readonly blocks: number[] = [];
  /** Key ids of each query. */
  readonly queries: (readonly DataKeyId[])[] = [];
  /** Every call waits for it, and fails if it rejects. */
  obstacle: () => Promise<void> = () => Promise.resolve();

  async add(
    tenantId: TenantId,
    keys: readonly { readonly keyId: DataKeyId; readonly wrapped: WrappedKey }[],
  ): Promise<void> {
    await this.obstacle();
    this.blocks.push(keys.length);
    for (const key of keys) this.rows.set(`${tenantId}/${key.keyId}`, key);
  }

  async find(tenantId: TenantId, keyIds: readonly DataKeyId[]): Promise<readonly StoredDataKey[]> {
    this.queries.push(keyIds);
    const rows = keyIds.flatMap((keyId) => this.rows.get(`${tenantId}/${keyId}`) ?? []);
    await this.obstacle();
    return rows;
  }

  async destroy(tenantId: TenantId, keyIds: readonly DataKeyId[]): Promise<number> {
    await this.obstacle();
    let destroyed = 0;
    for (const keyId of keyIds) {
      const row = this.rows.get(`${tenantId}/${keyId}`);
      if (row === undefined || row.wrapped === null) continue;
      this.rows.set(`${tenantId}/${keyId}`, { keyId, wrapped: null });
      destroyed += 1;
    }
    return destroyed;
  }
}

/** Tenant secrets in memory, for tests. */
export class MemoryTenantSecretStore implements TenantSecretStore {
  readonly rows = new Map<TenantId, WrappedKey>();
  reads = 0;
  /** Every call waits for it, and fails if it rejects. */
  obstacle: () => Promise<void> = () => Promise.resolve();

  async find(tenantId: TenantId): Promise<WrappedKey | null> {
    this.reads += 1;
    await this.obstacle();
    return this.rows.get(tenantId) ?? null;
  }

  async addIfAbsent(tenantId: TenantId, wrapped: WrappedKey): Promise<WrappedKey> {
    await this.obstacle();
    const kept = this.rows.get(tenantId) ?? wrapped;
    this.rows.set(tenantId, kept);
    return kept;
  }
}
