import { once } from 'node:events';
import {
  type AppendResult,
  type EventStore,
  type ExpectedRevision,
  isWanted,
  type LogMessage,
  type NewEvent,
  type ReadStreamOptions,
  type RecordedEvent,
  type SubscribeOptions,
  WrongExpectedRevision,
} from '#libs/event-store';

type Logged = RecordedEvent & { readonly position: bigint };

/**
 * The port in memory, to fill a large log fast and in the same order every time. Keeps what it
 * needs to for that: streams are read forwards, and a subscription shows what is there and stays
 * open.
 */
export class MemoryLog implements EventStore {
  readonly events: Logged[] = [];
  readonly #streams = new Map<string, Logged[]>();

  append(
    stream: string,
    expected: ExpectedRevision,
    events: readonly NewEvent[],
  ): Promise<AppendResult> {
    const past = this.#streams.get(stream) ?? [];
    const last = BigInt(past.length) - 1n;
    if ((expected === 'no_stream' ? -1n : expected) !== last) {
      return Promise.reject(new WrongExpectedRevision(stream, past.at(-1)?.revision ?? null));
    }
    for (const event of events) this.#record(stream, past, event);
    this.#streams.set(stream, past);
    const revision = last + BigInt(events.length);
    return Promise.resolve({ revision, position: this.events.at(-1)?.position ?? 0n });
  }

  #record(stream: string, past: Logged[], { id, type, data, metadata }: NewEvent): void {
    const logged: Logged = {
      ...{ id, type, stream, data, metadata },
      revision: BigInt(past.length),
      position: BigInt(this.events.length + 1) * 100n,
      recordedAt: new Date(metadata.occurredAt),
    };
    past.push(logged);
    this.events.push(logged);
  }

  async *readStream(
    stream: string,
    { from = 0n, maxCount }: ReadStreamOptions = {},
  ): AsyncGenerator<RecordedEvent> {
    await Promise.resolve();
    const end = maxCount === undefined ? undefined : Number(from) + maxCount;
    yield* (this.#streams.get(stream) ?? []).slice(Number(from), end);
  }

  async *subscribeToAll(options: SubscribeOptions): AsyncGenerator<LogMessage> {
    const { after, signal } = options;
    for (const event of [...this.events]) {
      if (after !== null && event.position <= after) continue;
      if (isWanted(options, event)) yield { kind: 'event', event };
    }
    yield { kind: 'caught_up' };
    if (!signal.aborted) await once(signal, 'abort');
  }

  headPosition(): Promise<bigint | null> {
    return Promise.resolve(this.events.at(-1)?.position ?? null);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
