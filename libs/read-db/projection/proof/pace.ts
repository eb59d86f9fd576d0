/** So much may be done at once after a rest, in seconds of the pace. */
const burstSeconds = 0.25;

/** Keeps work down to so many steps a second. */
export class Pace {
  readonly #perSecond: number;
  #left: number;
  #at: number;

  /** `now`, here and later, in milliseconds of a clock that only goes forward. */
  constructor(perSecond: number, now: number) {
    this.#perSecond = perSecond;
    this.#left = perSecond * burstSeconds;
    this.#at = now;
  }

  /** Takes note of steps that were done; answers for how many milliseconds to rest. */
  spend(steps: number, now: number): number {
    const earned = ((now - this.#at) / 1_000) * this.#perSecond;
    this.#at = now;
    this.#left = Math.min(this.#left + earned, this.#perSecond * burstSeconds) - steps;
    return this.#left >= 0 ? 0 : (-this.#left / this.#perSecond) * 1_000;
  }
}
