import type { DataKeyId, TenantId } from '#libs/kernel';
import type { DataKey } from './data-key.js';

interface Entry {
  readonly key: DataKey | null;
  readonly expiresAt: number;
}

type Generation = Map<string, Entry>;

/**
 * Keys used lately, and which ones are known to be erased (`null`).
 *
 * An entry lives for `ttlMs` from when it was put and no longer, however often it is used: that is
 * how soon an erasure on another instance takes effect here. The oldest half is dropped when the
 * cache is full, as a whole, because deleting a map's first entry one by one slows it down.
 */
export class DataKeyCache {
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

  /** `undefined` if nothing is known. */
  get(tenantId: TenantId, keyId: DataKeyId): DataKey | null | undefined {
    const name = nameOf(tenantId, keyId);
    const entry = this.#young.get(name) ?? this.#old.get(name);
    return entry !== undefined && entry.expiresAt > this.#now() ? entry.key : undefined;
  }

  put(tenantId: TenantId, keyId: DataKeyId, key: DataKey | null): void {
    if (this.#young.size >= this.#generationMax) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    const entry = { key, expiresAt: this.#now() + this.#ttlMs };
    this.#young.set(nameOf(tenantId, keyId), entry);
  }
}

function nameOf(tenantId: TenantId, keyId: DataKeyId): string {
  return `${tenantId}/${keyId}`;
}
