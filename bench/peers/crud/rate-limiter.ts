/** What a caller may still do this minute. */
export interface Allowance {
  readonly limit: number;
  readonly remaining: number;
  /** Unix seconds. */
  readonly resetsAt: number;
  readonly exceeded: boolean;
}

/** A fixed window of one minute per key, counted in this process. */
export class RateLimiter {
  #minute = 0;
  #used = new Map<string, number>();

  take(keyId: string, limit: number, nowMs: number): Allowance {
    const minute = Math.floor(nowMs / 60_000);
    if (minute !== this.#minute) {
      this.#minute = minute;
      this.#used = new Map();
    }
    const used = (this.#used.get(keyId) ?? 0) + 1;
    this.#used.set(keyId, used);
    return {
      limit,
      remaining: Math.max(0, limit - used),
      resetsAt: (minute + 1) * 60,
      exceeded: used > limit,
    };
  }
}
