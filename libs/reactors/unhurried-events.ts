import { Pace } from './pace.js';
import { type Unhurried } from './reactor.js';

/** What time it is, and how long things take. */
export interface Clocks {
  /** Milliseconds since 1970, which events are recorded by. May be set while something waits. */
  readonly nowMs: () => number;
  /** Milliseconds since whenever. Never goes back. */
  readonly elapsedMs: () => number;
}

const ofMachine: Clocks = { nowMs: Date.now, elapsedMs: () => performance.now() };

interface Waiting {
  /** By the time that never goes back. */
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
  readonly #clocks: Clocks;
  readonly #pace: Pace;
  /** In the order they come due: they came in the order of the log. */
  #waiting: Waiting[] = [];
  #closed = false;

  /** `clocks`: those of the machine if left out, also where a reactor is shown another time. */
  constructor(declared: Unhurried = NONE, clocks: Clocks = ofMachine) {
    this.#declared = declared;
    this.#clocks = clocks;
    this.#pace = new Pace(declared.perSecond, clocks.elapsedMs);
  }

  /**
   * Resolves when an event may be acted upon that had to wait; `null`: it is acted upon at once.
   */
  turnOf({ type, recordedAt }: { readonly type: string; readonly recordedAt: Date }) {
    return this.#declared.types.includes(type) ? this.#turnOf(recordedAt.getTime()) : null;
  }

  /** Lets those go that have waited long enough. To be called every now and then. */
  letGo(): void {
    const elapsedMs = this.#clocks.elapsedMs();
    const first = this.#waiting.findIndex(({ dueMs }) => dueMs > elapsedMs);
    this.#open(first === -1 ? this.#waiting.length : first);
  }

  /** Lets all go, and whatever comes from now on. */
  close(): void {
    this.#closed = true;
    this.#open(this.#waiting.length);
  }

  #turnOf(recordedMs: number): Promise<void> | null {
    // A store whose clock is ahead makes nothing wait longer.
    const ageMs = Math.max(0, this.#clocks.nowMs() - recordedMs);
    const waitMs = this.#declared.untilMs - ageMs;
    if (this.#closed || waitMs <= 0) return Promise.resolve();
    if (this.#pace.take()) return null;
    const dueMs = this.#clocks.elapsedMs() + waitMs;
    return new Promise((go) => this.#waiting.push({ dueMs, go }));
  }

  #open(count: number): void {
    for (const { go } of this.#waiting.splice(0, count)) go();
  }
}
