import { type ServingBuild } from './serving-builds.js';

/** Heartbeats are 5 s apart: with less patience a silent log would look like a lag. */
const patienceMs = 6_000;
const seenMax = 32;

/** Tells whether live application is behind the log, from where the log ended a while ago. */
export class HeadWatch {
  readonly #head: () => Promise<bigint | null>;
  readonly #now: () => number;
  #seen: { readonly at: number; readonly position: bigint }[] = [];
  #isBehind = false;

  /** `now` in milliseconds of any clock that only goes forward. */
  constructor(head: () => Promise<bigint | null>, now: () => number = () => performance.now()) {
    this.#head = head;
    this.#now = now;
  }

  /** As of the last look. */
  get isLiveBehind(): boolean {
    return this.#isBehind;
  }

  /** One of them that stands still says nothing of the others. */
  async look(builds: readonly Pick<ServingBuild, 'position'>[]): Promise<void> {
    const furthest = builds.reduce(
      (max, { position }) => (position !== null && position > max ? position : max),
      -1n,
    );
    // What was applied already is no longer waited for.
    this.#seen = this.#seen.filter(({ position }) => position > furthest);
    const now = this.#now();
    this.#isBehind = this.#seen.some(({ at }) => now - at > patienceMs);
    const position = await this.#head();
    if (position === null || position <= furthest || this.#seen.length >= seenMax) return;
    this.#seen.push({ at: now, position });
  }
}
