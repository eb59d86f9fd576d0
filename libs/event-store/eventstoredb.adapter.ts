import { DomainError } from '#libs/kernel';
import { appendRequest, type AppendRequest } from './append-messages.js';
import { Connection } from './connection.js';
import { withDeadline } from './deadline.js';
import {
  eventStoreUnavailable,
  eventTooLarge,
  StoreFailure,
  storeFailure,
  streamDeleted,
  WrongExpectedRevision,
} from './errors.js';
import { read } from './log-read.js';
import { subscribe } from './log-subscription.js';
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
} from './port.js';
import { headRequest, streamRequest } from './read-request.js';
import { ANSWER_WITHIN_MS, untilAnswered } from './until-answered.js';

/**
 * Connects to EventStoreDB, KurrentDB or the embedded store: whatever speaks the protocol at `url`
 * (`esdb://…`), which is also where credentials belong. Connects when it is first used, and again
 * whenever the connection is lost or has fallen silent.
 */
export function connectEventStore(url: string): EventStore {
  return new EventStoreDbAdapter(new Connection(url));
}

class EventStoreDbAdapter implements EventStore {
  readonly #connection: Connection;
  #closed = false;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  async append(
    stream: string,
    expected: ExpectedRevision,
    events: readonly NewEvent[],
  ): Promise<AppendResult> {
    if (events.length === 0) throw new Error(`An append to ${stream} holds no event.`);
    const request = appendRequest(stream, expected, events);
    const deadline = this.#deadline();
    let attempts = 0;
    try {
      return await untilAnswered(deadline, (withinMs) => {
        attempts += 1;
        return this.#appendOnce(request, withinMs);
      });
    } catch (error) {
      if (!(error instanceof StoreFailure) || error.kind !== 'conflict') throw told(stream, error);
      const landed = attempts > 1 ? await this.#find(stream, expected, events, deadline) : null;
      if (landed === null) throw new WrongExpectedRevision(stream, error.actualRevision);
      return landed;
    }
  }

  async #appendOnce(request: AppendRequest, withinMs: number): Promise<AppendResult> {
    const startedAt = performance.now();
    try {
      const line = await withDeadline(this.#connection.line(), withinMs);
      return await line.append(request, withinMs - (performance.now() - startedAt));
    } catch (error) {
      await this.#connection.examineAppend(error, startedAt);
      throw error;
    }
  }

  /**
   * Where our own events are, if an earlier attempt put them there although it was not answered.
   * A store that remembers ids answers a repetition with success; this is for when it forgot.
   */
  async #find(
    stream: string,
    expected: ExpectedRevision,
    events: readonly NewEvent[],
    deadline: number,
  ): Promise<AppendResult | null> {
    const from = expected === 'no_stream' ? 0n : expected + 1n;
    const found: RecordedEvent[] = [];
    for await (const event of this.#readStream(stream, { from, maxCount: events.length }, deadline))
      found.push(event);
    const last = found.at(-1);
    if (last === undefined || !events.every(({ id }, index) => found[index]?.id === id))
      return null;
    return { revision: last.revision, position: last.position ?? 0n };
  }

  readStream(stream: string, options: ReadStreamOptions = {}): AsyncGenerator<RecordedEvent> {
    return this.#readStream(stream, options, this.#deadline());
  }

  async *#readStream(
    stream: string,
    options: ReadStreamOptions,
    deadline: number,
  ): AsyncGenerator<RecordedEvent> {
    try {
      yield* read(this.#connection, streamRequest(stream, options), deadline);
    } catch (error) {
      throw told(stream, error);
    }
  }

  async *subscribeToAll(options: SubscribeOptions): AsyncGenerator<LogMessage> {
    this.#deadline();
    if ((options.streamPrefixes ?? options.typePrefixes).length === 0) {
      throw new Error('A subscription without prefixes would see nothing; name some.');
    }
    yield* subscribe(this.#connection, options, () => this.headPosition());
  }

  async headPosition(): Promise<Position | null> {
    try {
      let position: Position | null = null;
      // To its end: servers lose patience with those who leave too many reads.
      for await (const event of read(this.#connection, headRequest(), this.#deadline())) {
        position = event.position ?? null;
      }
      return position;
    } catch (error) {
      throw told('$all', error);
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#connection.close(new Error('The connection was closed.'));
  }

  /** When the operation that begins now must have been answered. */
  #deadline(): number {
    if (this.#closed) throw eventStoreUnavailable(new Error('The connection was closed.'));
    return performance.now() + ANSWER_WITHIN_MS;
  }
}

/** A failure as callers of the port see it. */
function told(stream: string, error: unknown): unknown {
  if (error instanceof DomainError) return error;
  const failure = storeFailure(error);
  if (failure.kind === 'stream_deleted') return streamDeleted(stream, failure);
  if (failure.kind === 'too_large') return eventTooLarge(failure);
  if (failure.kind === 'connection') return eventStoreUnavailable(failure);
  return failure;
}
