import { type SimulatedClock } from './simulated-clock.js';

/**
 * Where calls wait that were ordered faster than the account may dial: one after the other, in the
 * order in which they came. One that is given up meanwhile keeps nobody waiting.
 */
export class OrderQueue {
  readonly #clock: SimulatedClock;
  readonly #callsPerSecond: number | null;
  readonly #stop: AbortSignal;
  #last: Promise<void> = Promise.resolve();

  /** `callsPerSecond`, of the simulated world; `null`: nobody waits. */
  constructor(clock: SimulatedClock, callsPerSecond: number | null, stop: AbortSignal) {
    this.#clock = clock;
    this.#callsPerSecond = callsPerSecond;
    this.#stop = stop;
  }

  /** Resolves when the call may be dialed; throws the signal's reason if it is given up before. */
  async turn(signal: AbortSignal): Promise<void> {
    if (this.#callsPerSecond === null) return;
    const before = this.#last;
    const passed = Promise.withResolvers<undefined>();
    this.#last = passed.promise;
    const pass = () => {
      passed.resolve(undefined);
    };
    try {
      await unlessAborted(before, signal);
    } catch (error) {
      void before.then(pass);
      throw error;
    }
    void this.#clock.wait(1 / this.#callsPerSecond, this.#stop).then(pass, pass);
  }
}

async function unlessAborted(promise: Promise<void>, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  const aborted = Promise.withResolvers<never>();
  const abort = () => {
    aborted.reject(signal.reason as Error);
  };
  signal.addEventListener('abort', abort, { once: true });
  try {
    await Promise.race([promise, aborted.promise]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
