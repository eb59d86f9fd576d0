import { createRequire } from 'node:module';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ProtoWriter } from '../wire/proto-writer.js';
import { encodeStoredEvent, StoredEvent, TOMBSTONE_REVISION } from './stored-event.js';

/** The client's own decoder: what it reads is what counts. */
const { ReadResp } = createRequire(import.meta.url)(
  '@eventstore/db-client/generated/streams_pb',
) as {
  ReadResp: { deserializeBinary(bytes: Uint8Array): { toObject(): { event?: ReadEventObject } } };
};

interface ReadEventObject {
  commitPosition: string;
  event: {
    id: { string: string };
    streamIdentifier: { streamName: string };
    streamRevision: string;
    preparePosition: string;
    commitPosition: string;
    metadataMap: [string, string][];
    customMetadata: string;
    data: string;
  };
}

const MILLISECONDS_MAX = 4_102_444_800_000;

const arbitraryEvent = fc.record({
  id: fc.uuid(),
  type: fc.string({ unit: 'grapheme', maxLength: 200 }),
  isJson: fc.boolean(),
  data: fc.uint8Array({ maxLength: 600 }),
  metadata: fc.uint8Array({ maxLength: 300 }),
});
const arbitraryPlace = fc.record({
  stream: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 200 }),
  revision: fc.oneof(fc.nat(), fc.maxSafeNat()),
  position: fc.oneof(fc.nat(), fc.maxSafeNat()),
  createdAt: fc.nat(MILLISECONDS_MAX),
});

function decodeFrame(frame: Buffer): ReadEventObject {
  expect(frame[0]).toBe(0);
  expect(frame.readUInt32BE(1)).toBe(frame.length - 5);
  return ReadResp.deserializeBinary(frame.subarray(5)).toObject().event!;
}

describe('a stored event', () => {
  it('is read by the client as what was appended', () => {
    fc.assert(
      fc.property(arbitraryEvent, arbitraryPlace, fc.nat(3), (event, place, before) => {
        const writer = new ProtoWriter(16);
        writer.rawBytes(Buffer.alloc(before));
        encodeStoredEvent(writer, event, place);
        const stored = new StoredEvent(place.position, Buffer.from(writer.written(before)));
        const read = decodeFrame(stored.frame);
        expect(read.commitPosition).toBe(String(place.position));
        expect(read.event).toEqual({
          id: { string: event.id },
          streamIdentifier: { streamName: Buffer.from(place.stream).toString('base64') },
          streamRevision: String(place.revision),
          preparePosition: String(place.position),
          commitPosition: String(place.position),
          metadataMap: [
            ['content-type', event.isJson ? 'application/json' : 'application/octet-stream'],
            ['created', `${place.createdAt}0000`],
            ['type', event.type],
          ],
          customMetadata: Buffer.from(event.metadata).toString('base64'),
          data: Buffer.from(event.data).toString('base64'),
        });
      }),
    );
  });

  it('gives its parts without being decoded', () => {
    fc.assert(
      fc.property(arbitraryEvent, arbitraryPlace, (event, place) => {
        const writer = new ProtoWriter();
        encodeStoredEvent(writer, event, place);
        const stored = new StoredEvent(place.position, writer.written());
        const { id, stream, type, createdAt } = stored;
        expect({ id, stream, type, createdAt }).toEqual({
          id: event.id,
          stream: place.stream,
          type: event.type,
          createdAt: place.createdAt,
        });
        expect(Buffer.compare(stored.data(), event.data)).toBe(0);
        expect(stored.streamStartsWith(Buffer.from(place.stream))).toBe(true);
        expect(stored.streamStartsWith(Buffer.from(`${place.stream}x`))).toBe(false);
        expect(stored.typeStartsWith(Buffer.from(event.type.slice(0, 0)))).toBe(true);
      }),
    );
  });

  it('of a tombstone has the highest revision there is', () => {
    const writer = new ProtoWriter();
    const event = { id: 'a'.repeat(36), type: '$streamDeleted', isJson: false };
    const nothing = { data: Buffer.alloc(0), metadata: Buffer.alloc(0) };
    encodeStoredEvent(
      writer,
      { ...event, ...nothing },
      { stream: 's', revision: TOMBSTONE_REVISION, position: 1, createdAt: 0 },
    );
    const read = decodeFrame(new StoredEvent(1, writer.written()).frame);
    expect(read.event.streamRevision).toBe('9223372036854775807');
  });

  it('knows whether it is a link', () => {
    for (const type of ['$>', '$@', '$>x']) {
      const writer = new ProtoWriter();
      const nothing = { isJson: false, data: Buffer.alloc(0), metadata: Buffer.alloc(0) };
      encodeStoredEvent(
        writer,
        { id: 'a'.repeat(36), type, ...nothing },
        { stream: 's', revision: 0, position: 1, createdAt: 0 },
      );
      expect(new StoredEvent(1, writer.written()).isLink).toBe(type === '$>');
    }
  });
});
