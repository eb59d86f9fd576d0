import { type DataKeyId, type TenantId, withTimeout } from '#libs/kernel';
import type { DataKey, DataKeyBlockId } from './data-key.js';
import { blockIdOf, DataKeyBlock } from './data-key-block.js';
import { DataKeyBlockCache } from './data-key-block-cache.js';
import { DataKeyPool } from './data-key-pool.js';
import { dataKeysUnavailable } from './errors.js';
import type { DataKeyStore, StoredDataKeyBlock } from './key-stores.js';
import type { MasterKey } from './master-key.js';
import { type Erased, keyIdOf, open, type Sealed } from './sealed.js';

/** How long an erasure on another instance may take to be seen here. */
export const CACHE_TTL_MS = 60_000;
/** About 8 MB. */
const CACHED_BLOCKS_MAX = 1_000;
const READ_TIMEOUT_MS = 3_000;

/** Where data keys are kept, and what wraps them there. */
export interface DataKeysOptions {
  readonly store: DataKeyStore;
  readonly masterKey: MasterKey;
  /** Milliseconds by a clock that is never set; the process's own if left out. */
  readonly now?: () => number;
}

/** A time of day would keep what was destroyed for as long as it is set back. */
const elapsedMs = () => performance.now();

/**
 * The keys of personal data: a new one for each person, found again to open what it sealed, and
 * destroyed to erase the person.
 */
export class DataKeys {
  readonly #store: DataKeyStore;
  readonly #masterKey: MasterKey;
  readonly #now: () => number;
  readonly #pools = new Map<TenantId, DataKeyPool>();
  readonly #cache: DataKeyBlockCache;
  #erasures = 0;

  constructor({ store, masterKey, now = elapsedMs }: DataKeysOptions) {
    this.#store = store;
    this.#masterKey = masterKey;
    this.#now = now;
    this.#cache = new DataKeyBlockCache({
      ttlMs: CACHE_TTL_MS,
      entriesMax: CACHED_BLOCKS_MAX,
      now,
    });
  }

  /**
   * A key nobody had before, its wrapped block already durable; no round trip as long as the pool
   * lasts. With the database down it goes on until the pool is empty, then rejects with
   * `data_keys_unavailable` within 3 s.
   */
  take(tenantId: TenantId): Promise<DataKey> {
    return this.#poolOf(tenantId).take();
  }

  /**
   * The keys that still exist, by id: an erased or unknown one is not among them. One query for
   * all that are not in memory. Rejects with `data_keys_unavailable`.
   */
  async find(
    tenantId: TenantId,
    keyIds: Iterable<DataKeyId>,
  ): Promise<ReadonlyMap<DataKeyId, DataKey>> {
    const wanted = Map.groupBy(new Set(keyIds), blockIdOf);
    const found = new Map<DataKeyId, DataKey>();
    for (const block of await this.#blocks(tenantId, [...wanted.keys()])) {
      for (const keyId of wanted.get(block.id) ?? []) {
        const key = block.find(keyId);
        if (key !== undefined) found.set(keyId, key);
      }
    }
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
    const doomed = Map.groupBy(keyIds, blockIdOf);
    let destroyed = 0;
    await this.#store.replace(tenantId, [...doomed.keys()], (stored) => {
      const block = DataKeyBlock.unwrap(this.#masterKey, tenantId, stored);
      const erased = (doomed.get(block.id) ?? []).filter((keyId) => block.erase(keyId));
      destroyed += erased.length;
      return erased.length === 0 ? null : block.wrap(this.#masterKey, tenantId);
    });
    this.#erasures += 1;
    for (const keyId of keyIds) this.#cache.get(tenantId, blockIdOf(keyId))?.erase(keyId);
    return destroyed;
  }

  async #blocks(tenantId: TenantId, blockIds: readonly DataKeyBlockId[]): Promise<DataKeyBlock[]> {
    const blocks: DataKeyBlock[] = [];
    const misses: DataKeyBlockId[] = [];
    for (const blockId of blockIds) {
      const block = this.#cache.get(tenantId, blockId);
      if (block === undefined) misses.push(blockId);
      else blocks.push(block);
    }
    if (misses.length > 0) blocks.push(...(await this.#load(tenantId, misses)));
    return blocks;
  }

  async #load(tenantId: TenantId, blockIds: readonly DataKeyBlockId[]): Promise<DataKeyBlock[]> {
    const erasuresBefore = this.#erasures;
    const stored = await this.#read(tenantId, blockIds);
    const blocks = stored.map((row) => DataKeyBlock.unwrap(this.#masterKey, tenantId, row));
    // Blocks read before an erasure in this process must not be remembered after it.
    if (erasuresBefore === this.#erasures) {
      for (const block of blocks) this.#cache.put(tenantId, block);
    }
    return blocks;
  }

  async #read(
    tenantId: TenantId,
    blockIds: readonly DataKeyBlockId[],
  ): Promise<readonly StoredDataKeyBlock[]> {
    try {
      return await withTimeout(this.#store.find(tenantId, blockIds), READ_TIMEOUT_MS);
    } catch (cause) {
      throw dataKeysUnavailable(cause);
    }
  }

  #poolOf(tenantId: TenantId): DataKeyPool {
    let pool = this.#pools.get(tenantId);
    if (pool === undefined) {
      pool = new DataKeyPool({
        ...{ tenantId, store: this.#store, masterKey: this.#masterKey, now: this.#now },
        onOpened: (block) => {
          this.#cache.put(tenantId, block);
        },
      });
      this.#pools.set(tenantId, pool);
    }
    return pool;
  }
}
