import { connect, type ClientHttp2Session, type IncomingHttpHeaders } from 'node:http2';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { collect, events, newStream, useStore } from './harness.js';

const store = useStore();
const isEmbedded = process.env['EVENTSTORE_CONTRACT_URL'] === undefined;

const PATHS = [
  '/event_store.client.streams.Streams/Read',
  '/event_store.client.streams.Streams/Append',
  '/event_store.client.streams.Streams/BatchAppend',
  '/event_store.client.streams.Streams/Delete',
  '/event_store.client.streams.Streams/Tombstone',
  '/event_store.client.gossip.Gossip/Read',
  '/event_store.client.server_features.ServerFeatures/GetSupportedMethods',
  '/nothing/at/all',
] as const;

/** A frame whose length is true, except where the lie is the point. */
const body: fc.Arbitrary<Uint8Array> = fc.oneof(
  fc.uint8Array({ maxLength: 80 }),
  fc.uint8Array({ maxLength: 80 }).map((message) => {
    const prefix = Buffer.alloc(5);
    prefix.writeUInt32BE(message.length, 1);
    return Buffer.concat([prefix, message]);
  }),
  fc.constantFrom(
    Buffer.from([1, 0, 0, 0, 1, 0]),
    Buffer.from([0, 0xff, 0xff, 0xff, 0xff]),
    Buffer.from([0, 0, 0, 0, 9, 1]),
  ),
);

(isEmbedded ? describe : describe.skip)('nonsense', () => {
  let session: ClientHttp2Session;

  beforeAll(() => {
    session = connect(`http://${/\/\/([^?/]*)/.exec(store.url)![1]!}`);
  });

  afterAll(() => {
    session.destroy();
  });

  /** Sends a body; → the status the call ended with, or that it was cut by us. */
  async function send(path: string, bytes: Uint8Array, cut: boolean): Promise<string> {
    const stream = session.request({
      ':method': 'POST',
      ':path': path,
      'content-type': 'application/grpc',
      te: 'trailers',
    });
    let status: unknown;
    const note = (headers: IncomingHttpHeaders): void => {
      status ??= headers['grpc-status'];
    };
    stream.on('response', note);
    stream.on('trailers', note);
    stream.on('error', () => undefined);
    stream.resume();
    if (cut) {
      stream.write(bytes);
      stream.destroy();
    } else {
      stream.end(bytes);
    }
    await once(stream, 'close');
    return cut ? 'cut' : String(status);
  }

  it('is answered with a status and harms nobody', async () => {
    const stream = newStream();
    await store.client.appendToStream(stream, events(3));
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...PATHS), body, fc.boolean(), async (path, bytes, cut) => {
        expect(await send(path, bytes, cut)).toMatch(/^(cut|\d+)$/);
      }),
      { numRuns: 300, endOnFailure: true },
    );
    await store.client.appendToStream(stream, events(1), { expectedRevision: 2n });
    expect(await collect(store.client.readStream(stream))).toHaveLength(4);
  });
});
