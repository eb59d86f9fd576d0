import type { EventCatalog, EventStore } from '#libs/event-store';
import type { KeyRegister } from './key-register.js';

/** One stream is read at most once in this time; in between the last outcome stands. */
const REPEAT_MS = 1_000;
/** Reads per second for streams nothing is known of, so that a flood of made-up keys ends here. */
export const UNKNOWN_READS_PER_SECOND = 50;
const REMEMBERED_MAX = 10_000;

interface Read {
  readonly startedAt: number;
  readonly done: Promise<void>;
}

/** Brings single streams of the register up to date, without waiting for the live log. */
export class StreamLookup {
  readonly #store: Pick<EventStore, 'readStream'>;
  readonly #catalog: EventCatalog;
  readonly #register: KeyRegister;
  readonly #now: () => number;
  #reads = new Map<string, Read>();
  #second = 0;
  #readsThisSecond = 0;

  constructor(parts: {
    store: Pick<EventStore, 'readStream'>;
    catalog: EventCatalog;
    register: KeyRegister;
    now: () => number;
  }) {
    this.#store = parts.store;
    this.#catalog = parts.catalog;
    this.#register = parts.register;
    this.#now = parts.now;
  }

  /**
   * Reads what is new in the stream, unless that was done within the last second: then with the
   * same outcome. Resolves to `false` when too many unknown streams were asked for lately, and
   * nothing was read. Rejects with `event_store_unavailable`.
   */
  async refresh(stream: string): Promise<boolean> {
    const now = this.#now();
    const before = this.#reads.get(stream);
    if (before !== undefined && now - before.startedAt < REPEAT_MS) {
      await before.done;
      return true;
    }
    if (this.#register.nextRevision(stream) === 0n && !this.#mayReadUnknown(now)) return false;
    await this.#start(stream, now);
    return true;
  }

  #start(stream: string, now: number): Promise<void> {
    if (this.#reads.size >= REMEMBERED_MAX) this.#reads = new Map();
    const done = this.#read(stream);
    this.#reads.set(stream, { startedAt: now, done });
    return done;
  }

  async #read(stream: string): Promise<void> {
    const from = this.#register.nextRevision(stream);
    for await (const recorded of this.#store.readStream(stream, { from })) {
      const event = this.#catalog.decode(recorded);
      if (event !== null) this.#register.apply(event);
    }
  }

  #mayReadUnknown(now: number): boolean {
    const second = Math.floor(now / 1_000);
    if (second !== this.#second) {
      this.#second = second;
      this.#readsThisSecond = 0;
    }
    this.#readsThisSecond += 1;
    return this.#readsThisSecond <= UNKNOWN_READS_PER_SECOND;
  }
}
