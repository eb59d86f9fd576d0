export type { DataKey } from './data-key.js';
export { CACHE_TTL_MS, DataKeys, type DataKeysOptions } from './data-keys.js';
export { dataKeysUnavailable, tenantSecretMissing } from './errors.js';
export type { DataKeyStore, StoredDataKeyBlock, TenantSecretStore } from './key-stores.js';
export { MasterKey, WrongMasterKey, type WrapContext, type WrappedKey } from './master-key.js';
export { ensureMasterKeyFile } from './master-key-file.js';
export { MemoryDataKeyStore, MemoryTenantSecretStore } from './memory-key-stores.js';
export {
  ERASED,
  type Erased,
  isErased,
  keyIdOf,
  open,
  seal,
  type SealContext,
  type Sealed,
  UnreadableBox,
} from './sealed.js';
export { PostgresDataKeyStore, PostgresTenantSecretStore } from './postgres-key-stores.js';
export { leadIdOf, TenantIdentity } from './tenant-identity.js';
export { TenantSecrets, type TenantSecretsOptions } from './tenant-secrets.js';
