import type { DataKeyId, TenantId } from '#libs/kernel';
import type { DataKey } from './data-key.js';

interface Entry {
  readonly key: DataKey | null;
  readonly expiresAt: number;
}

/**
 * Keys used lately, and which ones are known to be erased (`null`); oldest out first.
 *
 * An entry lives for `ttlMs` from when it was put and no longer, however often it is used: that is
 * how soon an erasure on another instance takes effect here.
 */
export class DataKeyCache {
  readonly #entries = new Map<string, Entry>();
  readonly #ttlMs: number;
  readonly #entriesMax: number;
  readonly #now: () => number;

  constructor(options: { ttlMs: number; entriesMax: number; now: () => number }) {
    this.#ttlMs = options.ttlMs;
    this.#entriesMax = options.entriesMax;
    this.#now = options.now;
  }

  /** `undefined` if nothing is known. */
  get(tenantId: TenantId, keyId: DataKeyId): DataKey | null | undefined {
    const name = `${tenantId}/${keyId}`;
    const entry = this.#entries.get(name);
    if (entry === undefined) return undefined;
    if (entry.expiresAt > this.#now()) return entry.key;
    this.#entries.delete(name);
    return undefined;
  }

  put(tenantId: TenantId, keyId: DataKeyId, key: DataKey | null): void {
    const name = `${tenantId}/${keyId}`;
    this.#entries.delete(name);
    this.#entries.set(name, { key, expiresAt: this.#now() + this.#ttlMs });
    if (this.#entries.size <= this.#entriesMax) return;
    const [oldest] = this.#entries.keys();
    if (oldest !== undefined) this.#entries.delete(oldest);
  }
}
