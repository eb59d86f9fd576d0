import { EventDigest } from '../digest.js';

/** How many events, and the sum of their ids as {@link EventDigest} makes it. */
export interface Tally {
  readonly count: bigint;
  /** 32 hex digits. */
  readonly digest: string;
}

/** No event at all. */
export const noEvents: Tally = { count: 0n, digest: new EventDigest().toString() };

/** Both together. */
export function plus(a: Tally, b: Tally): Tally {
  return {
    count: a.count + b.count,
    digest: lanesToHex(combined(a, b, (left, right) => left + right)),
  };
}

/** What `a` has beyond `b`. Of one event more, the digest is the event's id. */
export function minus(a: Tally, b: Tally): Tally {
  return {
    count: a.count - b.count,
    digest: lanesToHex(combined(a, b, (left, right) => left - right)),
  };
}

/** The same in number and in ids. */
export function equals(a: Tally, b: Tally): boolean {
  return a.count === b.count && a.digest === b.digest;
}

/** The four lanes of a digest. */
export function lanesOf(digest: string): Uint32Array {
  return Uint32Array.from([0, 8, 16, 24], (at) => Number.parseInt(digest.slice(at, at + 8), 16));
}

/** The event id that a digest of one event is. */
export function idOf(digest: string): string {
  return [0, 8, 12, 16, 20]
    .map((at, part) => digest.slice(at, [8, 12, 16, 20, 32][part]))
    .join('-');
}

/** Counts events as an engine must have counted them. */
export class TallyCounter {
  readonly #digest: EventDigest;
  #count: bigint;

  constructor(from: Tally = noEvents) {
    this.#digest = EventDigest.from(from.digest);
    this.#count = from.count;
  }

  add(fingerprint: Uint32Array): void {
    this.#digest.add(fingerprint);
    this.#count += 1n;
  }

  get tally(): Tally {
    return { count: this.#count, digest: this.#digest.toString() };
  }
}

function combined(a: Tally, b: Tally, combine: (a: number, b: number) => number): Uint32Array {
  const right = lanesOf(b.digest);
  return lanesOf(a.digest).map((lane, index) => combine(lane, right[index] ?? 0));
}

function lanesToHex(lanes: Uint32Array): string {
  return Array.from(lanes, (lane) => lane.toString(16).padStart(8, '0')).join('');
}
