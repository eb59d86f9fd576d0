import { describe, expect, it } from '@jest/globals';
import {
  NO_STREAM,
  STREAM_EXISTS,
  StreamDeletedError,
  StreamNotFoundError,
  WrongExpectedVersionError,
} from '@eventstore/db-client';
import { collect, events, idsOf, newStream, rejectionOf, useStore } from './harness.js';

const store = useStore();

async function streamOf(count: number): Promise<string> {
  const stream = newStream();
  await store.client.appendToStream(stream, events(count));
  return stream;
}

function read(stream: string): Promise<unknown[]> {
  return collect(store.client.readStream(stream));
}

describe('a soft-deleted stream', () => {
  it('is not found', async () => {
    const stream = await streamOf(4);
    const { position } = await store.client.deleteStream(stream);
    expect(position!.commit).toBeGreaterThan(0n);
    expect(await rejectionOf(read(stream))).toBeInstanceOf(StreamNotFoundError);
  });

  it.each([NO_STREAM, 'any', 3n] as const)(
    'comes back by an append that expects %s, and its revisions go on',
    async (expectedRevision) => {
      const stream = await streamOf(4);
      await store.client.deleteStream(stream);
      const batch = events(3);
      const { nextExpectedRevision, position } = await store.client.appendToStream(stream, batch, {
        expectedRevision,
      });
      expect(nextExpectedRevision).toBe(6n);
      const seen = await collect(store.client.readStream(stream));
      expect(idsOf(seen)).toEqual(batch.map(({ id }) => id));
      expect(seen[0]!.event!.revision).toBe(4n);
      expect(seen[2]!.event!.position).toEqual(position);
    },
  );

  it('does not exist for an append that demands a stream', async () => {
    const stream = await streamOf(1);
    await store.client.deleteStream(stream);
    const error = await rejectionOf(
      store.client.appendToStream(stream, events(1), { expectedRevision: STREAM_EXISTS }),
    );
    expect(error).toBeInstanceOf(StreamDeletedError);
  });

  it('recognises the retry of the append that brought it back', async () => {
    const stream = await streamOf(2);
    await store.client.deleteStream(stream);
    const batch = events(2);
    const options = { expectedRevision: 1n };
    const first = await store.client.appendToStream(stream, batch, options);
    expect(await store.client.appendToStream(stream, batch, options)).toEqual(first);
    expect(await read(stream)).toHaveLength(2);
  });

  it('comes back empty by new metadata, which it keeps', async () => {
    const stream = await streamOf(3);
    await store.client.deleteStream(stream);
    await store.client.setStreamMetadata(stream, { maxCount: 5 });
    expect(await read(stream)).toEqual([]);
    const { metadata } = await store.client.getStreamMetadata(stream);
    expect(metadata).toEqual({ maxCount: 5, truncateBefore: 3 });
  });

  it('can be deleted again after it came back', async () => {
    const stream = await streamOf(1);
    await store.client.deleteStream(stream);
    await store.client.appendToStream(stream, events(1));
    await store.client.deleteStream(stream);
    expect(await rejectionOf(read(stream))).toBeInstanceOf(StreamNotFoundError);
  });
});

describe('a deletion', () => {
  it('demands its revision', async () => {
    const stream = await streamOf(4);
    const error = await rejectionOf(store.client.deleteStream(stream, { expectedRevision: 2n }));
    expect(error).toBeInstanceOf(WrongExpectedVersionError);
    expect(error).toMatchObject({ streamName: stream, expectedVersion: 2n, actualVersion: 3n });
    await store.client.deleteStream(stream, { expectedRevision: 3n });
    expect(await rejectionOf(read(stream))).toBeInstanceOf(StreamNotFoundError);
  });

  it('that expects no stream fails where there is one, and where there never was', async () => {
    for (const stream of [await streamOf(1), newStream()]) {
      const error = await rejectionOf(
        store.client.deleteStream(stream, { expectedRevision: NO_STREAM }),
      );
      expect(error).toBeInstanceOf(WrongExpectedVersionError);
      expect(error).toMatchObject({ streamName: stream });
    }
  });

  it('deletes a stream that has only metadata', async () => {
    const stream = newStream();
    await store.client.setStreamMetadata(stream, { cacheControl: 10 });
    await store.client.deleteStream(stream, { expectedRevision: NO_STREAM });
    const { nextExpectedRevision } = await store.client.appendToStream(stream, events(1), {
      expectedRevision: NO_STREAM,
    });
    expect(nextExpectedRevision).toBe(0n);
    expect(await read(stream)).toHaveLength(1);
  });
});

describe('a tombstoned stream', () => {
  it('is deleted for readers, writers, deleters and its metadata', async () => {
    const stream = await streamOf(2);
    await store.client.tombstoneStream(stream);
    const attempts: (() => Promise<unknown>)[] = [
      () => read(stream),
      () => store.client.appendToStream(stream, events(1), { expectedRevision: NO_STREAM }),
      () => store.client.deleteStream(stream),
      () => store.client.tombstoneStream(stream),
      () => store.client.getStreamMetadata(stream),
      () => collect(store.client.subscribeToStream(stream)),
    ];
    for (const attempt of attempts) {
      expect(await rejectionOf(attempt())).toBeInstanceOf(StreamDeletedError);
    }
  });

  it('names itself in the error', async () => {
    const stream = await streamOf(1);
    await store.client.tombstoneStream(stream);
    expect(await rejectionOf(read(stream))).toMatchObject({ streamName: stream });
  });

  it('need never have existed', async () => {
    const stream = newStream();
    const { position } = await store.client.tombstoneStream(stream, {
      expectedRevision: NO_STREAM,
    });
    expect(position!.commit).toBeGreaterThan(0n);
    expect(await rejectionOf(read(stream))).toBeInstanceOf(StreamDeletedError);
  });

  it('demanded its revision', async () => {
    const stream = await streamOf(4);
    for (const expectedRevision of [2n, NO_STREAM] as const) {
      const error = await rejectionOf(store.client.tombstoneStream(stream, { expectedRevision }));
      expect(error).toBeInstanceOf(WrongExpectedVersionError);
      expect(error).toMatchObject({ streamName: stream });
    }
    await store.client.tombstoneStream(stream, { expectedRevision: 3n });
    expect(await rejectionOf(read(stream))).toBeInstanceOf(StreamDeletedError);
  });

  it('ends the subscriptions to it', async () => {
    const stream = await streamOf(1);
    const ended = collect(
      store.client.subscribeToStream(stream).on('caughtUp', () => {
        void store.client.tombstoneStream(stream);
      }),
    );
    expect(await rejectionOf(ended)).toBeInstanceOf(StreamDeletedError);
  });
});
