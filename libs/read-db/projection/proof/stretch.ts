import { fingerprintOf } from '../digest.js';
import { type AuditedEvent } from './audited-log.js';
import { equals, lanesOf, minus, noEvents, type Tally, TallyCounter } from './tally.js';

/** Beyond this many events no pair is looked for: the search takes memory for each of them. */
const PAIRS_UP_TO = 1_000_000;
const LANES = 4;

/** Which events account for a difference, by their place among those of a {@link Stretch}. */
export type Explanation =
  | {
      readonly kind: 'events';
      readonly missing: readonly number[];
      readonly doubled: readonly number[];
    }
  | {
      readonly kind: 'group';
      readonly fault: 'missing' | 'doubled';
      readonly of: 'type' | 'streams';
      readonly called: string;
    };

/**
 * The events that a projection must have applied between two places in the log, remembered by their
 * ids alone, 16 bytes each, to find out which of them explain a difference.
 *
 * Ids are random, or hashes: that a sum of four times 32 bits fits by chance is out of the
 * question.
 */
export class Stretch {
  #lanes = new Uint32Array(1_024 * LANES);
  #length = 0;
  readonly #types = new Map<string, TallyCounter>();
  readonly #streams = new Map<string, TallyCounter>();

  /** How many events there are. */
  get length(): number {
    return this.#length;
  }

  add({ id, type, stream }: AuditedEvent): void {
    const fingerprint = fingerprintOf(id);
    if (this.#lanes.length === this.#length * LANES) this.#grow();
    this.#lanes.set(fingerprint, this.#length * LANES);
    this.#length += 1;
    counterOf(this.#types, type).add(fingerprint);
    counterOf(this.#streams, categoryOf(stream)).add(fingerprint);
  }

  /**
   * What explains that a projection applied `excess` beyond these events (below zero: too few);
   * null if nothing simple does. Simple is: neighbours, all events of a type or of a kind of
   * stream, any two events, or one in place of another.
   */
  explain(excess: Tally): Explanation | null {
    const fault = excess.count < 0n ? 'missing' : 'doubled';
    const wanted = fault === 'missing' ? minus(noEvents, excess) : excess;
    const length = Number(wanted.count);
    if (length === 0) return this.#replacement(lanesOf(excess.digest));
    const target = lanesOf(wanted.digest);
    const found = this.#neighbours(length, target);
    if (found !== null) return eventsOf(fault, found);
    const group = groupOf('type', this.#types, wanted) ?? groupOf('streams', this.#streams, wanted);
    if (group !== null) return { kind: 'group', fault, ...group };
    const pair = length === 2 ? this.#pair(target, 'sum') : null;
    return pair === null ? null : eventsOf(fault, pair);
  }

  #grow(): void {
    const lanes = new Uint32Array(this.#lanes.length * 2);
    lanes.set(this.#lanes);
    this.#lanes = lanes;
  }

  /** So many events in a row whose sum it is. */
  #neighbours(count: number, target: Uint32Array): number[] | null {
    const sum = new Uint32Array(LANES);
    for (let end = 0; end < this.#length; end += 1) {
      for (let lane = 0; lane < LANES; lane += 1) {
        const left = end < count ? 0 : this.#lane(end - count, lane);
        sum[lane] = (sum[lane] ?? 0) + this.#lane(end, lane) - left;
      }
      if (end + 1 >= count && isSame(sum, target)) {
        return Array.from({ length: count }, (_, place) => end + 1 - count + place);
      }
    }
    return null;
  }

  #replacement(target: Uint32Array): Explanation | null {
    const pair = this.#pair(target, 'difference');
    if (pair === null) return null;
    const [doubled, missing] = pair;
    return { kind: 'events', missing: [missing], doubled: [doubled] };
  }

  /** Two events whose sum it is, or the first of which it is beyond the second. */
  #pair(target: Uint32Array, as: 'sum' | 'difference'): [number, number] | null {
    if (this.#length > PAIRS_UP_TO) return null;
    const places = new Map<number, number>();
    for (let place = 0; place < this.#length; place += 1) {
      places.set(shortKey(this.#lane(place, 0), this.#lane(place, 1)), place);
    }
    const partner = new Uint32Array(LANES);
    for (let place = 0; place < this.#length; place += 1) {
      for (let lane = 0; lane < LANES; lane += 1) {
        const own = this.#lane(place, lane);
        partner[lane] = as === 'sum' ? (target[lane] ?? 0) - own : (target[lane] ?? 0) + own;
      }
      const other = places.get(shortKey(partner[0] ?? 0, partner[1] ?? 0));
      if (other === undefined || other === place || !this.#isAt(other, partner)) continue;
      return [other, place];
    }
    return null;
  }

  #lane(place: number, lane: number): number {
    return this.#lanes[place * LANES + lane] ?? 0;
  }

  #isAt(place: number, fingerprint: Uint32Array): boolean {
    return fingerprint.every((value, lane) => value === this.#lane(place, lane));
  }
}

/** Up to the dash: by it streams are told apart, and subscriptions choose them. */
function categoryOf(stream: string): string {
  return stream.slice(0, stream.indexOf('-') + 1) || stream;
}

function counterOf(counters: Map<string, TallyCounter>, name: string): TallyCounter {
  const counter = counters.get(name) ?? new TallyCounter();
  counters.set(name, counter);
  return counter;
}

function groupOf<Of extends 'type' | 'streams'>(
  of: Of,
  counters: ReadonlyMap<string, TallyCounter>,
  wanted: Tally,
): { readonly of: Of; readonly called: string } | null {
  for (const [called, { tally }] of counters) {
    if (equals(tally, wanted)) return { of, called };
  }
  return null;
}

function eventsOf(fault: 'missing' | 'doubled', places: readonly number[]): Explanation {
  const none: readonly number[] = [];
  return fault === 'missing'
    ? { kind: 'events', missing: places, doubled: none }
    : { kind: 'events', missing: none, doubled: places };
}

function isSame(a: Uint32Array, b: Uint32Array): boolean {
  return a.every((value, index) => value === b[index]);
}

/** 53 bits of a fingerprint, as a key that a map compares without allocating. */
function shortKey(first: number, second: number): number {
  return first * 2 ** 21 + (second >>> 11);
}
