import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEventStore } from '../../apps/eventstore/server.js';
import { WrongExpectedRevision } from './errors.js';
import { connectEventStore } from './eventstoredb.adapter.js';
import { followLog } from './follow-log.js';
import { MemoryEventStore } from './memory-event-store.fixtures.js';
import {
  type EventStore,
  type LogFilter,
  type LogMessage,
  type Position,
  type RecordedEvent,
} from './port.js';
import { SharedLog } from './shared-log.js';
import { anEvent, theatreCatalog } from './theatre.fixtures.js';

interface Subject {
  readonly store: EventStore;
  readonly stop: () => Promise<void>;
}

async function embedded(): Promise<Subject> {
  const dataDir = await mkdtemp(join(tmpdir(), 'leadledger-store-'));
  const server = await startEventStore({ dataDir });
  const store = connectEventStore(server.url);
  const stop = async () => {
    await store.close();
    await server.close();
    await rm(dataDir, { recursive: true });
  };
  return { store, stop };
}

const subjects: Readonly<Record<string, () => Promise<Subject>>> = {
  'the embedded store, over gRPC': embedded,
  'the same, with subscriptions that share a reading': async () => {
    const { store, stop } = await embedded();
    return { store: new SharedLog(store), stop };
  },
  'the double in memory': () =>
    Promise.resolve({ store: new MemoryEventStore(), stop: () => Promise.resolve() }),
};

/** The contract of the port: what is built on it may lean on every sentence. */
describe.each(Object.entries(subjects))('%s', (_, start) => {
  let subject: Subject;
  let store: EventStore;
  const aStream = () => `theatre-${randomUUID()}`;

  beforeAll(async () => {
    subject = await start();
    store = subject.store;
  });
  afterAll(() => subject.stop());

  async function read(stream: string, options = {}): Promise<RecordedEvent[]> {
    const events: RecordedEvent[] = [];
    for await (const event of store.readStream(stream, options)) events.push(event);
    return events;
  }

  /** Takes messages until one fits, and ends the subscription. */
  async function subscribeUntil(
    after: Position | null,
    wanted: LogFilter,
    isLast: (message: LogMessage) => boolean,
  ): Promise<LogMessage[]> {
    const ending = new AbortController();
    const messages: LogMessage[] = [];
    const { signal } = ending;
    for await (const message of store.subscribeToAll({ ...wanted, after, signal })) {
      messages.push(message);
      if (isLast(message)) ending.abort();
    }
    return messages;
  }

  const eventsOf = (messages: readonly LogMessage[]) =>
    messages.flatMap((message) => (message.kind === 'event' ? [message.event] : []));

  describe('an append', () => {
    it('gives back the revision and the position of its last event', async () => {
      const stream = aStream();
      const { revision, position } = await store.append(stream, 'no_stream', [
        anEvent(1),
        anEvent(2),
      ]);
      const events = await read(stream);
      expect(revision).toBe(1n);
      expect(events.at(-1)).toMatchObject({ revision, position });
    });

    it('stores each event as it was given', async () => {
      const stream = aStream();
      const event = anEvent(3);
      await store.append(stream, 'no_stream', [event]);
      const [stored] = await read(stream);
      expect(stored).toMatchObject({ ...event, stream, revision: 0n });
      expect(stored?.recordedAt.getUTCFullYear()).toBe(new Date().getUTCFullYear());
    });

    it('keeps text of any script as it is', async () => {
      const stream = `theatre-größe-${randomUUID()}`;
      const metadata = { ...anEvent().metadata, actor: { kind: 'operator', id: 'Łukasz 漢字 🎭' } };
      await store.append(stream, 'no_stream', [{ ...anEvent(), metadata: metadata as never }]);
      expect((await read(stream))[0]).toMatchObject({ stream, metadata });
    });

    it('is refused when the stream is not where it was expected, and says where it is', async () => {
      const stream = aStream();
      await store.append(stream, 'no_stream', [anEvent(), anEvent()]);
      for (const expected of ['no_stream', 0n, 7n] as const) {
        const refused = store.append(stream, expected, [anEvent()]);
        await expect(refused).rejects.toThrow(WrongExpectedRevision);
        await expect(refused).rejects.toMatchObject({ stream, actualRevision: 1n });
      }
      const missing = store.append(aStream(), 0n, [anEvent()]);
      await expect(missing).rejects.toMatchObject({ actualRevision: null });
      expect(await read(stream)).toHaveLength(2);
    });

    it('that is repeated with the same ids succeeds again, and is stored once', async () => {
      const stream = aStream();
      const events = [anEvent(1), anEvent(2)];
      const first = await store.append(stream, 'no_stream', events);
      await store.append(stream, 1n, [anEvent(3)]);
      expect(await store.append(stream, 'no_stream', events)).toEqual(first);
      expect(await read(stream)).toHaveLength(3);
    });

    it('that races others on one revision is won by exactly one', async () => {
      const stream = aStream();
      const outcomes = await Promise.allSettled(
        Array.from({ length: 20 }, () => store.append(stream, 'no_stream', [anEvent()])),
      );
      expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      expect(await read(stream)).toHaveLength(1);
    });
  });

  describe('a stream', () => {
    it('that does not exist is empty', async () => {
      expect(await read(aStream())).toEqual([]);
    });

    it('is read from anywhere, in both directions, as far as wanted', async () => {
      const stream = aStream();
      await store.append(
        stream,
        'no_stream',
        [0, 1, 2, 3, 4].map((number) => anEvent(number)),
      );
      const revisions = async (options: object) =>
        (await read(stream, options)).map(({ revision }) => Number(revision));
      expect(await revisions({})).toEqual([0, 1, 2, 3, 4]);
      expect(await revisions({ from: 3n })).toEqual([3, 4]);
      expect(await revisions({ from: 1n, maxCount: 2 })).toEqual([1, 2]);
      expect(await revisions({ from: 9n })).toEqual([]);
      expect(await revisions({ direction: 'backwards', maxCount: 2 })).toEqual([4, 3]);
      expect(await revisions({ direction: 'backwards', from: 1n })).toEqual([1, 0]);
    });

    it('may be left in the middle', async () => {
      const stream = aStream();
      await store.append(
        stream,
        'no_stream',
        Array.from({ length: 500 }, () => anEvent()),
      );
      for await (const event of store.readStream(stream)) if (event.revision === 3n) break;
      expect(await read(stream)).toHaveLength(500);
    });
  });

  describe('the log', () => {
    it('ends at the last event appended', async () => {
      const { position } = await store.append(aStream(), 'no_stream', [anEvent()]);
      expect(await store.headPosition()).toBe(position);
    });

    it('is told from the beginning, in order, then "caught up", then live', async () => {
      const prefix = `theatre-${randomUUID()}`;
      await store.append(`${prefix}-a`, 'no_stream', [anEvent(1), anEvent(2)]);
      await store.append(`other-${randomUUID()}`, 'no_stream', [anEvent()]);
      await store.append(`${prefix}-b`, 'no_stream', [anEvent(3)]);
      let live: Promise<unknown> | null = null;
      const messages = await subscribeUntil(null, { streamPrefixes: [prefix] }, (message) => {
        if (message.kind === 'caught_up') {
          live = store.append(`${prefix}-a`, 1n, [anEvent(4)]);
        }
        return live !== null && message.kind === 'event';
      });
      const told = messages.filter(({ kind }) => kind !== 'checkpoint').map(({ kind }) => kind);
      expect(told).toEqual(['event', 'event', 'event', 'caught_up', 'event']);
      expect(eventsOf(messages).map(({ data }) => data)).toEqual(
        [1, 2, 3, 4].map((seat) => ({ seat })),
      );
      const positions = eventsOf(messages).map(({ position }) => position);
      expect(positions).toEqual([...positions].sort((a, b) => (a < b ? -1 : 1)));
    });

    it('is told by the types of events, too, whatever their streams are called', async () => {
      const [stream, other] = [aStream(), `other-${randomUUID()}`];
      const type = `Rehearsed${randomUUID()}`;
      const rehearsed = (seat: number, suffix = '') => ({ ...anEvent(seat), type: type + suffix });
      const after = await store.headPosition();
      await store.append(stream, 'no_stream', [anEvent(1), rehearsed(2, 'Twice')]);
      await store.append(other, 'no_stream', [rehearsed(3), anEvent(4)]);
      const live: Promise<unknown>[] = [];
      const messages = await subscribeUntil(after, { typePrefixes: [type] }, ({ kind }) => {
        if (kind === 'caught_up') live.push(store.append(other, 1n, [anEvent(5), rehearsed(6)]));
        return live.length > 0 && kind === 'event';
      });
      await Promise.all(live);
      const seats = eventsOf(messages).map(({ data }) => data);
      expect(seats).toEqual([2, 3, 6].map((seat) => ({ seat })));
    });

    it('goes on after a position, which is not told again', async () => {
      const stream = aStream();
      const { position } = await store.append(stream, 'no_stream', [anEvent(1)]);
      await store.append(stream, 0n, [anEvent(2)]);
      const wanted = { streamPrefixes: [stream] };
      const messages = await subscribeUntil(position, wanted, ({ kind }) => kind === 'event');
      expect(eventsOf(messages).map(({ revision }) => revision)).toEqual([1n]);
    });

    it('waits for a reader that is slow, and loses nothing', async () => {
      const stream = aStream();
      const ending = new AbortController();
      const seen: bigint[] = [];
      await store.append(stream, 'no_stream', [anEvent()]);
      for await (const message of store.subscribeToAll({
        after: null,
        streamPrefixes: [stream],
        signal: ending.signal,
      })) {
        if (message.kind !== 'event') continue;
        const { revision } = message.event;
        seen.push(revision);
        if (revision === 299n) ending.abort();
        else if (revision % 100n === 0n) {
          const hundred = Array.from({ length: 100 }, () => anEvent());
          await store.append(stream, revision, hundred.slice(0, revision === 200n ? 99 : 100));
        }
      }
      expect(seen).toEqual(Array.from({ length: 300 }, (_, revision) => BigInt(revision)));
    });

    it('can be left while nothing happens', async () => {
      const ending = new AbortController();
      const following = followLog({
        store,
        catalog: theatreCatalog,
        after: await store.headPosition(),
        streamPrefixes: [aStream()],
        signal: ending.signal,
      });
      for await (const message of following) if (message.kind === 'caught_up') ending.abort();
      expect(ending.signal.aborted).toBe(true);
    });
  });
});
