import { eventStoreUnavailable } from './errors.js';
import { type ListenerLimits, LogListener } from './log-listener.js';
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
    let { after } = options;
    while (!signal.aborted) {
      const listening: Listening = { to: null };
      try {
        for await (const message of this.#untilJoined({ ...options, after }, listening)) {
          after = message.kind === 'caught_up' ? after : positionOf(message);
          yield message;
        }
        // It ended by itself.
        if (listening.to === null) return;
        for await (const message of listening.to.messages(signal)) {
          const position = positionOf(message);
          if (isBefore(after, position)) yield message;
          after = isBefore(after, position) ? position : after;
        }
      } finally {
        this.#leave(listening.to);
      }
    }
  }

  /** A subscription of its own, which ends where what is said to the listener begins. */
  async *#untilJoined(options: SubscribeOptions, listening: Listening): AsyncGenerator<LogMessage> {
    let { after } = options;
    let isCaughtUp = false;
    for await (const message of this.#store.subscribeToAll(options)) {
      if (message.kind === 'caught_up') isCaughtUp = true;
      else after = positionOf(message);
      yield message;
      if (!isCaughtUp) continue;
      if (listening.to?.isOver !== false) listening.to = this.#join(options, after);
      if (!isBefore(after, listening.to.since)) return;
    }
    this.#leave(listening.to);
    listening.to = null;
  }

  #join(filter: LogFilter, after: Position | null): LogListener {
    this.#reading ??= this.#begin(after);
    return this.#reading.join(filter);
  }

  #begin(after: Position | null): Reading {
    const reading = new Reading(this.#store, after, this.#limits);
    void reading.run().finally(() => {
      if (this.#reading === reading) this.#reading = null;
    });
    return reading;
  }

  #leave(listener: LogListener | null): void {
    if (listener === null || this.#reading === null) return;
    if (this.#reading.leave(listener)) this.#reading = null;
  }
}

interface Listening {
  to: LogListener | null;
}

/** One subscription to all of the log, and those who listen to it. */
class Reading {
  readonly #store: EventStore;
  readonly #limits: ListenerLimits;
  readonly #listeners = new Set<LogListener>();
  readonly #ending = new AbortController();
  #position: Position | null;

  constructor(store: EventStore, after: Position | null, limits: ListenerLimits) {
    this.#store = store;
    this.#position = after;
    this.#limits = limits;
  }

  join(filter: LogFilter): LogListener {
    const listener = new LogListener(filter, this.#position, this.#limits);
    this.#listeners.add(listener);
    return listener;
  }

  /** True if nobody listens any more, and so the reading is over. */
  leave(listener: LogListener): boolean {
    this.#listeners.delete(listener);
    if (this.#listeners.size > 0) return false;
    this.#ending.abort();
    return true;
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
    failure ??= eventStoreUnavailable(new Error('The shared subscription ended.'));
    for (const listener of this.#listeners) listener.end(failure);
    this.#listeners.clear();
  }
}

function positionOf(message: Exclude<LogMessage, { kind: 'caught_up' }>): Position {
  return message.kind === 'event' ? message.event.position : message.position;
}

/** `null` is before everything. */
function isBefore(one: Position | null, other: Position | null): boolean {
  return (one ?? -1n) < (other ?? -1n);
}
