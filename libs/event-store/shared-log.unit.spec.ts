import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { isWanted } from './log-filter.js';
import { MemoryEventStore } from './memory-event-store.fixtures.js';
import { type LogFilter, type LogMessage, type SubscribeOptions } from './port.js';
import { SharedLog } from './shared-log.js';
import { anEvent } from './theatre.fixtures.js';

/** A log that counts who reads it, and fails all of them when it is told to. */
class WatchedStore extends MemoryEventStore {
  readonly readings: { readonly options: SubscribeOptions; isOver: boolean }[] = [];
  /**
   * Says a checkpoint before the event at its position, as servers have been seen to (KurrentDB
   * #4970).
   */
  isHasty = false;
  #cut: (error: Error) => void = () => undefined;
  #whenCut = this.#nextCut();

  cut(): void {
    this.#cut(new Error('cut'));
    this.#whenCut = this.#nextCut();
  }

  get readers(): number {
    return this.readings.filter(({ isOver }) => !isOver).length;
  }

  override async *subscribeToAll(options: SubscribeOptions): AsyncGenerator<LogMessage> {
    const reading = { options, isOver: false };
    this.readings.push(reading);
    const cut = this.#whenCut;
    const messages = super.subscribeToAll(options);
    try {
      for (;;) {
        const next = await Promise.race([messages.next(), cut]);
        if (next.done === true) return;
        if (this.isHasty && next.value.kind === 'event') {
          yield { kind: 'checkpoint', position: next.value.event.position };
        }
        yield next.value;
      }
    } finally {
      reading.isOver = true;
    }
  }

  async write(...streams: readonly string[]): Promise<void> {
    for (const stream of streams) {
      const count = this.log.filter((event) => event.stream === stream).length;
      await this.append(stream, count === 0 ? 'no_stream' : BigInt(count - 1), [anEvent(1)]);
    }
  }

  #nextCut(): Promise<never> {
    const cut = new Promise<never>((_, reject) => (this.#cut = reject));
    cut.catch(() => undefined);
    return cut;
  }
}

/** Whoever takes what a subscription hands out, and goes on where it failed. */
class Follower {
  readonly positions: bigint[] = [];
  readonly checkpoints: bigint[] = [];
  failures = 0;
  readonly #ending = new AbortController();
  readonly #running: Promise<void>;

  constructor(
    private readonly log: SharedLog,
    readonly filter: LogFilter,
    private readonly rest: () => Promise<unknown> = () => Promise.resolve(),
    private after: bigint | null = null,
  ) {
    this.#running = this.#run();
  }

  stop(): Promise<void> {
    this.#ending.abort();
    return this.#running;
  }

  async #run(): Promise<void> {
    const { signal } = this.#ending;
    while (!signal.aborted) {
      try {
        const { filter, after } = this;
        for await (const message of this.log.subscribeToAll({ ...filter, after, signal })) {
          this.#take(message);
          await this.rest();
        }
      } catch {
        this.failures += 1;
      }
    }
  }

  #take(message: LogMessage): void {
    if (message.kind === 'caught_up') return;
    if (message.kind === 'checkpoint') this.checkpoints.push(message.position);
    else this.positions.push(message.event.position);
    this.after = message.kind === 'event' ? message.event.position : message.position;
  }
}

const wantedOf = ({ log }: MemoryEventStore, filter: LogFilter) =>
  log.filter((event) => isWanted(filter, event)).map(({ position }) => position);

/** Lets everything happen that is under way. */
async function settled(isSettled: () => boolean): Promise<void> {
  for (let turn = 0; turn < 10_000 && !isSettled(); turn += 1) await nextTurn();
  expect(isSettled()).toBe(true);
}

const a = { streamPrefixes: ['a-'] };
const b = { streamPrefixes: ['b-'] };

describe('subscriptions that share a reading of the log', () => {
  it('are sent each event once, however many they are', async () => {
    const store = new WatchedStore();
    const log = new SharedLog(store);
    const followers = Array.from({ length: 5 }, (_, n) => new Follower(log, n % 2 === 0 ? a : b));
    await settled(() => store.readings.length === 6 && store.readers === 1);
    await store.write('a-1', 'b-1', 'a-1');
    await settled(() => followers.every(({ positions }, n) => positions.length === 2 - (n % 2)));
    expect(store.readers).toBe(1);
    await Promise.all(followers.map((each) => each.stop()));
    await settled(() => store.readers === 0);
  });

  it('begin by themselves, from wherever each is to begin', async () => {
    const store = new WatchedStore();
    const log = new SharedLog(store);
    await store.write('a-1', 'a-1', 'a-1');
    const first = new Follower(log, a);
    const second = new Follower(log, a, undefined, 20n);
    await settled(() => store.readers === 1);
    await store.write('a-2');
    await settled(() => first.positions.length === 4 && second.positions.length === 2);
    expect(second.positions).toEqual([30n, 40n]);
    await Promise.all([first.stop(), second.stop()]);
  });

  it('go on by themselves when they are too slow for the others', async () => {
    const store = new WatchedStore();
    const log = new SharedLog(store, { waiting: 4 });
    let goOn: () => void = () => undefined;
    let hold: Promise<void> = Promise.resolve();
    const slow = new Follower(log, a, () => hold);
    const fast = new Follower(log, a);
    await settled(() => store.readers === 1);
    hold = new Promise((resolve) => (goOn = resolve));
    await store.write(...Array.from({ length: 30 }, () => 'a-1'));
    await settled(() => fast.positions.length === 30);
    expect(slow.positions).toHaveLength(1);
    goOn();
    hold = Promise.resolve();
    await settled(() => slow.positions.length === 30 && store.readers === 1);
    expect(slow.positions).toEqual(fast.positions);
    await Promise.all([slow.stop(), fast.stop()]);
    await settled(() => store.readers === 0);
  });

  it('are told now and then of what was passed over', async () => {
    const store = new WatchedStore();
    const log = new SharedLog(store, { passedOver: 3 });
    const follower = new Follower(log, b);
    await settled(() => store.readings.length === 2 && store.readers === 1);
    await store.write(...Array.from({ length: 7 }, () => 'a-1'));
    await settled(() => follower.checkpoints.length === 2);
    expect(follower.checkpoints).toEqual([30n, 60n]);
    await follower.stop();
  });

  it('fail together when the reading does, and begin anew', async () => {
    const store = new WatchedStore();
    const log = new SharedLog(store);
    const followers = [new Follower(log, a), new Follower(log, b)];
    await settled(() => store.readings.length === 3 && store.readers === 1);
    store.cut();
    await store.write('a-1', 'b-1');
    await settled(() => followers.every(({ positions }) => positions.length === 1));
    expect(followers.map(({ failures }) => failures)).toEqual([1, 1]);
    await Promise.all(followers.map((each) => each.stop()));
  });

  it('miss nothing where a checkpoint is said before the event at its position', async () => {
    const store = new WatchedStore();
    const log = new SharedLog(store);
    const first = new Follower(log, a);
    await settled(() => store.readings.length === 2 && store.readers === 1);
    await store.write('a-1', 'a-1');
    store.isHasty = true;
    // Nothing it wants has been said, so that it waits by itself for where the others are.
    const second = new Follower(log, b);
    await settled(() => store.readers === 2 && first.positions.length === 2);
    await store.write('b-1', 'b-1');
    await settled(() => store.readers === 1 && second.positions.length === 2);
    expect(second.positions).toEqual([30n, 40n]);
    await Promise.all([first.stop(), second.stop()]);
  });

  it('never join a reading that is over, at whatever moment it breaks', async () => {
    for (let moment = 0; moment < 80; moment += 1) {
      const store = new WatchedStore();
      const log = new SharedLog(store);
      const first = new Follower(log, a);
      await settled(() => store.readings.length === 2 && store.readers === 1);
      const second = new Follower(log, a);
      for (let turn = 0; turn < moment; turn += 1) await Promise.resolve();
      store.cut();
      await store.write('a-1');
      await settled(() => [first, second].every(({ positions }) => positions.length === 1));
      await Promise.all([first.stop(), second.stop()]);
    }
  });

  it('neither miss an event nor get one twice, whatever is slow and whatever breaks', () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom('a-1', 'b-1', 'a-2', 'cut', 'another', 'rest'), { maxLength: 60 }),
        fc.record({ waiting: fc.integer({ min: 1, max: 5 }), passedOver: fc.constantFrom(1, 4) }),
        async (steps, limits) => {
          const store = new WatchedStore();
          const log = new SharedLog(store, limits);
          const followers = [new Follower(log, a, slowly)];
          for (const step of steps) {
            if (step === 'cut') store.cut();
            else if (step === 'rest') await nextTurn();
            else if (step === 'another') followers.push(another(log, followers.length));
            else await store.write(step);
          }
          const wanted = followers.map(({ filter }) => wantedOf(store, filter));
          await settled(() =>
            followers.every(({ positions }, n) => positions.length >= wanted[n]!.length),
          );
          await Promise.all(followers.map((each) => each.stop()));
          expect(followers.map(({ positions }) => positions)).toEqual(wanted);
        },
      ),
    ));
});

const slowly = () => nextTurn();

function another(log: SharedLog, n: number): Follower {
  const filter = [a, b, { typePrefixes: ['Seat'] }][n % 3]!;
  return new Follower(log, filter, n % 2 === 0 ? slowly : undefined);
}
