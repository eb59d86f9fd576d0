import { isIPv6 } from 'node:net';
import { type Admission, admission, windowStart } from './rate-window.js';

/** How much an address without a valid key is allowed. */
export interface AddressRateLimiterOptions {
  /** Requests per address and minute. */
  readonly limit: number;
  /** Addresses counted one by one; later ones in the same minute share a count. */
  readonly addressesMax: number;
  /** Milliseconds since 1970; the machine's clock if left out. */
  readonly now?: () => number;
}

const EVERYBODY_ELSE = 'everybody else';

/**
 * Counts requests that no key vouched for by the caller's address, in fixed windows of a minute,
 * in this process only. Its memory is bounded, however many addresses call.
 */
export class AddressRateLimiter {
  readonly #limit: number;
  readonly #addressesMax: number;
  readonly #now: () => number;
  #window = 0;
  #counts = new Map<string, number>();

  constructor({ limit, addressesMax, now = Date.now }: AddressRateLimiterOptions) {
    this.#limit = limit;
    this.#addressesMax = addressesMax;
    this.#now = now;
  }

  /** Counts one request from `address`. */
  admit(address: string): Admission {
    const now = this.#now();
    const { caller, count } = this.#countOf(address, now);
    if (count >= this.#limit) return admission(false, this.#limit, 0, now);
    this.#counts.set(caller, count + 1);
    return admission(true, this.#limit, this.#limit - count - 1, now);
  }

  /** What `address` has left, without counting. */
  peek(address: string): Admission {
    const now = this.#now();
    return admission(true, this.#limit, this.#limit - this.#countOf(address, now).count, now);
  }

  #countOf(address: string, now: number): { caller: string; count: number } {
    const window = windowStart(now);
    if (window !== this.#window) {
      this.#window = window;
      this.#counts = new Map();
    }
    const caller = callerOf(address);
    const count = this.#counts.get(caller);
    if (count !== undefined) return { caller, count };
    if (this.#counts.size < this.#addressesMax) return { caller, count: 0 };
    return { caller: EVERYBODY_ELSE, count: this.#counts.get(EVERYBODY_ELSE) ?? 0 };
  }
}

/** Whoever has an IPv6 network can call from each of its 2^64 addresses. */
function callerOf(address: string): string {
  // Node asks a long regular expression, twice for each report of a buyer.
  const mayBeIPv6 = address.includes(':') && !address.startsWith('::ffff:');
  if (!mayBeIPv6 || !isIPv6(address)) return address;
  const [head = '', tail = ''] = address.split('::');
  const groups = head.split(':').filter((group) => group !== '');
  const rest = tail.split(':').filter((group) => group !== '');
  const zeros = Array<string>(Math.max(0, 8 - groups.length - rest.length)).fill('0');
  return [...groups, ...zeros, ...rest].slice(0, 4).join(':');
}
