import { type TenantId, withTimeout } from '#libs/kernel';
import { createSecretKey, randomBytes } from 'node:crypto';
import { dataKeysUnavailable, tenantSecretMissing } from './errors.js';
import type { TenantSecretStore } from './key-stores.js';
import type { MasterKey, WrappedKey } from './master-key.js';
import { TenantIdentity } from './tenant-identity.js';

const TIMEOUT_MS = 3_000;
const USE = 'identity';

/** Where identity keys are kept, and what wraps them there. */
export interface TenantSecretsOptions {
  readonly store: TenantSecretStore;
  readonly masterKey: MasterKey;
}

/** Each tenant's identity key: made with the tenant, never changed, kept in memory once read. */
export class TenantSecrets {
  readonly #store: TenantSecretStore;
  readonly #masterKey: MasterKey;
  readonly #identities = new Map<TenantId, Promise<TenantIdentity>>();

  constructor({ store, masterKey }: TenantSecretsOptions) {
    this.#store = store;
    this.#masterKey = masterKey;
  }

  /**
   * Gives the tenant its identity key, unless it has one: repeating it changes nothing. Rejects
   * with `data_keys_unavailable`.
   */
  async create(tenantId: TenantId): Promise<void> {
    const wrapped = this.#masterKey.wrap({ tenantId, use: USE }, randomBytes(32));
    await reach(this.#store.addIfAbsent(tenantId, wrapped));
  }

  /**
   * The tenant's identity. Rejects with `data_keys_unavailable`, or `tenant_secret_missing` for a
   * tenant this database does not know.
   */
  identity(tenantId: TenantId): Promise<TenantIdentity> {
    let identity = this.#identities.get(tenantId);
    if (identity === undefined) {
      identity = this.#load(tenantId);
      this.#identities.set(tenantId, identity);
      identity.catch(() => this.#identities.delete(tenantId));
    }
    return identity;
  }

  /** {@link TenantIdentity.phoneHash}. */
  async phoneHash(tenantId: TenantId, e164: string): Promise<string> {
    return (await this.identity(tenantId)).phoneHash(e164);
  }

  async #load(tenantId: TenantId): Promise<TenantIdentity> {
    const wrapped: WrappedKey | null = await reach(this.#store.find(tenantId));
    if (wrapped === null) throw tenantSecretMissing(tenantId);
    const secret = this.#masterKey.unwrap({ tenantId, use: USE }, wrapped);
    return new TenantIdentity(createSecretKey(secret));
  }
}

async function reach<T>(work: Promise<T>): Promise<T> {
  try {
    return await withTimeout(work, TIMEOUT_MS);
  } catch (cause) {
    throw dataKeysUnavailable(cause);
  }
}
