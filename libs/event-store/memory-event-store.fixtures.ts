import { eventStoreUnavailable, WrongExpectedRevision } from './errors.js';
import { isWanted } from './log-filter.js';
import {
  type AppendResult,
  type EventStore,
  type ExpectedRevision,
  type LogMessage,
  type NewEvent,
  type ReadStreamOptions,
  type RecordedEvent,
  type SubscribeOptions,
} from './port.js';

type Logged = RecordedEvent & { readonly position: bigint };

/**
 * The port in memory, for laws about what is built on it; the contract suite holds it to what the
 * embedded store does. Counts what it is asked, and breaks where a test says.
 */
export class MemoryEventStore implements EventStore {
  readonly log: Logged[] = [];
  appends = 0;
  reads = 0;
  /** Asked before every append: where it breaks, if it does. */
  breakAt: () => 'before_append' | 'after_append' | null = () => null;
  #grown: (() => void)[] = [];

  async append(
    stream: string,
    expected: ExpectedRevision,
    events: readonly NewEvent[],
  ): Promise<AppendResult> {
    this.appends += 1;
    const broken = this.breakAt();
    await Promise.resolve();
    if (broken === 'before_append') throw eventStoreUnavailable(new Error('cut before'));
    const result = this.#commit(stream, expected, events);
    if (broken === 'after_append') throw eventStoreUnavailable(new Error('cut after'));
    return result;
  }

  #commit(stream: string, expected: ExpectedRevision, events: readonly NewEvent[]): AppendResult {
    const past = this.#stream(stream);
    const first = expected === 'no_stream' ? 0 : Number(expected) + 1;
    const there = past.slice(first, first + events.length);
    const repeated = events.every(({ id }, index) => there[index]?.id === id);
    if (!repeated) {
      if (past.length !== first) {
        throw new WrongExpectedRevision(stream, past.at(-1)?.revision ?? null);
      }
      for (const [index, event] of events.entries()) {
        this.#store(stream, BigInt(first + index), event);
      }
      for (const wake of this.#grown.splice(0)) wake();
    }
    const last = this.#stream(stream)[first + events.length - 1];
    return { revision: last?.revision ?? -1n, position: last?.position ?? -1n };
  }

  #store(stream: string, revision: bigint, { id, type, data, metadata }: NewEvent): void {
    this.log.push({
      ...(JSON.parse(JSON.stringify({ id, type, data, metadata })) as NewEvent),
      stream,
      revision,
      position: BigInt(this.log.length + 1) * 10n,
      recordedAt: new Date(),
    });
  }

  async *readStream(
    stream: string,
    { direction = 'forwards', from, maxCount = Infinity }: ReadStreamOptions = {},
  ): AsyncGenerator<RecordedEvent> {
    this.reads += 1;
    const past = this.#stream(stream);
    const chosen =
      direction === 'forwards'
        ? past.filter(({ revision }) => revision >= (from ?? 0n))
        : past.filter(({ revision }) => from === undefined || revision <= from).reverse();
    for (const event of chosen.slice(0, maxCount)) {
      await Promise.resolve();
      yield event;
    }
  }

  async *subscribeToAll(options: SubscribeOptions): AsyncGenerator<LogMessage> {
    let caughtUp = false;
    let next = this.log.findIndex(({ position }) => position > (options.after ?? -1n));
    if (next < 0) next = this.log.length;
    const stop = new Promise<void>((resolve) => {
      options.signal.addEventListener('abort', () => {
        resolve();
      });
    });
    while (!options.signal.aborted) {
      const event = this.log[next];
      if (event !== undefined) {
        next += 1;
        if (isWanted(options, event)) yield { kind: 'event', event };
      } else if (!caughtUp) {
        caughtUp = true;
        yield { kind: 'caught_up' };
      } else {
        await Promise.race([stop, new Promise<void>((resolve) => this.#grown.push(resolve))]);
      }
    }
  }

  headPosition(): Promise<bigint | null> {
    return Promise.resolve(this.log.at(-1)?.position ?? null);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  #stream(name: string): Logged[] {
    return this.log.filter(({ stream }) => stream === name);
  }
}
