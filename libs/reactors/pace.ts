const SECOND_MS = 1_000;

/**
 * Tells a trickle from a burst: lets through what comes at so many a second or less; after a rest,
 * one second’s worth at once. What does not get through counts as well, so that nothing of a burst
 * does but its beginning; a second after it is over there is room again.
 */
export class Pace {
  #left: number;
  #countedAtMs: number;

  /** `nowMs`: any clock that does not go back; that of the process if left out. */
  constructor(
    private readonly perSecond: number,
    private readonly nowMs: () => number = () => performance.now(),
  ) {
    this.#left = perSecond;
    this.#countedAtMs = nowMs();
  }

  /** Whether one more fits in. */
  take(): boolean {
    const nowMs = this.nowMs();
    const since = Math.max(0, nowMs - this.#countedAtMs);
    this.#countedAtMs = nowMs;
    this.#left = Math.min(this.perSecond, this.#left + (since * this.perSecond) / SECOND_MS);
    const fits = this.#left >= 1;
    this.#left = Math.max(-this.perSecond, this.#left - 1);
    return fits;
  }
}
