import { describe, expect, it } from '@jest/globals';
import { BACKWARDS, END, jsonEvent, NO_STREAM } from '@eventstore/db-client';
import { collect, events, newStream, useStore } from './harness.js';

const store = useStore();

async function revisions(stream: string, backwards = false): Promise<number[]> {
  const read = store.client.readStream(
    stream,
    backwards ? { direction: BACKWARDS, fromRevision: END } : {},
  );
  return (await collect(read)).map(({ event }) => Number(event!.revision));
}

describe('stream metadata', () => {
  it('is empty until it is set', async () => {
    const stream = newStream();
    expect(await store.client.getStreamMetadata(stream)).toEqual({ streamName: stream });
    await store.client.appendToStream(stream, events(1));
    expect(await store.client.getStreamMetadata(stream)).toEqual({ streamName: stream });
  });

  it('is given back as it was set, the last one only', async () => {
    const stream = newStream();
    const metadata = {
      maxAge: 2,
      cacheControl: 15,
      truncateBefore: 1,
      maxCount: 12,
      acl: { readRoles: ['admin'], writeRoles: ['admin'] },
      turkey: '🦃',
    };
    await store.client.setStreamMetadata(stream, { maxCount: 3 });
    await store.client.setStreamMetadata(stream, metadata);
    expect((await store.client.getStreamMetadata(stream)).metadata).toEqual(metadata);
    expect(await collect(store.client.readStream(`$$${stream}`))).toHaveLength(1);
  });

  it('does not make the stream exist', async () => {
    const stream = newStream();
    await store.client.setStreamMetadata(stream, { maxCount: 2 });
    const { nextExpectedRevision } = await store.client.appendToStream(stream, events(1), {
      expectedRevision: NO_STREAM,
    });
    expect(nextExpectedRevision).toBe(0n);
  });

  it('is a system event of the log', async () => {
    const stream = newStream();
    await store.client.setStreamMetadata(stream, { maxCount: 2 });
    const [last] = await collect(
      store.client.readAll({ direction: BACKWARDS, fromPosition: END, maxCount: 1 }),
    );
    expect(last?.event).toMatchObject({ streamId: `$$${stream}`, type: '$metadata', isJson: true });
  });
});

describe('$maxCount', () => {
  it('shows only the last events', async () => {
    const stream = newStream();
    await store.client.setStreamMetadata(stream, { maxCount: 2 });
    await store.client.appendToStream(stream, events(20));
    expect(await revisions(stream)).toEqual([18, 19]);
    expect(await revisions(stream, true)).toEqual([19, 18]);
    await store.client.appendToStream(stream, events(1));
    expect(await revisions(stream)).toEqual([19, 20]);
  });

  it('is lifted by new metadata', async () => {
    const stream = newStream();
    await store.client.appendToStream(stream, events(4));
    await store.client.setStreamMetadata(stream, { maxCount: 1 });
    expect(await revisions(stream)).toEqual([3]);
    await store.client.setStreamMetadata(stream, {});
    expect(await revisions(stream)).toEqual([0, 1, 2, 3]);
  });
});

describe('$tb', () => {
  it('hides everything before it', async () => {
    const stream = newStream();
    await store.client.appendToStream(stream, events(5));
    await store.client.setStreamMetadata(stream, { truncateBefore: 3 });
    expect(await revisions(stream)).toEqual([3, 4]);
    expect(await revisions(stream, true)).toEqual([4, 3]);
  });

  it('beyond the end leaves an empty stream, not a missing one', async () => {
    const stream = newStream();
    await store.client.appendToStream(stream, events(5));
    await store.client.setStreamMetadata(stream, { truncateBefore: 9 });
    expect(await revisions(stream)).toEqual([]);
  });
});

describe('$maxAge', () => {
  it('hides events that are older', async () => {
    const stream = newStream();
    await store.client.appendToStream(stream, events(2));
    await store.client.setStreamMetadata(stream, { maxAge: 1 });
    let seen = await revisions(stream);
    while (seen.length > 0) seen = await revisions(stream);
    expect(seen).toEqual([]);
    await store.client.appendToStream(stream, events(1));
    expect(await revisions(stream)).toEqual([2]);
  });
});

describe('metadata that is nonsense', () => {
  it('hides nothing', async () => {
    const stream = newStream();
    await store.client.appendToStream(stream, events(2));
    const data = { $maxCount: -1, $maxAge: 'old', $tb: null };
    await store.client.appendToStream(`$$${stream}`, jsonEvent({ type: '$metadata', data }));
    expect(await revisions(stream)).toEqual([0, 1]);
    await store.client.appendToStream(
      `$$${stream}`,
      jsonEvent({ type: '$metadata', data: 'not an object' }),
    );
    expect(await revisions(stream)).toEqual([0, 1]);
  });
});
