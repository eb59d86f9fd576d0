import { setTimeout as pause } from 'node:timers/promises';

/**
 * The time of the simulated world, which begins now and runs `speed` times as fast as ours. All
 * waiting and every instant that is told to anybody come from one clock, so that they fit together.
 */
export class SimulatedClock {
  readonly #speed: number;
  readonly #beganMs: number;
  readonly #began = performance.now();

  /** `aheadMs`: how far ahead of the machine’s clock the simulated world begins. */
  constructor(speed: number, aheadMs = 0) {
    if (!(speed > 0)) throw new RangeError('The speed must be above 0.');
    this.#speed = speed;
    this.#beganMs = Date.now() + aheadMs;
  }

  /** The present instant of the simulated world. */
  now(): Date {
    return new Date(this.#beganMs + (performance.now() - this.#began) * this.#speed);
  }

  /** Waits for seconds of the simulated world; throws the signal's reason if it is aborted. */
  async wait(seconds: number, signal: AbortSignal): Promise<void> {
    try {
      await pause((seconds * 1_000) / this.#speed, undefined, { signal });
    } catch (error) {
      signal.throwIfAborted();
      throw error;
    }
  }
}

/** RFC 2822 in UTC, as Twilio writes instants: to the second. */
export function toRfc2822(instant: Date): string {
  return instant.toUTCString().replace('GMT', '+0000');
}
