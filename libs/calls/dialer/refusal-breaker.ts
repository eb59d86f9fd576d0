/** So many orders refused one after the other are no accident. */
const IN_A_ROW_MAX = 5;
const PAUSE_MS_MIN = 30_000;
const PAUSE_MS_MAX = 30 * 60_000;

/**
 * Pauses dialing while the provider refuses one order after the other: a lapsed account would be
 * asked for every lead there is. The pauses grow until an order is taken on; after each of them one
 * lead tries whether it is. Instants are milliseconds of the process’ clock.
 */
export class RefusalBreaker {
  #inARow = 0;
  #pausedUntilMs = -Infinity;

  /** Resolves to how long dialing pauses because of it, in ms; `null`: it goes on. */
  refused(nowMs: number): number | null {
    // Ordered before the pause began: what it says is known.
    if (this.isPaused(nowMs)) return null;
    this.#inARow += 1;
    const pauses = this.#inARow - IN_A_ROW_MAX;
    if (pauses < 0) return null;
    const pauseMs = Math.min(PAUSE_MS_MAX, PAUSE_MS_MIN * 2 ** pauses);
    this.#pausedUntilMs = nowMs + pauseMs;
    return pauseMs;
  }

  /** An order was taken on, or whatever it was refused for may be mended. */
  reset(): void {
    this.#inARow = 0;
    this.#pausedUntilMs = -Infinity;
  }

  isPaused(nowMs: number): boolean {
    return nowMs < this.#pausedUntilMs;
  }

  /** Whether the next order is to show if the provider takes any on again. */
  get isOnTrial(): boolean {
    return this.#inARow >= IN_A_ROW_MAX;
  }
}
