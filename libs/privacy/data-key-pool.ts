import { type TenantId, withTimeout } from '#libs/kernel';
import type { DataKey } from './data-key.js';
import { DataKeyBlock, KEYS_PER_BLOCK } from './data-key-block.js';
import { dataKeysUnavailable } from './errors.js';
import type { DataKeyStore } from './key-stores.js';
import type { MasterKey } from './master-key.js';

/** Blocks written together at most: under half a second's worth at 5,000 leads/s. */
export const BLOCKS_MAX = 8;
/** Blocks used up sooner than this double the next supply. */
const BUSY_MS = 2_000;
/** Blocks that lasted longer than this halve the next supply. */
const CALM_MS = 60_000;
/** How long the database may take to make blocks durable. */
const WRITE_TIMEOUT_MS = 3_000;
/** After a failure nothing is tried for this long: an answer at once beats a queue of time-outs. */
const FAILURE_PAUSE_MS = 500;

/** What a pool works with. */
export interface PoolParts {
  readonly tenantId: TenantId;
  readonly store: DataKeyStore;
  readonly masterKey: MasterKey;
  /** Milliseconds by a clock that is never set. */
  readonly now: () => number;
  /** Told of each block before the first of its keys is handed out. */
  readonly onOpened: (block: DataKeyBlock) => void;
}

/**
 * One tenant's supply of data keys, written ahead, so that taking one costs no round trip.
 *
 * A key is handed out once, and only after its wrapped block is durable: a lead sealed with a key
 * that a crash forgot would be lost. Keys left over when a process ends stay unused.
 */
export class DataKeyPool {
  readonly #parts: PoolParts;
  readonly #ready: DataKeyBlock[] = [];
  #opened: DataKeyBlock | undefined;
  /** The place of the next key in the block that is opened. */
  #place = 0;
  /** How many blocks were written last. */
  #supply = 1;
  #filledAt = -Infinity;
  #failedAt = -Infinity;
  #filling: Promise<void> | null = null;

  constructor(parts: PoolParts) {
    this.#parts = parts;
  }

  /** A key nobody had before. Rejects with `data_keys_unavailable` when the supply has run out. */
  async take(): Promise<DataKey> {
    for (;;) {
      const key = this.#opened?.keyAt(this.#place) ?? this.#open()?.keyAt(this.#place);
      if (key !== undefined) {
        this.#place += 1;
        if (this.#left < (this.#supply * KEYS_PER_BLOCK) / 2) this.#fillInBackground();
        return key;
      }
      await this.#fill();
    }
  }

  #open(): DataKeyBlock | undefined {
    this.#opened = this.#ready.shift();
    this.#place = 0;
    if (this.#opened !== undefined) this.#parts.onOpened(this.#opened);
    return this.#opened;
  }

  /** How many keys are left. */
  get #left(): number {
    return (this.#ready.length + 1) * KEYS_PER_BLOCK - this.#place;
  }

  #fillInBackground(): void {
    // A failure here concerns nobody yet: whoever finds the pool empty tries again and is told.
    this.#fill().catch(() => undefined);
  }

  #fill(): Promise<void> {
    this.#filling ??= this.#addBlocks().finally(() => {
      this.#filling = null;
    });
    return this.#filling;
  }

  async #addBlocks(): Promise<void> {
    const { tenantId, store, masterKey, now } = this.#parts;
    const startedAt = now();
    if (startedAt - this.#failedAt < FAILURE_PAUSE_MS) throw dataKeysUnavailable();
    const supply = nextSupply(this.#supply, startedAt - this.#filledAt);
    const blocks = Array.from({ length: supply }, () => DataKeyBlock.create(Date.now()));
    const wrapped = blocks.map((block) => block.wrap(masterKey, tenantId));
    try {
      await withTimeout(store.add(tenantId, wrapped), WRITE_TIMEOUT_MS);
    } catch (cause) {
      this.#failedAt = now();
      throw dataKeysUnavailable(cause);
    }
    this.#supply = supply;
    this.#filledAt = startedAt;
    this.#ready.push(...blocks);
  }
}

/** How many blocks are written after `supply` of them which lasted `lastedMs`. */
export function nextSupply(supply: number, lastedMs: number): number {
  if (lastedMs < BUSY_MS) return Math.min(supply * 2, BLOCKS_MAX);
  if (lastedMs > CALM_MS) return Math.max(supply / 2, 1);
  return supply;
}
