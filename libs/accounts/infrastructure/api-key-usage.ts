import type { ApiKeyId, Clock, TenantId } from '#libs/kernel';
import { systemClock } from '#libs/kernel';

/** When a key was last used. */
export interface LastUse {
  readonly keyId: ApiKeyId;
  readonly lastUsedAt: Date;
}

/** Where last uses are kept. */
export interface ApiKeyUsageStore {
  /** Keeps the later of each key's uses. */
  save(tenantId: TenantId, uses: readonly LastUse[]): Promise<void>;
}

const FLUSH_INTERVAL_MS = 10_000;

/**
 * Notes when each key was last used, off the hot path: in memory, written every 10 s.
 *
 * An aid for people who tidy up keys, no evidence, hence not in the log: a crash loses up to 10 s
 * of it, and while the database is down it waits.
 */
export class ApiKeyUsage {
  readonly #store: ApiKeyUsageStore;
  readonly #clock: Clock;
  readonly #onProblem: (error: unknown) => void;
  #pending = new Map<TenantId, Map<ApiKeyId, Date>>();
  #timer: NodeJS.Timeout | null = null;
  #flushing: Promise<void> = Promise.resolve();

  constructor(
    store: ApiKeyUsageStore,
    options: { clock?: Clock; onProblem?: (error: unknown) => void } = {},
  ) {
    this.#store = store;
    this.#clock = options.clock ?? systemClock;
    this.#onProblem = options.onProblem ?? (() => undefined);
  }

  /** Begins to write every 10 s. */
  start(): void {
    this.#timer ??= setInterval(() => void this.flush(), FLUSH_INTERVAL_MS).unref();
  }

  /** Writes what is left and stops. */
  async stop(): Promise<void> {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
    await this.flush();
  }

  /** The key was used now. */
  record(tenantId: TenantId, keyId: ApiKeyId): void {
    this.#note(tenantId, keyId, this.#clock.now());
  }

  /** Writes what was noted since the last time. Never rejects: what fails is kept for next time. */
  flush(): Promise<void> {
    this.#flushing = this.#flushing.then(() => this.#writeAll());
    return this.#flushing;
  }

  async #writeAll(): Promise<void> {
    const pending = this.#pending;
    this.#pending = new Map();
    for (const [tenantId, uses] of pending) await this.#write(tenantId, uses);
  }

  async #write(tenantId: TenantId, uses: ReadonlyMap<ApiKeyId, Date>): Promise<void> {
    const rows = [...uses].map(([keyId, lastUsedAt]) => ({ keyId, lastUsedAt }));
    try {
      await this.#store.save(tenantId, rows);
    } catch (error) {
      this.#onProblem(error);
      for (const { keyId, lastUsedAt } of rows) this.#note(tenantId, keyId, lastUsedAt);
    }
  }

  #note(tenantId: TenantId, keyId: ApiKeyId, at: Date): void {
    let uses = this.#pending.get(tenantId);
    if (uses === undefined) {
      uses = new Map();
      this.#pending.set(tenantId, uses);
    }
    const noted = uses.get(keyId);
    if (noted === undefined || noted < at) uses.set(keyId, at);
  }
}
