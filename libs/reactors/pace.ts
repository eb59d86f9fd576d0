const SECOND_MS = 1_000;

/** So many a second, evenly; after a rest, one second’s worth at once. */
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

  /** Whether one more fits in; it counts then. */
  take(): boolean {
    const nowMs = this.nowMs();
    const since = Math.max(0, nowMs - this.#countedAtMs);
    this.#countedAtMs = nowMs;
    this.#left = Math.min(this.perSecond, this.#left + (since * this.perSecond) / SECOND_MS);
    if (this.#left < 1) return false;
    this.#left -= 1;
    return true;
  }
}
