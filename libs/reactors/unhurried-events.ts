import { Pace } from './pace.js';
import { type Unhurried } from './reactor.js';

interface Waiting {
  readonly dueMs: number;
  readonly go: () => void;
}

/** What a reactor without such events declares. */
const NONE: Unhurried = { types: [], perSecond: 1, untilMs: 0 };

/**
 * Events that may wait, so that a burst of them is taken in with all of the machine: so many a
 * second are acted upon as they come, and the others once they have reached an age, all that there
 * are then. So nothing waits for ever under a lasting load, and a burst is over before it is worked
 * through.
 */
export class UnhurriedEvents {
  readonly #declared: Unhurried;
  readonly #nowMs: () => number;
  readonly #pace: Pace;
  /** In the order they come due: they came in the order of the log. */
  #waiting: Waiting[] = [];
  #closed = false;

  /**
   * `nowMs`: the time of the machine if left out. It is what events are recorded by, also where a
   * reactor is shown another time.
   */
  constructor(declared: Unhurried = NONE, nowMs: () => number = Date.now) {
    this.#declared = declared;
    this.#nowMs = nowMs;
    this.#pace = new Pace(declared.perSecond, nowMs);
  }

  /**
   * Resolves when an event may be acted upon that had to wait; `null`: it is acted upon at once.
   */
  turnOf({ type, recordedAt }: { readonly type: string; readonly recordedAt: Date }) {
    return this.#declared.types.includes(type) ? this.#turnOf(recordedAt.getTime()) : null;
  }

  /** Lets those go that have waited long enough. To be called every now and then. */
  letGo(): void {
    const nowMs = this.#nowMs();
    const first = this.#waiting.findIndex(({ dueMs }) => dueMs > nowMs);
    this.#open(first === -1 ? this.#waiting.length : first);
  }

  /** Lets all go, and whatever comes from now on. */
  close(): void {
    this.#closed = true;
    this.#open(this.#waiting.length);
  }

  #turnOf(recordedMs: number): Promise<void> | null {
    const nowMs = this.#nowMs();
    // A store whose clock is ahead makes nothing wait longer.
    const dueMs = Math.min(recordedMs, nowMs) + this.#declared.untilMs;
    if (this.#closed || dueMs <= nowMs) return Promise.resolve();
    if (this.#pace.take()) return null;
    return new Promise((go) => this.#waiting.push({ dueMs, go }));
  }

  #open(count: number): void {
    for (const { go } of this.#waiting.splice(0, count)) go();
  }
}
