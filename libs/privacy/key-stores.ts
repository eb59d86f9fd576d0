import type { TenantId } from '#libs/kernel';
import type { DataKeyBlockId } from './data-key.js';
import type { WrappedKey } from './master-key.js';

/** A block of data keys as the database has it. */
export interface StoredDataKeyBlock {
  readonly blockId: DataKeyBlockId;
  /** `null` once all its keys were erased: the row stays and says so. */
  readonly wrapped: WrappedKey | null;
}

/** Where wrapped data keys live. Never the event store: what is in the log cannot be destroyed. */
export interface DataKeyStore {
  /** Resolves once all blocks are durable; all or none. */
  add(tenantId: TenantId, blocks: readonly StoredDataKeyBlock[]): Promise<void>;
  /** Those of the blocks that exist, in one query. */
  find(
    tenantId: TenantId,
    blockIds: readonly DataKeyBlockId[],
  ): Promise<readonly StoredDataKeyBlock[]>;
  /**
   * Puts what `change` makes of it in place of each of the blocks that exist, unless that is
   * `null`; all or none. Nobody else changes them meanwhile, so of two erasures in a block none is
   * undone.
   */
  replace(
    tenantId: TenantId,
    blockIds: readonly DataKeyBlockId[],
    change: (block: StoredDataKeyBlock) => StoredDataKeyBlock | null,
  ): Promise<void>;
}

/** Where each tenant's wrapped identity key lives. */
export interface TenantSecretStore {
  find(tenantId: TenantId): Promise<WrappedKey | null>;
  /** Keeps the first one ever given; returns the one kept. */
  addIfAbsent(tenantId: TenantId, wrapped: WrappedKey): Promise<WrappedKey>;
}
