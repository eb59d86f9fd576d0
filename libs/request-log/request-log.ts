import { type TenantId } from '#libs/kernel';
import { type DataKey, type DataKeys, seal } from '#libs/privacy';
import { type Database } from '#libs/read-db';
import { type LoggedRequest } from './logged-request.js';
import { insertRequests, type RequestRow } from './request-log-store.js';

/** How long a request waits for company before its batch is written. */
const LINGER_MS = 50;
const BATCH_MAX = 250;
/** After a failed write nothing is tried for this long. */
const RETRY_MS = 2_000;
const DAY_MS = 24 * 60 * 60 * 1000;

/** Where requests are kept, what seals their bodies, and how many may wait. */
export interface RequestLogOptions {
  readonly database: Database;
  readonly keys: DataKeys;
  /** Requests kept in memory while the database is away: about 1 kB each. */
  readonly waitingMax?: number;
  /** Told of every failed write that will be tried again, with the number dropped so far. */
  readonly onFailure?: (error: unknown, dropped: number) => void;
  /** Told of every request that the database will not take, with the number dropped so far. */
  readonly onRefusal?: (error: unknown, dropped: number) => void;
}

/**
 * Keeps every request in table `request_log`, away from the requests' own way: in batches, behind a
 * bounded buffer. When the database is away for long the newest requests are dropped, and counted; so
 * is one that the database will not take.
 *
 * Bodies are sealed with a data key of the tenant's that serves for a day, so that the database
 * holds no personal data in plain text.
 */
export class RequestLog {
  readonly #database: Database;
  readonly #keys: DataKeys;
  readonly #waitingMax: number;
  readonly #onFailure: (error: unknown, dropped: number) => void;
  readonly #onRefusal: (error: unknown, dropped: number) => void;
  readonly #dayKeys = new Map<TenantId, { readonly day: number; readonly key: DataKey }>();
  #waiting: LoggedRequest[] = [];
  #timer: NodeJS.Timeout | null = null;
  #writing: Promise<void> | null = null;
  #dropped = 0;

  constructor({ database, keys, waitingMax = 10_000, onFailure, onRefusal }: RequestLogOptions) {
    this.#database = database;
    this.#keys = keys;
    this.#waitingMax = waitingMax;
    this.#onFailure = onFailure ?? (() => undefined);
    this.#onRefusal = onRefusal ?? (() => undefined);
  }

  /** How many requests are missing from the log since the process started. */
  get dropped(): number {
    return this.#dropped;
  }

  /** Takes note of a request. Never throws, never waits. */
  record(request: LoggedRequest): void {
    if (this.#waiting.length >= this.#waitingMax) {
      this.#dropped += 1;
      return;
    }
    this.#waiting.push(request);
    this.#schedule(LINGER_MS);
  }

  /** Writes what is waiting; resolves when it is written, or could not be. */
  async flush(): Promise<void> {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    await this.#writing;
    if (this.#waiting.length > 0) await this.#write();
  }

  #schedule(delayMs: number): void {
    if (this.#timer !== null || this.#writing !== null) return;
    this.#timer = setTimeout(() => {
      this.#timer = null;
      void this.#write();
    }, delayMs);
    this.#timer.unref();
  }

  #write(): Promise<void> {
    this.#writing ??= this.#writeAll().finally(() => {
      this.#writing = null;
    });
    return this.#writing;
  }

  async #writeAll(): Promise<void> {
    let retryMs: number | null = null;
    while (this.#waiting.length > 0 && retryMs === null) {
      const batch = this.#waiting.slice(0, BATCH_MAX);
      try {
        await this.#writeBatch(batch);
        this.#waiting.splice(0, batch.length);
      } catch (error) {
        this.#onFailure(error, this.#dropped);
        retryMs = RETRY_MS;
      }
    }
    if (retryMs === null) return;
    this.#timer = setTimeout(() => {
      this.#timer = null;
      void this.#write();
    }, retryMs);
    this.#timer.unref();
  }

  async #writeBatch(batch: readonly LoggedRequest[]): Promise<void> {
    const byTenant = Map.groupBy(batch, (request) => request.tenantId);
    for (const [tenantId, requests] of byTenant) {
      const rows: RequestRow[] = [];
      for (const request of requests) {
        rows.push({ ...request, body: await this.#sealed(request) });
      }
      await this.#insert(tenantId, rows);
    }
  }

  /** A request that the database refuses for what it holds is dropped: others would wait for it. */
  async #insert(tenantId: TenantId, rows: readonly RequestRow[]): Promise<void> {
    try {
      await insertRequests(this.#database, tenantId, rows);
    } catch (error) {
      if (!isOfData(error)) throw error;
      if (rows.length === 1) {
        this.#dropped += 1;
        this.#onRefusal(error, this.#dropped);
        return;
      }
      const middle = Math.ceil(rows.length / 2);
      await this.#insert(tenantId, rows.slice(0, middle));
      await this.#insert(tenantId, rows.slice(middle));
    }
  }

  async #sealed({ tenantId, at, body }: LoggedRequest): Promise<string | null> {
    if (body === null || body === '') return null;
    return seal(await this.#keyFor(tenantId, at), { tenantId }, body);
  }

  async #keyFor(tenantId: TenantId, at: Date): Promise<DataKey> {
    const day = Math.floor(at.getTime() / DAY_MS);
    const known = this.#dayKeys.get(tenantId);
    if (known !== undefined && known.day >= day) return known.key;
    const key = await this.#keys.take(tenantId);
    this.#dayKeys.set(tenantId, { day, key });
    return key;
  }
}

/** SQLSTATEs of data and constraints: trying again would change nothing. */
function isOfData(error: unknown): boolean {
  return error instanceof Error && 'code' in error && /^2[23]...$/.test(String(error.code));
}
