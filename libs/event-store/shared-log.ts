import { eventStoreUnavailable } from './errors.js';
import { type ListenerLimits, LogListener, type PlacedMessage } from './log-listener.js';
import {
  type AppendResult,
  type EventStore,
  type ExpectedRevision,
  type LogFilter,
  type LogMessage,
  type NewEvent,
  type Position,
  type ReadStreamOptions,
  type RecordedEvent,
  type SubscribeOptions,
} from './port.js';

const listenerLimits: ListenerLimits = { waiting: 1_024, passedOver: 1_024 };
/** What every stream's name begins with. */
const everyStream = [''] as const;

/**
 * A store whose subscriptions share one reading of the log, where a process has many of them: each
 * event is sent, unpacked and parsed once, and the server has one reader instead of a dozen.
 *
 * A subscription begins by itself, from wherever it is to begin, and joins the others when it has
 * caught up. One that is too slow for them goes on by itself again, so that none waits for another.
 * Whoever gets an event must not change it.
 */
export class SharedLog implements EventStore {
  readonly #store: EventStore;
  readonly #limits: ListenerLimits;
  #reading: Reading | null = null;

  constructor(store: EventStore, limits: Partial<ListenerLimits> = {}) {
    this.#store = store;
    this.#limits = { ...listenerLimits, ...limits };
  }

  append(
    stream: string,
    expected: ExpectedRevision,
    events: readonly NewEvent[],
  ): Promise<AppendResult> {
    return this.#store.append(stream, expected, events);
  }

  readStream(stream: string, options?: ReadStreamOptions): AsyncIterable<RecordedEvent> {
    return this.#store.readStream(stream, options);
  }

  headPosition(): Promise<Position | null> {
    return this.#store.headPosition();
  }

  close(): Promise<void> {
    return this.#store.close();
  }

  async *subscribeToAll(options: SubscribeOptions): AsyncGenerator<LogMessage> {
    const { signal } = options;
    const place = new Place(options.after);
    while (!signal.aborted) {
      const listener = yield* this.#untilJoined(options, place);
      if (listener === null) return;
      try {
        for await (const message of listener.messages(signal)) {
          if (place.isBehind(message)) yield place.note(message);
        }
      } finally {
        this.#leave(listener);
      }
    }
  }

  /**
   * A subscription of its own, which ends where what is said to the listener begins; `null`: it
   * ended by itself.
   */
  async *#untilJoined(
    options: SubscribeOptions,
    place: Place,
  ): AsyncGenerator<LogMessage, LogListener | null> {
    let listener: LogListener | null = null;
    let hasJoined = false;
    let isCaughtUp = false;
    try {
      for await (const message of this.#store.subscribeToAll({ ...options, after: place.after })) {
        if (message.kind === 'caught_up') isCaughtUp = true;
        yield message.kind === 'caught_up' ? message : place.note(message);
        if (!isCaughtUp) continue;
        if (listener?.isOver !== false) listener = this.#join(options, place.after);
        hasJoined = place.isPast(listener.since);
        if (hasJoined) return listener;
      }
      return null;
    } finally {
      if (!hasJoined && listener !== null) this.#leave(listener);
    }
  }

  #join(filter: LogFilter, after: Position | null): LogListener {
    if (this.#reading?.isOver !== false) this.#reading = this.#begin(after);
    return this.#reading.join(filter);
  }

  #begin(after: Position | null): Reading {
    const reading = new Reading(this.#store, after, this.#limits);
    void reading.run();
    return reading;
  }

  #leave(listener: LogListener): void {
    this.#reading?.leave(listener);
  }
}

/** How far a follower has heard the log. */
class Place {
  #after: Position | null;
  /** What it has heard is all before this. */
  #next: Position;

  constructor(after: Position | null) {
    this.#after = after;
    this.#next = (after ?? -1n) + 1n;
  }

  /** Where it goes on. */
  get after(): Position | null {
    return this.#after;
  }

  /**
   * Takes down what it hears, and returns it. Servers have been seen to say a checkpoint before the
   * event at its very position (KurrentDB #4970), so it does not say that this one was heard.
   */
  note(message: PlacedMessage): PlacedMessage {
    const { kind } = message;
    this.#after = kind === 'event' ? message.event.position : message.position;
    const next = kind === 'event' ? this.#after + 1n : this.#after;
    if (next > this.#next) this.#next = next;
    return message;
  }

  /** Whether everything up to a position has been heard. */
  isPast(position: Position | null): boolean {
    return position === null || this.#next > position;
  }

  /** Whether it may not have heard this yet. */
  isBehind(message: PlacedMessage): boolean {
    return (message.kind === 'event' ? message.event.position : message.position) >= this.#next;
  }
}

/** One subscription to all of the log, and those who listen to it. */
class Reading {
  readonly #store: EventStore;
  readonly #limits: ListenerLimits;
  readonly #listeners = new Set<LogListener>();
  readonly #ending = new AbortController();
  #position: Position | null;
  #isOver = false;

  constructor(store: EventStore, after: Position | null, limits: ListenerLimits) {
    this.#store = store;
    this.#position = after;
    this.#limits = limits;
  }

  /** Whether it says nothing any more. */
  get isOver(): boolean {
    return this.#isOver;
  }

  join(filter: LogFilter): LogListener {
    const listener = new LogListener(filter, this.#position, this.#limits);
    this.#listeners.add(listener);
    return listener;
  }

  /** The last to leave ends it. */
  leave(listener: LogListener): void {
    this.#listeners.delete(listener);
    if (this.#listeners.size > 0) return;
    this.#isOver = true;
    this.#ending.abort();
  }

  /** Reads until everybody has left, or the subscription fails. Never rejects. */
  async run(): Promise<void> {
    const { signal } = this.#ending;
    let failure: unknown = null;
    const all = { streamPrefixes: everyStream, after: this.#position, signal };
    try {
      for await (const message of this.#store.subscribeToAll(all)) {
        if (message.kind !== 'event') continue;
        this.#position = message.event.position;
        for (const listener of this.#listeners) {
          if (!listener.hear(message)) this.#listeners.delete(listener);
        }
      }
    } catch (error) {
      failure = error;
    }
    this.#isOver = true;
    failure ??= eventStoreUnavailable(new Error('The shared subscription ended.'));
    for (const listener of this.#listeners) listener.end(failure);
    this.#listeners.clear();
  }
}
