import type { TenantId } from '#libs/kernel';
import type { DataKeyBlockId } from './data-key.js';
import type { DataKeyStore, StoredDataKeyBlock, TenantSecretStore } from './key-stores.js';
import type { WrappedKey } from './master-key.js';

/**
 * Data keys in memory, for tests: what was written, how often it was asked, and failure at will.
 */
export class MemoryDataKeyStore implements DataKeyStore {
  /** By `<tenant>/<block>`. */
  readonly rows = new Map<string, StoredDataKeyBlock>();
  /** How many blocks were written each time. */
  readonly written: number[] = [];
  /** Block ids of each query. */
  readonly queries: (readonly DataKeyBlockId[])[] = [];
  /** Every call waits for it, and fails if it rejects. */
  obstacle: () => Promise<void> = () => Promise.resolve();

  async add(tenantId: TenantId, blocks: readonly StoredDataKeyBlock[]): Promise<void> {
    await this.obstacle();
    this.written.push(blocks.length);
    for (const block of blocks) this.rows.set(`${tenantId}/${block.blockId}`, block);
  }

  async find(
    tenantId: TenantId,
    blockIds: readonly DataKeyBlockId[],
  ): Promise<readonly StoredDataKeyBlock[]> {
    this.queries.push(blockIds);
    const rows = this.#existing(tenantId, blockIds);
    await this.obstacle();
    return rows;
  }

  async replace(
    tenantId: TenantId,
    blockIds: readonly DataKeyBlockId[],
    change: (block: StoredDataKeyBlock) => StoredDataKeyBlock | null,
  ): Promise<void> {
    await this.obstacle();
    for (const block of this.#existing(tenantId, blockIds)) {
      this.rows.set(`${tenantId}/${block.blockId}`, change(block) ?? block);
    }
  }

  #existing(tenantId: TenantId, blockIds: readonly DataKeyBlockId[]): StoredDataKeyBlock[] {
    return blockIds.flatMap((blockId) => this.rows.get(`${tenantId}/${blockId}`) ?? []);
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
