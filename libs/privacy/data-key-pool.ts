import type { TenantId } from '#libs/kernel';
import { setImmediate } from 'node:timers/promises';
import { type DataKey, newDataKey } from './data-key.js';
import { dataKeysUnavailable } from './errors.js';
import type { DataKeyStore } from './key-stores.js';
import type { MasterKey } from './master-key.js';
import { withTimeout } from './with-timeout.js';

/** Keys in the first block, and in one for a tenant that takes few. */
export const BLOCK_MIN = 32;
/** Keys in the largest block: under half a second's worth at 5,000 leads/s. */
export const BLOCK_MAX = 2_048;
/** A block used up sooner than this doubles the next one. */
const BUSY_MS = 2_000;
/** A block that lasted longer than this halves the next one. */
const CALM_MS = 60_000;
/** How long the database may take to make a block durable. */
const WRITE_TIMEOUT_MS = 3_000;
/** After a failure nothing is tried for this long: an answer at once beats a queue of time-outs. */
const FAILURE_PAUSE_MS = 500;
/** Keys wrapped without letting other work in between, about 0.5 ms of it. */
const WRAPPED_AT_ONCE = 64;

/** What a pool works with. */
export interface PoolParts {
  readonly store: DataKeyStore;
  readonly masterKey: MasterKey;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/**
 * One tenant's supply of data keys, written ahead, so that taking one costs no round trip.
 *
 * A key is handed out once, and only after its wrapped row is durable: a lead sealed with a key
 * that a crash forgot would be lost. Keys left over when a process ends stay unused.
 */
export class DataKeyPool {
  readonly #tenantId: TenantId;
  readonly #parts: PoolParts;
  readonly #ready: DataKey[] = [];
  #blockSize = BLOCK_MIN;
  #filledAt = -Infinity;
  #failedAt = -Infinity;
  #filling: Promise<void> | null = null;

  constructor(tenantId: TenantId, parts: PoolParts) {
    this.#tenantId = tenantId;
    this.#parts = parts;
  }

  /** A key nobody had before. Rejects with `data_keys_unavailable` when the supply has run out. */
  async take(): Promise<DataKey> {
    for (;;) {
      const key = this.#ready.pop();
      if (key !== undefined) {
        if (this.#ready.length < this.#blockSize / 2) this.#fillInBackground();
        return key;
      }
      await this.#fill();
    }
  }

  #fillInBackground(): void {
    // A failure here concerns nobody yet: whoever finds the pool empty tries again and is told.
    this.#fill().catch(() => undefined);
  }

  #fill(): Promise<void> {
    this.#filling ??= this.#addBlock().finally(() => {
      this.#filling = null;
    });
    return this.#filling;
  }

  async #addBlock(): Promise<void> {
    const { store, now } = this.#parts;
    const startedAt = now();
    if (startedAt - this.#failedAt < FAILURE_PAUSE_MS) throw dataKeysUnavailable();
    const size = nextBlockSize(this.#blockSize, startedAt - this.#filledAt);
    const { keys, rows } = await this.#makeBlock(size);
    try {
      await withTimeout(store.add(this.#tenantId, rows), WRITE_TIMEOUT_MS);
    } catch (cause) {
      this.#failedAt = now();
      throw dataKeysUnavailable(cause);
    }
    this.#blockSize = size;
    this.#filledAt = startedAt;
    this.#ready.push(...keys);
  }

  async #makeBlock(size: number) {
    const { masterKey, now } = this.#parts;
    const keys: DataKey[] = [];
    const rows = [];
    while (keys.length < size) {
      const key = newDataKey(now());
      keys.push(key);
      rows.push({
        keyId: key.id,
        wrapped: masterKey.wrap({ tenantId: this.#tenantId, use: key.id }, key.secret),
      });
      if (keys.length % WRAPPED_AT_ONCE === 0) await setImmediate();
    }
    return { keys, rows };
  }
}

/** The size of the block that follows one of `size` keys which lasted `lastedMs`. */
export function nextBlockSize(size: number, lastedMs: number): number {
  if (lastedMs < BUSY_MS) return Math.min(size * 2, BLOCK_MAX);
  if (lastedMs > CALM_MS) return Math.max(size / 2, BLOCK_MIN);
  return size;
}
