import { beforeAll, describe, expect, it } from '@jest/globals';
import {
  BACKWARDS,
  binaryEvent,
  END,
  START,
  StreamNotFoundError,
  type AppendResult,
  type JSONEventData,
} from '@eventstore/db-client';
import { collect, events, idsOf, newStream, rejectionOf, useStore } from './harness.js';

const store = useStore();

function ids(of: readonly JSONEventData[]): string[] {
  return of.map(({ id }) => id);
}

describe('a stream', () => {
  const stream = newStream();
  const batch = events(10);

  beforeAll(async () => {
    await store.client.appendToStream(stream, batch);
    await store.client.appendToStream(newStream(), events(3));
  });

  it('is read forwards from its start', async () => {
    const read = await collect(store.client.readStream(stream));
    expect(idsOf(read)).toEqual(ids(batch));
    expect(read.map(({ event }) => event!.revision)).toEqual(
      batch.map((_, index) => BigInt(index)),
    );
  });

  it('is read forwards from a revision on', async () => {
    const read = await collect(store.client.readStream(stream, { fromRevision: 4n, maxCount: 3 }));
    expect(idsOf(read)).toEqual(ids(batch.slice(4, 7)));
  });

  it('is read backwards from its end', async () => {
    const read = await collect(
      store.client.readStream(stream, { direction: BACKWARDS, fromRevision: END }),
    );
    expect(idsOf(read)).toEqual(ids(batch).reverse());
  });

  it('is read backwards from a revision on', async () => {
    const read = await collect(
      store.client.readStream(stream, { direction: BACKWARDS, fromRevision: 4n, maxCount: 3 }),
    );
    expect(idsOf(read)).toEqual(ids(batch.slice(2, 5)).reverse());
  });

  it('has one event backwards from its start', async () => {
    const read = await collect(
      store.client.readStream(stream, { direction: BACKWARDS, fromRevision: START }),
    );
    expect(idsOf(read)).toEqual([batch[0]!.id]);
  });

  it('has nothing behind its end', async () => {
    for (const fromRevision of [END, 10n, 2n ** 64n - 1n] as const) {
      expect(await collect(store.client.readStream(stream, { fromRevision }))).toEqual([]);
    }
  });

  it('is read whole backwards from far behind its end', async () => {
    const read = await collect(
      store.client.readStream(stream, { direction: BACKWARDS, fromRevision: 2n ** 64n - 1n }),
    );
    expect(read).toHaveLength(10);
  });

  it('that does not exist is not found', async () => {
    const missing = newStream();
    const error = await rejectionOf(collect(store.client.readStream(missing)));
    expect(error).toBeInstanceOf(StreamNotFoundError);
    expect(error).toMatchObject({ streamName: missing });
  });

  it('of many pages is read whole in both directions', async () => {
    const long = newStream();
    const many = Array.from({ length: 12 }, () => events(300));
    for (const part of many) await store.client.appendToStream(long, part);
    const forwards = await collect(store.client.readStream(long));
    expect(idsOf(forwards)).toEqual(ids(many.flat()));
    const backwards = await collect(
      store.client.readStream(long, { direction: BACKWARDS, fromRevision: END, maxCount: 2_500 }),
    );
    expect(idsOf(backwards)).toEqual(ids(many.flat()).reverse().slice(0, 2_500));
  });

  it('can be left in the middle of a read', async () => {
    for await (const { event } of store.client.readStream(stream)) {
      if (event!.revision === 2n) break;
    }
    expect(await collect(store.client.readStream(stream, { maxCount: 1 }))).toHaveLength(1);
  });

  it('shows an event as soon as its append is answered', async () => {
    const fresh = newStream();
    for (const [index, event] of events(50).entries()) {
      await store.client.appendToStream(fresh, event);
      const [last] = await collect(
        store.client.readStream(fresh, { direction: BACKWARDS, fromRevision: END, maxCount: 1 }),
      );
      expect(last?.event?.revision).toBe(BigInt(index));
    }
  });
});

describe('a link', () => {
  const target = newStream();
  const links = newStream();
  const batch = events(3);

  beforeAll(async () => {
    await store.client.appendToStream(target, batch);
    await store.client.appendToStream(
      links,
      [`1@${target}`, `7@${target}`, `0@${newStream()}`, 'nonsense'].map((text) =>
        binaryEvent({ type: '$>', data: Buffer.from(text) }),
      ),
    );
  });

  it('is an event of its own unless it is to be followed', async () => {
    const [read] = await collect(store.client.readStream(links, { maxCount: 1 }));
    expect(read?.event?.type).toBe('$>');
    expect(read?.link).toBeUndefined();
  });

  it('comes with the event it points at', async () => {
    const [read] = await collect(
      store.client.readStream(links, { maxCount: 1, resolveLinkTos: true }),
    );
    expect(read?.event).toMatchObject({ id: batch[1]!.id, streamId: target, revision: 1n });
    expect(read?.link).toMatchObject({ type: '$>', streamId: links, revision: 0n });
  });

  it('that points at nothing comes alone', async () => {
    const read = await collect(
      store.client.readStream(links, { fromRevision: 1n, resolveLinkTos: true }),
    );
    expect(read.map(({ event, link }) => [event, link?.type])).toEqual([
      [undefined, '$>'],
      [undefined, '$>'],
      [undefined, '$>'],
    ]);
  });

  it('to a deleted stream comes alone', async () => {
    const gone = newStream();
    const link = newStream();
    await store.client.appendToStream(gone, events(1));
    await store.client.appendToStream(
      link,
      binaryEvent({ type: '$>', data: Buffer.from(`0@${gone}`) }),
    );
    await store.client.deleteStream(gone);
    const [read] = await collect(store.client.readStream(link, { resolveLinkTos: true }));
    expect(read?.event).toBeUndefined();
    expect(read?.link?.type).toBe('$>');
  });

  it('is followed in $all and in subscriptions', async () => {
    const [plain] = await collect(store.client.readStream(links, { maxCount: 1 }));
    const position = plain!.event!.position!;
    const [read] = await collect(
      store.client.readAll({ fromPosition: position, maxCount: 1, resolveLinkTos: true }),
    );
    expect(read?.event?.id).toBe(batch[1]!.id);
    for await (const { event, link } of store.client.subscribeToStream(links, {
      resolveLinkTos: true,
    })) {
      expect([event?.id, link?.revision]).toEqual([batch[1]!.id, 0n]);
      break;
    }
  });
});

describe('$all', () => {
  const first = newStream();
  const second = newStream();
  const batches = [events(4), events(4), events(4)] as const;
  const appended: AppendResult[] = [];

  beforeAll(async () => {
    for (const [index, stream] of [first, second, first].entries()) {
      appended.push(await store.client.appendToStream(stream, batches[index]!));
    }
  });

  it('has all events in the order they were committed', async () => {
    const read = await collect(store.client.readAll());
    const own = read.filter(({ event }) => [first, second].includes(event!.streamId));
    expect(idsOf(own)).toEqual(ids(batches.flat()));
    const positions = read.map(({ event }) => event!.position.commit);
    expect(positions).toEqual([...positions].sort((a, b) => (a < b ? -1 : 1)));
    expect(new Set(positions).size).toBe(positions.length);
  });

  it('begins with system events', async () => {
    const [read] = await collect(store.client.readAll({ maxCount: 1 }));
    expect(read?.event?.streamId.startsWith('$')).toBe(true);
  });

  it('is read forwards from a position on, that event included', async () => {
    const read = await collect(
      store.client.readAll({ fromPosition: appended[0]!.position!, maxCount: 3 }),
    );
    expect(idsOf(read)).toEqual([batches[0][3]!.id, ...ids(batches[1]).slice(0, 2)]);
  });

  it('is read backwards from a position on, that event left out', async () => {
    const read = await collect(
      store.client.readAll({
        direction: BACKWARDS,
        fromPosition: appended[1]!.position!,
        maxCount: 4,
      }),
    );
    expect(idsOf(read)).toEqual([...ids(batches[1]).slice(0, 3).reverse(), batches[0][3]!.id]);
  });

  it('is read backwards from its end', async () => {
    const read = await collect(
      store.client.readAll({ direction: BACKWARDS, fromPosition: END, maxCount: 4 }),
    );
    expect(idsOf(read)).toEqual(ids(batches[2]).reverse());
  });

  it('has nothing behind its end', async () => {
    const fromPosition = { commit: 2n ** 63n - 1n, prepare: 2n ** 63n - 1n };
    expect(await collect(store.client.readAll({ fromPosition: END }))).toEqual([]);
    if (process.env['EVENTSTORE_CONTRACT_URL'] === undefined) {
      expect(await collect(store.client.readAll({ fromPosition }))).toEqual([]);
    }
  });

  it('has the events of deleted streams and what deleted them', async () => {
    const stream = newStream();
    const batch = events(2);
    await store.client.appendToStream(stream, batch);
    await store.client.deleteStream(stream);
    await store.client.tombstoneStream(stream);
    const read = await collect(
      store.client.readAll({ direction: BACKWARDS, fromPosition: END, maxCount: 4 }),
    );
    expect(read.map(({ event }) => [event!.streamId, event!.type])).toEqual([
      [stream, '$streamDeleted'],
      [`$$${stream}`, '$metadata'],
      [stream, 'Numbered'],
      [stream, 'Numbered'],
    ]);
    expect(read[0]!.event!.revision).toBe(2n ** 63n - 1n);
  });
});
