import type { TenantId } from '#libs/kernel';
import type { DataKeyBlock } from './data-key-block.js';
import type { DataKeyBlockId } from './data-key.js';

interface Entry {
  readonly block: DataKeyBlock;
  readonly expiresAt: number;
}

type Generation = Map<string, Entry>;

/**
 * Blocks of data keys used lately.
 *
 * An entry lives for `ttlMs` from when it was put and no longer, however often it is used: that is
 * how soon an erasure on another instance takes effect here. The oldest half is dropped when the
 * cache is full, as a whole, because deleting a map's first entry one by one slows it down.
 */
export class DataKeyBlockCache {
  readonly #ttlMs: number;
  readonly #generationMax: number;
  readonly #now: () => number;
  #young: Generation = new Map();
  #old: Generation = new Map();

  constructor(options: { ttlMs: number; entriesMax: number; now: () => number }) {
    this.#ttlMs = options.ttlMs;
    this.#generationMax = Math.ceil(options.entriesMax / 2);
    this.#now = options.now;
  }

  /** How many entries are held, aged ones included. */
  get size(): number {
    return this.#young.size + this.#old.size;
  }

  get(tenantId: TenantId, blockId: DataKeyBlockId): DataKeyBlock | undefined {
    const name = nameOf(tenantId, blockId);
    const entry = this.#young.get(name) ?? this.#old.get(name);
    return entry !== undefined && entry.expiresAt > this.#now() ? entry.block : undefined;
  }

  put(tenantId: TenantId, block: DataKeyBlock): void {
    if (this.#young.size >= this.#generationMax) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    const entry = { block, expiresAt: this.#now() + this.#ttlMs };
    this.#young.set(nameOf(tenantId, block.id), entry);
  }
}

function nameOf(tenantId: TenantId, blockId: DataKeyBlockId): string {
  return `${tenantId}/${blockId}`;
}
