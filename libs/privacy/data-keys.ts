import type { DataKeyId, TenantId } from '#libs/kernel';
import type { DataKey } from './data-key.js';
import { DataKeyCache } from './data-key-cache.js';
import { DataKeyPool, type PoolParts } from './data-key-pool.js';
import { dataKeysUnavailable } from './errors.js';
import type { DataKeyStore, StoredDataKey } from './key-stores.js';
import type { MasterKey } from './master-key.js';
import { type Erased, keyIdOf, open, type Sealed } from './sealed.js';
import { withTimeout } from './with-timeout.js';

/** How long an erasure on another instance may take to be seen here. */
export const CACHE_TTL_MS = 60_000;
/** About 6 MB. */
const CACHED_KEYS_MAX = 20_000;
const READ_TIMEOUT_MS = 3_000;

/** Where data keys are kept, and what wraps them there. */
export interface DataKeysOptions {
  readonly store: DataKeyStore;
  readonly masterKey: MasterKey;
  /** Milliseconds since 1970; the machine's clock if left out. */
  readonly now?: () => number;
}

/**
 * The keys of personal data: a new one for each person, found again to open what it sealed, and
 * destroyed to erase the person.
 */
export class DataKeys {
  readonly #parts: PoolParts;
  readonly #pools = new Map<TenantId, DataKeyPool>();
  readonly #cache: DataKeyCache;
  #erasures = 0;

  constructor({ store, masterKey, now = Date.now }: DataKeysOptions) {
    this.#parts = { store, masterKey, now };
    this.#cache = new DataKeyCache({ ttlMs: CACHE_TTL_MS, entriesMax: CACHED_KEYS_MAX, now });
  }

  /**
   * A key nobody had before, its wrapped row already durable; no round trip as long as the pool
   * lasts. With the database down it goes on until the pool is empty, then rejects with
   * `data_keys_unavailable` within 3 s.
   */
  async take(tenantId: TenantId): Promise<DataKey> {
    const key = await this.#poolOf(tenantId).take();
    this.#cache.put(tenantId, key.id, key);
    return key;
  }

  /**
   * The keys that still exist, by id: an erased or unknown one is not among them. One query for
   * all that are not in memory. Rejects with `data_keys_unavailable`.
   */
  async find(
    tenantId: TenantId,
    keyIds: Iterable<DataKeyId>,
  ): Promise<ReadonlyMap<DataKeyId, DataKey>> {
    const found = new Map<DataKeyId, DataKey>();
    const misses: DataKeyId[] = [];
    for (const keyId of new Set(keyIds)) {
      const cached = this.#cache.get(tenantId, keyId);
      if (cached === undefined) misses.push(keyId);
      else if (cached !== null) found.set(keyId, cached);
    }
    if (misses.length === 0) return found;
    for (const key of await this.#load(tenantId, misses)) found.set(key.id, key);
    return found;
  }

  /** Opens boxes of one tenant, in their order; the marked blank where the key is gone. */
  async openAll<T>(tenantId: TenantId, boxes: readonly Sealed<T>[]): Promise<(T | Erased)[]> {
    const keyIds = boxes.map((box) => keyIdOf(box, { tenantId }));
    const keys = await this.find(tenantId, keyIds);
    return boxes.map((box, index) => {
      const keyId = keyIds[index];
      return open(keyId === undefined ? undefined : keys.get(keyId), { tenantId }, box);
    });
  }

  /**
   * Erases whatever these keys sealed, for good: here at once, on other instances within
   * {@link CACHE_TTL_MS}. Returns how many keys were there until now; repeating it is harmless.
   */
  async destroy(tenantId: TenantId, keyIds: readonly DataKeyId[]): Promise<number> {
    const destroyed = await this.#parts.store.destroy(tenantId, keyIds);
    this.#erasures += 1;
    for (const keyId of keyIds) this.#cache.put(tenantId, keyId, null);
    return destroyed;
  }

  async #load(tenantId: TenantId, keyIds: readonly DataKeyId[]): Promise<DataKey[]> {
    const erasuresBefore = this.#erasures;
    const rows = await this.#read(tenantId, keyIds);
    // A row read before an erasure in this process must not be remembered after it.
    const current = erasuresBefore === this.#erasures;
    const keys: DataKey[] = [];
    for (const row of rows) {
      const key = this.#unwrap(tenantId, row);
      if (key !== null) keys.push(key);
      if (current) this.#cache.put(tenantId, row.keyId, key);
    }
    return keys;
  }

  async #read(tenantId: TenantId, keyIds: readonly DataKeyId[]): Promise<readonly StoredDataKey[]> {
    try {
      return await withTimeout(this.#parts.store.find(tenantId, keyIds), READ_TIMEOUT_MS);
    } catch (cause) {
      throw dataKeysUnavailable(cause);
    }
  }

  #unwrap(tenantId: TenantId, { keyId, wrapped }: StoredDataKey): DataKey | null {
    if (wrapped === null) return null;
    return {
      id: keyId,
      secret: this.#parts.masterKey.unwrap({ tenantId, use: keyId }, wrapped),
    };
  }

  #poolOf(tenantId: TenantId): DataKeyPool {
    let pool = this.#pools.get(tenantId);
    if (pool === undefined) {
      pool = new DataKeyPool(tenantId, this.#parts);
      this.#pools.set(tenantId, pool);
    }
    return pool;
  }
}
