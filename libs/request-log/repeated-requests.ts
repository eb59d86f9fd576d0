import { type ApiKeyId } from '#libs/kernel';
import { hash } from 'node:crypto';

/** An identical payload from one key within this time is the same request sent twice (IN-10). */
const REPEATED_WITHIN_MS = 60_000;
const REMEMBERED_MAX = 50_000;

/**
 * Tells a request that was sent twice from a lead that came twice, for the request log. In this
 * process only, and in bounded memory: a mark, not a guarantee.
 */
export class RepeatedRequests {
  readonly #now: () => number;
  #recent = new Map<string, number>();
  #before = new Map<string, number>();
  #turnedAt: number;

  /** `now` is milliseconds since 1970; the machine's clock if left out. */
  constructor(now: () => number = Date.now) {
    this.#now = now;
    this.#turnedAt = now();
  }

  /** Whether the same key sent the same body to the same route in the last 60 s; remembers it. */
  isRepeated(apiKeyId: ApiKeyId, route: string, body: string): boolean {
    const now = this.#now();
    this.#turn(now);
    const name = hash('sha1', `${apiKeyId} ${route} ${body}`, 'base64url');
    const last = this.#recent.get(name) ?? this.#before.get(name);
    this.#recent.set(name, now);
    return last !== undefined && now - last < REPEATED_WITHIN_MS;
  }

  /** Two generations: what is forgotten is forgotten all at once. */
  #turn(now: number): void {
    const due = now - this.#turnedAt >= REPEATED_WITHIN_MS || this.#recent.size >= REMEMBERED_MAX;
    if (!due) return;
    this.#before = this.#recent;
    this.#recent = new Map();
    this.#turnedAt = now;
  }
}
