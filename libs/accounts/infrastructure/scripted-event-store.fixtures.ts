import {
  type AppendResult,
  type EventStore,
  eventStoreUnavailable,
  type ExpectedRevision,
  type LogMessage,
  type NewEvent,
  type ReadStreamOptions,
  type RecordedEvent,
  type SubscribeOptions,
  WrongExpectedRevision,
} from '#libs/event-store';

type Logged = RecordedEvent & { readonly position: bigint };

/** An event store in memory whose connections break at a word, and that counts what it is asked. */
export class ScriptedEventStore implements EventStore {
  readonly log: Logged[] = [];
  /** Streams read, in order. */
  readonly reads: string[] = [];
  /** While set, reads of streams fail. */
  readsFail = false;
  #subscriptionsFail = false;
  #changed = Promise.withResolvers<undefined>();

  /** Ends every subscription with an error, and refuses new ones until {@link reconnect}. */
  disconnect(): void {
    this.#subscriptionsFail = true;
    this.#wake();
  }

  reconnect(): void {
    this.#subscriptionsFail = false;
  }

  append(
    stream: string,
    expected: ExpectedRevision,
    events: readonly NewEvent[],
  ): Promise<AppendResult> {
    const last = this.log.filter((event) => event.stream === stream).length - 1;
    if (BigInt(last) !== (expected === 'no_stream' ? -1n : expected)) {
      return Promise.reject(new WrongExpectedRevision(stream, BigInt(last)));
    }
    events.forEach((event, index) => {
      const revision = BigInt(last + 1 + index);
      const position = BigInt(this.log.length + 1);
      this.log.push({ ...event, stream, revision, position, recordedAt: new Date(0) });
    });
    this.#wake();
    const revision = BigInt(last + events.length);
    return Promise.resolve({ revision, position: BigInt(this.log.length) });
  }

  async *readStream(stream: string, { from = 0n }: ReadStreamOptions = {}) {
    this.reads.push(stream);
    await Promise.resolve();
    if (this.readsFail) throw eventStoreUnavailable(new Error('scripted'));
    yield* this.log.filter((event) => event.stream === stream && event.revision >= from);
  }

  async *subscribeToAll({ after, signal }: SubscribeOptions): AsyncGenerator<LogMessage> {
    let next = Number(after ?? 0n);
    signal.addEventListener('abort', () => {
      this.#wake();
    });
    for (let told = false; !signal.aborted;) {
      if (this.#subscriptionsFail) throw eventStoreUnavailable(new Error('scripted'));
      const event = this.log[next];
      if (event !== undefined) {
        next += 1;
        yield { kind: 'event', event };
      } else if (!told) {
        told = true;
        yield { kind: 'caught_up' };
      } else await this.#changed.promise;
    }
  }

  headPosition(): Promise<bigint | null> {
    return Promise.resolve(this.log.at(-1)?.position ?? null);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  #wake(): void {
    this.#changed.resolve(undefined);
    this.#changed = Promise.withResolvers<undefined>();
  }
}
