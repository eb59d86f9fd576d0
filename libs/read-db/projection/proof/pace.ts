import { setTimeout as pause } from 'node:timers/promises';

/** So much may be done at once after a rest, in seconds of the pace. */
const burstSeconds = 0.25;

/** Slows work down to so many steps a second. */
export class Pace {
  readonly #perSecond: number;
  #left: number;
  #at = performance.now();

  constructor(perSecond: number) {
    this.#perSecond = perSecond;
    this.#left = perSecond * burstSeconds;
  }

  /** Takes note of steps that were done, and waits as long as they were too many. */
  async spend(steps: number, signal: AbortSignal): Promise<void> {
    const now = performance.now();
    const earned = ((now - this.#at) / 1_000) * this.#perSecond;
    this.#at = now;
    this.#left = Math.min(this.#left + earned, this.#perSecond * burstSeconds) - steps;
    if (this.#left >= 0) return;
    const ms = (-this.#left / this.#perSecond) * 1_000;
    await pause(ms, undefined, { signal }).catch(() => undefined);
  }
}
