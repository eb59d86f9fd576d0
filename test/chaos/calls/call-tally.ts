import { type Simulator } from '../../../apps/telephony-simulator/server.js';
import { TALKS } from './phone-laws.js';
import { type StormConsumer } from './storm-consumers.js';

/** All calls there were are gone through at most so often. */
const FRESH_MS = 1_000;

/** What the telephone network has seen so far, counted anew now and then. */
export class CallTally {
  readonly #phones: Simulator;
  #called = new Set<string>();
  #atMs = -Infinity;
  #calls = 0;
  #connected = 0;
  #open = 0;

  constructor(phones: Simulator) {
    this.#phones = phones;
  }

  /** Calls to consumers. */
  get calls(): number {
    this.#refresh();
    return this.#calls;
  }

  /** Calls to destinations in which somebody talked to a consumer. */
  get connected(): number {
    this.#refresh();
    return this.#connected;
  }

  /** Calls of either kind that go on. */
  get open(): number {
    this.#refresh();
    return this.#open;
  }

  /** How many consumers who may be called were not called yet. */
  waiting(consumers: readonly StormConsumer[]): number {
    this.#refresh();
    const wanted = consumers.filter(({ place }) => place.open);
    return wanted.filter(({ phone }) => !this.#called.has(phone)).length;
  }

  #refresh(): void {
    if (performance.now() - this.#atMs < FRESH_MS) return;
    const views = this.#phones.calls();
    const legs = views.filter(({ to }) => isDestination(to));
    this.#called = new Set(views.map(({ to }) => to));
    this.#calls = views.length - legs.length;
    this.#connected = legs.filter(({ log }) => log.some(({ what }) => what === TALKS)).length;
    this.#open = views.filter(({ endedAt }) => endedAt === null).length;
    this.#atMs = performance.now();
  }
}

/** Those of the storm are toll-free, which no consumer’s number is. */
function isDestination(number: string): boolean {
  return number.startsWith('+1800');
}
