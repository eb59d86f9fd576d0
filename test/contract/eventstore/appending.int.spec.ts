import { describe, expect, it } from '@jest/globals';
import {
  AccessDeniedError,
  ANY,
  binaryEvent,
  DeadlineExceededError,
  jsonEvent,
  MaxAppendSizeExceededError,
  NO_STREAM,
  STREAM_EXISTS,
  StreamDeletedError,
  WrongExpectedVersionError,
  type AppendToStreamOptions,
} from '@eventstore/db-client';
import { collect, events, idsOf, newStream, rejectionOf, useStore } from './harness.js';

const store = useStore();

/** Per-call credentials make the client use the older call, one append at a time. */
const WAYS: [string, AppendToStreamOptions][] = [
  ['in batches', {}],
  ['one by one', { credentials: { username: 'admin', password: 'changeit' } }],
];

describe.each(WAYS)('an append %s', (_way, options) => {
  it('gives the revision and the position of its last event', async () => {
    const stream = newStream();
    const first = await store.client.appendToStream(stream, events(3), options);
    const second = await store.client.appendToStream(stream, events(2), options);
    expect(first.nextExpectedRevision).toBe(2n);
    expect(second.nextExpectedRevision).toBe(4n);
    const [last] = await collect(
      store.client.readStream(stream, { direction: 'backwards', fromRevision: 'end', maxCount: 1 }),
    );
    expect(last?.event?.position).toEqual(second.position);
    expect(second.position!.commit).toBeGreaterThan(first.position!.commit);
  });

  it('keeps data, metadata, type, id and the order of events', async () => {
    const stream = newStream();
    const json = jsonEvent({
      type: 'ÄnderungGemeldet',
      data: { text: 'CC ‐ 1830 😾', nested: [1, null, { a: true }] },
      metadata: { who: 'somebody' },
    });
    const binary = binaryEvent({
      type: 'Binary',
      data: Buffer.from([0, 1, 254, 255]),
      metadata: Uint8Array.from(Buffer.from('not json')),
    });
    const bare = jsonEvent({ type: 'Bare', data: 'only a string' });
    const before = Date.now();
    await store.client.appendToStream(stream, [json, binary, bare], options);
    const read = (await collect(store.client.readStream(stream))).map(({ event }) => event!);
    expect(read.map(({ id, type, isJson }) => ({ id, type, isJson }))).toEqual([
      { id: json.id, type: 'ÄnderungGemeldet', isJson: true },
      { id: binary.id, type: 'Binary', isJson: false },
      { id: bare.id, type: 'Bare', isJson: true },
    ]);
    expect(read[0]).toMatchObject({ data: json.data, metadata: json.metadata, streamId: stream });
    expect(Buffer.from(read[1]!.data as Uint8Array)).toEqual(Buffer.from([0, 1, 254, 255]));
    expect(Buffer.from(read[1]!.metadata as unknown as Uint8Array).toString()).toBe('not json');
    expect(read[2]).toMatchObject({ data: 'only a string' });
    expect(read[2]!.metadata).toBeUndefined();
    expect(Math.abs(read[0]!.created.getTime() - before)).toBeLessThan(60_000);
  });

  it('to a new stream demands that there is none', async () => {
    const stream = newStream();
    await store.client.appendToStream(stream, events(2), {
      ...options,
      expectedRevision: NO_STREAM,
    });
    const error = await rejectionOf(
      store.client.appendToStream(stream, events(1), { ...options, expectedRevision: NO_STREAM }),
    );
    expect(error).toBeInstanceOf(WrongExpectedVersionError);
    expect(error).toMatchObject({
      streamName: stream,
      expectedVersion: NO_STREAM,
      actualVersion: 1n,
    });
  });

  it('at an exact revision demands exactly that one', async () => {
    const stream = newStream();
    const { nextExpectedRevision } = await store.client.appendToStream(stream, events(2), options);
    await store.client.appendToStream(stream, events(1), {
      ...options,
      expectedRevision: nextExpectedRevision,
    });
    for (const expectedRevision of [0n, 1n, 3n, 7n]) {
      const error = await rejectionOf(
        store.client.appendToStream(stream, events(1), { ...options, expectedRevision }),
      );
      expect(error).toBeInstanceOf(WrongExpectedVersionError);
      expect(error).toMatchObject({ expectedVersion: expectedRevision, actualVersion: 2n });
    }
  });

  it('at an exact revision of no stream is a conflict with no stream', async () => {
    const stream = newStream();
    const error = await rejectionOf(
      store.client.appendToStream(stream, events(1), { ...options, expectedRevision: 1n }),
    );
    expect(error).toMatchObject({ expectedVersion: 1n, actualVersion: NO_STREAM });
  });

  it('to an existing stream demands that there is one', async () => {
    const stream = newStream();
    const error = await rejectionOf(
      store.client.appendToStream(stream, events(1), {
        ...options,
        expectedRevision: STREAM_EXISTS,
      }),
    );
    expect(error).toBeInstanceOf(WrongExpectedVersionError);
    expect(error).toMatchObject({ expectedVersion: STREAM_EXISTS, actualVersion: NO_STREAM });
    await store.client.appendToStream(stream, events(1), options);
    const { nextExpectedRevision } = await store.client.appendToStream(stream, events(1), {
      ...options,
      expectedRevision: STREAM_EXISTS,
    });
    expect(nextExpectedRevision).toBe(1n);
  });

  it('that is repeated at its revision succeeds and writes nothing', async () => {
    const stream = newStream();
    const batch = events(3);
    const first = await store.client.appendToStream(stream, batch, {
      ...options,
      expectedRevision: NO_STREAM,
    });
    const again = await store.client.appendToStream(stream, batch, {
      ...options,
      expectedRevision: NO_STREAM,
    });
    expect(again).toEqual(first);
    expect(await collect(store.client.readStream(stream))).toHaveLength(3);
  });

  it('that repeats only the first of its events succeeds', async () => {
    const stream = newStream();
    const batch = events(3);
    await store.client.appendToStream(stream, batch, { ...options, expectedRevision: NO_STREAM });
    const again = await store.client.appendToStream(stream, batch.slice(0, 2), {
      ...options,
      expectedRevision: NO_STREAM,
    });
    expect(again.nextExpectedRevision).toBe(1n);
  });

  it('that repeats its first events with another tail is a conflict', async () => {
    const stream = newStream();
    const batch = events(3);
    await store.client.appendToStream(stream, batch, { ...options, expectedRevision: NO_STREAM });
    for (const tail of [
      [batch[0]!, ...events(2)],
      [...batch, ...events(1)],
    ]) {
      const error = await rejectionOf(
        store.client.appendToStream(stream, tail, { ...options, expectedRevision: NO_STREAM }),
      );
      expect(error).toBeInstanceOf(WrongExpectedVersionError);
    }
    expect(idsOf(await collect(store.client.readStream(stream)))).toEqual(
      batch.map(({ id }) => id),
    );
  });

  it('that is repeated soon succeeds without a revision too', async () => {
    const stream = newStream();
    const batch = events(2);
    for (const expectedRevision of [ANY, ANY, STREAM_EXISTS] as const) {
      const { nextExpectedRevision } = await store.client.appendToStream(stream, batch, {
        ...options,
        expectedRevision,
      });
      expect(nextExpectedRevision).toBe(1n);
    }
    expect(await collect(store.client.readStream(stream))).toHaveLength(2);
  });

  it('with an id of another stream is an append like any other', async () => {
    const batch = events(1);
    await store.client.appendToStream(newStream(), batch, options);
    const stream = newStream();
    await store.client.appendToStream(stream, batch, options);
    expect(await collect(store.client.readStream(stream))).toHaveLength(1);
  });

  it('without events succeeds where its expectation holds and writes nothing', async () => {
    const stream = newStream();
    const first = await store.client.appendToStream(stream, [], options);
    expect(first.success).toBe(true);
    await store.client.appendToStream(stream, events(2), options);
    const second = await store.client.appendToStream(stream, [], {
      ...options,
      expectedRevision: 1n,
    });
    expect(second).toMatchObject({ success: true, nextExpectedRevision: 1n });
    const error = await rejectionOf(
      store.client.appendToStream(stream, [], { ...options, expectedRevision: 0n }),
    );
    expect(error).toBeInstanceOf(WrongExpectedVersionError);
    expect(await collect(store.client.readStream(stream))).toHaveLength(2);
  });

  it('takes a single event of nearly 1 MiB and gives it back whole', async () => {
    const stream = newStream();
    const data = Buffer.alloc(1024 * 1024 - 100, 7);
    await store.client.appendToStream(stream, binaryEvent({ type: 'Big', data }), options);
    const [read] = await collect(store.client.readStream(stream));
    expect(Buffer.from(read!.event!.data as Uint8Array).equals(data)).toBe(true);
  });

  it('of more than 1 MiB is refused whole, with the limit', async () => {
    const stream = newStream();
    const tooMany = events(5).map(() =>
      binaryEvent({ type: 'Big', data: Buffer.alloc(300 * 1024) }),
    );
    const error = await rejectionOf(store.client.appendToStream(stream, tooMany, options));
    expect(error).toBeInstanceOf(MaxAppendSizeExceededError);
    expect(error).toMatchObject({ maxAppendSize: 1024 * 1024 });
    const { success } = await store.client.appendToStream(stream, events(1), {
      ...options,
      expectedRevision: NO_STREAM,
    });
    expect(success).toBe(true);
  });

  it('to a tombstoned stream says that it is deleted', async () => {
    const stream = newStream();
    await store.client.appendToStream(stream, events(1), options);
    await store.client.tombstoneStream(stream);
    const error = await rejectionOf(store.client.appendToStream(stream, events(1), options));
    expect(error).toBeInstanceOf(StreamDeletedError);
    expect(error).toMatchObject({ streamName: stream });
  });

  it('to $all is denied', async () => {
    const error = await rejectionOf(store.client.appendToStream('$all', events(1), options));
    expect(error).toBeInstanceOf(AccessDeniedError);
  });

  it('that is too late is not done', async () => {
    const stream = newStream();
    const error = await rejectionOf(
      store.client.appendToStream(stream, events(30_000), { ...options, deadline: 1 }),
    );
    expect(error).toBeInstanceOf(DeadlineExceededError);
  });
});

describe('appends', () => {
  it('in parts arrive as one', async () => {
    const stream = newStream();
    const batch = events(3_000);
    const { nextExpectedRevision } = await store.client.appendToStream(stream, batch, {
      batchAppendSize: 1024,
    });
    expect(nextExpectedRevision).toBe(2_999n);
    expect(idsOf(await collect(store.client.readStream(stream)))).toEqual(
      batch.map(({ id }) => id),
    );
  });

  it('of which thousands are sent at once are all done, once each', async () => {
    const stream = newStream();
    const value = 'A'.repeat(904);
    const results = await Promise.all(
      Array.from({ length: 4_000 }, () =>
        store.client.appendToStream(stream, jsonEvent({ type: 'Flood', data: { value } })),
      ),
    );
    const revisions = results.map(({ nextExpectedRevision }) => Number(nextExpectedRevision));
    expect(revisions.sort((a, b) => a - b)).toEqual(revisions.map((_, index) => index));
    expect(await collect(store.client.readStream(stream))).toHaveLength(4_000);
  });

  it('that race for one revision have one winner', async () => {
    const stream = newStream();
    const outcomes = await Promise.allSettled(
      Array.from({ length: 50 }, () =>
        store.client.appendToStream(stream, events(2), { expectedRevision: NO_STREAM }),
      ),
    );
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await collect(store.client.readStream(stream))).toHaveLength(2);
  });

  it('go on after the client gave its streams up', async () => {
    const stream = newStream();
    await store.client.appendToStream(stream, events(1));
    await store.client.dispose();
    const { nextExpectedRevision } = await store.client.appendToStream(stream, events(1));
    expect(nextExpectedRevision).toBe(1n);
  });
});
