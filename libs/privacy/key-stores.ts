import type { DataKeyId, TenantId } from '#libs/kernel';
import type { WrappedKey } from './master-key.js';

/** A data key as the database has it. */
export interface StoredDataKey {
  readonly keyId: DataKeyId;
  /** `null` once it was erased: the row stays and says so. */
  readonly wrapped: WrappedKey | null;
}

/** Where wrapped data keys live. Never the event store: what is in the log cannot be destroyed. */
export interface DataKeyStore {
  /** Resolves once all keys are durable; all or none. */
  add(
    tenantId: TenantId,
    keys: readonly { readonly keyId: DataKeyId; readonly wrapped: WrappedKey }[],
  ): Promise<void>;
  /** Those of the keys that exist, in one query. */
  find(tenantId: TenantId, keyIds: readonly DataKeyId[]): Promise<readonly StoredDataKey[]>;
  /** Destroys the keys for good and keeps their ids; returns how many were there until now. */
  destroy(tenantId: TenantId, keyIds: readonly DataKeyId[]): Promise<number>;
}

/** Where each tenant's wrapped identity key lives. */
export interface TenantSecretStore {
  find(tenantId: TenantId): Promise<WrappedKey | null>;
  /** Keeps the first one ever given; returns the one kept. */
  addIfAbsent(tenantId: TenantId, wrapped: WrappedKey): Promise<WrappedKey>;
}
