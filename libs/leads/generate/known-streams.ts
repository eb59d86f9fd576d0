import {
  type AppendResult,
  type EventStore,
  type ExpectedRevision,
  type LogMessage,
  type NewEvent,
  type Position,
  type ReadStreamOptions,
  type RecordedEvent,
  type SubscribeOptions,
  WrongExpectedRevision,
} from '#libs/event-store';

/** Bounds the memory: some 60 MB where an event has two kilobytes. */
const EVENTS_MAX = 24_000;

/** How long a stream that was only read is taken for what it was. */
const READ_HOLDS_MS = 1_000;

/** What is remembered of a stream. */
interface Known {
  readonly events: readonly RecordedEvent[];
  /** On the clock given; Infinity where it was written here. */
  readonly untilMs: number;
}

/**
 * A store that remembers the streams it read or wrote last, so that what is known of a history is
 * not asked for again: only new events travel. A stream that was read and is empty is remembered as
 * well.
 *
 * What others append is noticed within a second in a stream that is only read here, and in one that
 * is written here when something is appended to it. Meant for histories that one process writes, one
 * stream at a time, beside rules that others may change.
 */
export class KnownStreams implements EventStore {
  readonly #store: EventStore;
  readonly #eventsPerHalf: number;
  #newer = new Map<string, Known>();
  #older = new Map<string, Known>();
  /** In the newer half; an empty stream counts as one event. */
  #events = 0;

  readonly #nowMs: () => number;

  constructor(store: EventStore, eventsMax = EVENTS_MAX, nowMs = () => performance.now()) {
    this.#store = store;
    this.#nowMs = nowMs;
    this.#eventsPerHalf = eventsMax / 2;
  }

  /** As the store does it; refused here already where the stream is known to be elsewhere. */
  async append(
    stream: string,
    expected: ExpectedRevision,
    events: readonly NewEvent[],
  ): Promise<AppendResult> {
    const known = this.#known(stream) ?? (expected === 'no_stream' ? [] : undefined);
    const revision = known?.at(-1)?.revision ?? null;
    if (known !== undefined && (revision ?? 'no_stream') !== expected) {
      throw new WrongExpectedRevision(stream, revision);
    }
    // Until it is told where they are, it is known only that it will have changed.
    this.#forget(stream);
    const result = await this.#store.append(stream, expected, events);
    if (known !== undefined) {
      const now = [...known, ...recorded(stream, events, result)];
      this.#note(stream, { events: now, untilMs: Infinity });
    }
    return result;
  }

  async *readStream(
    stream: string,
    options: ReadStreamOptions = {},
  ): AsyncGenerator<RecordedEvent> {
    const { from = 0n, direction, maxCount } = options;
    const isForwards = direction !== 'backwards' && maxCount === undefined;
    const known = isForwards ? this.#known(stream) : undefined;
    if (known !== undefined) yield* known.filter(({ revision }) => revision >= from);
    else if (isForwards && from === 0n) yield* this.#readWhole(stream);
    else yield* this.#store.readStream(stream, options);
  }

  subscribeToAll(options: SubscribeOptions): AsyncIterable<LogMessage> {
    return this.#store.subscribeToAll(options);
  }

  headPosition(): Promise<Position | null> {
    return this.#store.headPosition();
  }

  close(): Promise<void> {
    return this.#store.close();
  }

  async *#readWhole(stream: string): AsyncGenerator<RecordedEvent> {
    const askedAtMs = this.#nowMs();
    const events: RecordedEvent[] = [];
    for await (const event of this.#store.readStream(stream)) {
      events.push(event);
      yield event;
    }
    this.#note(stream, { events, untilMs: askedAtMs + READ_HOLDS_MS });
  }

  #known(stream: string): readonly RecordedEvent[] | undefined {
    const known = this.#newer.get(stream) ?? this.#older.get(stream);
    if (known === undefined || known.untilMs <= this.#nowMs()) return undefined;
    if (!this.#newer.has(stream)) this.#note(stream, known);
    return known.events;
  }

  #note(stream: string, known: Known): void {
    if (this.#events >= this.#eventsPerHalf) {
      this.#older = this.#newer;
      this.#newer = new Map();
      this.#events = 0;
    }
    this.#newer.set(stream, known);
    this.#events += Math.max(1, known.events.length);
  }

  #forget(stream: string): void {
    this.#newer.delete(stream);
    this.#older.delete(stream);
  }
}

/** What was appended, as a read would give it back, but for the instant, which is this one's. */
function recorded(
  stream: string,
  events: readonly NewEvent[],
  { revision, position }: AppendResult,
): RecordedEvent[] {
  const recordedAt = new Date();
  const first = revision - BigInt(events.length - 1);
  return events.map(({ id, type, data, metadata }, index) => ({
    ...{ id, type, stream, data, metadata, recordedAt },
    revision: first + BigInt(index),
    position: index === events.length - 1 ? position : null,
  }));
}
