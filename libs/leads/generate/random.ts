/**
 * Numbers that look random and are the same for the same seed (mulberry32). Give every history a
 * sequence of its own, so that what one draws does not change another.
 */
export class Random {
  #state: number;

  constructor(...seeds: readonly number[]) {
    this.#state = seeds.reduce((state, seed) => mix(state ^ seed), 0x9e3779b9);
  }

  /** From 0 to below 1. */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    return mix(this.#state) / 4_294_967_296;
  }

  /** A whole number from 0 to below `limit`. */
  below(limit: number): number {
    return Math.floor(this.next() * limit);
  }

  /** Whether something happens that happens in this share of all cases (0 to 1). */
  chance(share: number): boolean {
    return this.next() < share;
  }

  /** One of a list. */
  pick<T>(list: readonly T[]): T {
    const picked = list[this.below(list.length)];
    if (picked === undefined) throw new RangeError('There is nothing to pick from.');
    return picked;
  }

  /** One of the keys, each as often as its share says; the shares add up to 1. */
  weighted<Key extends string>(shares: Readonly<Record<Key, number>>): Key {
    let left = this.next();
    let last: Key | null = null;
    for (const key in shares) {
      left -= shares[key];
      if (left < 0) return key;
      last = key;
    }
    if (last === null) throw new RangeError('There is nothing to pick from.');
    return last;
  }

  /** A waiting time, mostly short and now and then long, `mean` on average. */
  wait(mean: number): number {
    return -Math.log(1 - this.next()) * mean;
  }
}

/** Spreads every bit of a whole number over 32 bits. */
function mix(value: number): number {
  const state = value >>> 0;
  let mixed = Math.imul(state ^ (state >>> 15), state | 1);
  mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
  return (mixed ^ (mixed >>> 14)) >>> 0;
}
