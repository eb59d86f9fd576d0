import {
  type AllStreamRecordedEvent,
  EventStoreDBClient,
  type EventData,
  type RecordedEvent as ClientEvent,
  type StreamingRead,
} from '@eventstore/db-client';
import { DomainError } from '#libs/kernel';
import { backoffMs, DeadlineExceeded, pause, withDeadline } from './deadline.js';
import { classify, eventStoreUnavailable, WrongExpectedRevision } from './errors.js';
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

/**
 * How long an append or a read may take in all, retries included. Below the five seconds in which
 * the api promises to answer 503 instead of hanging.
 */
const ANSWER_WITHIN_MS = 4_000;
const APPEND_LIMIT_BYTES = 1024 * 1024;

/**
 * Connects to EventStoreDB, KurrentDB or the embedded store: whatever speaks the protocol at `url`
 * (`esdb://…`). Credentials belong in the URL: given per call, the client silently takes a path
 * six times slower.
 *
 * One per process: the client keeps its pending appends in a table global to the process.
 */
export function connectEventStore(url: string): EventStore {
  return new EventStoreDbAdapter(url);
}

class EventStoreDbAdapter implements EventStore {
  readonly #url: string;
  #client: Promise<EventStoreDBClient>;
  #lastAnswerAt = Date.now();
  #closed = false;

  constructor(url: string) {
    this.#url = url;
    this.#client = Promise.resolve(EventStoreDBClient.connectionString(url));
  }

  async append(
    stream: string,
    expected: ExpectedRevision,
    events: readonly NewEvent[],
  ): Promise<AppendResult> {
    assertAppendable(stream, events);
    const deadline = Date.now() + ANSWER_WITHIN_MS;
    for (let attempt = 0; ; attempt += 1) {
      try {
        return await this.#appendOnce(stream, expected, events, deadline - Date.now());
      } catch (error) {
        const failure = error instanceof DeadlineExceeded ? 'connection' : classify(error);
        if (failure === 'conflict') {
          return await this.#conflict(stream, expected, events, attempt > 0, error);
        }
        if (failure !== 'connection') throw refusal(stream, failure, error);
        const wait = backoffMs(attempt, 25, 400);
        if (this.#closed || Date.now() + wait >= deadline) throw eventStoreUnavailable(error);
        await pause(wait);
      }
    }
  }

  async #appendOnce(
    stream: string,
    expected: ExpectedRevision,
    events: readonly NewEvent[],
    withinMs: number,
  ): Promise<AppendResult> {
    try {
      const client = await this.#client;
      const result = await withDeadline(
        client.appendToStream(stream, events.map(toEventData), { expectedRevision: expected }),
        Math.max(1, withinMs),
      );
      this.#lastAnswerAt = Date.now();
      return {
        revision: result.nextExpectedRevision,
        position: result.position?.commit ?? 0n,
      };
    } catch (error) {
      if (error instanceof DeadlineExceeded) this.#replaceSilentClient();
      else this.#lastAnswerAt = Date.now();
      throw error;
    }
  }

  /**
   * An append that was sent before may have landed the first time; then the conflict is our own
   * events, and the append has succeeded.
   */
  async #conflict(
    stream: string,
    expected: ExpectedRevision,
    events: readonly NewEvent[],
    mayBeOurs: boolean,
    error: unknown,
  ): Promise<AppendResult> {
    if (mayBeOurs) {
      const from = expected === 'no_stream' ? 0n : expected + 1n;
      const found: RecordedEvent[] = [];
      for await (const event of this.readStream(stream, { from, maxCount: events.length })) {
        found.push(event);
      }
      const last = found.at(-1);
      const ours = events.every((event, index) => found[index]?.id === event.id);
      if (ours && last !== undefined) {
        return { revision: last.revision, position: last.position ?? 0n };
      }
    }
    throw new WrongExpectedRevision(stream, actualRevisionOf(error));
  }

  async *readStream(
    stream: string,
    options: ReadStreamOptions = {},
  ): AsyncGenerator<RecordedEvent> {
    const backwards = options.direction === 'backwards';
    const client = await this.#client;
    const read = client.readStream(stream, {
      direction: backwards ? 'backwards' : 'forwards',
      fromRevision: options.from ?? (backwards ? 'end' : 'start'),
      ...(options.maxCount === undefined ? {} : { maxCount: options.maxCount }),
    });
    try {
      for await (const { event } of withinDeadline(read)) {
        if (event !== undefined) yield toRecorded(event);
      }
    } catch (error) {
      const failure = classify(error);
      if (failure === 'stream_missing') return;
      throw readFailure(stream, failure, error);
    }
  }

  async *subscribeToAll(options: SubscribeOptions): AsyncGenerator<LogMessage> {
    const client = await this.#client;
    yield* subscribe(client, options, { toLogEvent, head: () => this.headPosition() });
  }

  async headPosition(): Promise<Position | null> {
    const client = await this.#client;
    const read = client.readAll({ direction: 'backwards', fromPosition: 'end', maxCount: 1 });
    try {
      for await (const { event } of withinDeadline(read)) {
        if (event !== undefined) return toLogEvent(event).position;
      }
      return null;
    } catch (error) {
      throw readFailure('$all', classify(error), error);
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    const client = await this.#client;
    await withDeadline(client.dispose(), 2_000).catch(() => undefined);
  }

  /**
   * A connection that is open but mute is given up. The old client is ended first: one that fails
   * later would reject the appends of the new one, and answers to those would then crash the
   * process.
   */
  #replaceSilentClient(): void {
    if (this.#closed || Date.now() - this.#lastAnswerAt < ANSWER_WITHIN_MS) return;
    this.#lastAnswerAt = Date.now();
    this.#client = this.#client.then(async (old) => {
      await withDeadline(old.dispose(), 1_000).catch(() => undefined);
      return EventStoreDBClient.connectionString(this.#url);
    });
  }
}

function assertAppendable(stream: string, events: readonly NewEvent[]): void {
  if (events.length === 0) throw new Error(`An append to ${stream} holds no event.`);
}

function toEventData(event: NewEvent): EventData {
  return {
    id: event.id,
    type: event.type,
    contentType: 'application/json',
    data: event.data,
    metadata: event.metadata as unknown as Record<string, unknown>,
  };
}

function toRecorded(event: ClientEvent): RecordedEvent {
  return {
    id: event.id,
    type: event.type,
    stream: event.streamId,
    revision: event.revision,
    position: event.position?.commit ?? null,
    recordedAt: event.created,
    data: event.data,
    metadata: event.metadata,
  };
}

function toLogEvent(
  event: AllStreamRecordedEvent,
): RecordedEvent & { readonly position: Position } {
  return { ...toRecorded(event), position: event.position.commit };
}

/** Each item within the answer time; the read is cancelled when it is left or late. */
async function* withinDeadline<T>(read: StreamingRead<T>): AsyncGenerator<T> {
  const iterator = read[Symbol.asyncIterator]() as AsyncIterator<T>;
  try {
    for (;;) {
      const next = await withDeadline(iterator.next(), ANSWER_WITHIN_MS);
      if (next.done === true) return;
      yield next.value;
    }
  } finally {
    void read.cancel().catch(() => undefined);
    read.destroy();
  }
}

function actualRevisionOf(error: unknown): bigint | null {
  const { actualVersion } = error as { actualVersion?: unknown };
  return typeof actualVersion === 'bigint' ? actualVersion : null;
}

function refusal(stream: string, failure: ReturnType<typeof classify>, error: unknown): unknown {
  if (failure === 'too_large') {
    return new DomainError(
      'too_large',
      'event_too_large',
      `The events would exceed ${APPEND_LIMIT_BYTES} bytes; send less data in one request.`,
      { cause: error },
    );
  }
  if (failure === 'stream_deleted') return streamDeleted(stream, error);
  return error;
}

function readFailure(
  stream: string,
  failure: ReturnType<typeof classify>,
  error: unknown,
): unknown {
  if (error instanceof DeadlineExceeded || failure === 'connection') {
    return eventStoreUnavailable(error);
  }
  return failure === 'stream_deleted' ? streamDeleted(stream, error) : error;
}

function streamDeleted(stream: string, cause: unknown): DomainError {
  return new DomainError('not_found', 'stream_deleted', `${stream} was deleted from the log.`, {
    cause,
  });
}
