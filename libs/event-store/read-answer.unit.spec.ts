import { describe, expect, it } from '@jest/globals';
import sharedPb from '@eventstore/db-client/generated/shared_pb.js';
import streamsPb from '@eventstore/db-client/generated/streams_pb.js';
import fc from 'fast-check';
import { createRequire } from 'node:module';
import { readAnswer } from './read-answer.js';
import { caughtUp, checkpoint, event, unresolvedLink } from './scripted-server.fixtures.js';

const { ReadEvent } = streamsPb.ReadResp;
type RecordedMessage = streamsPb.ReadResp.ReadEvent.RecordedEvent;
type Read = ReturnType<typeof readAnswer>;

/** How the client itself makes an event of a message it has decoded. */
const { convertGrpcRecord } = createRequire(import.meta.url)(
  '@eventstore/db-client/dist/utils/convertGrpcEvent.js',
) as {
  readonly convertGrpcRecord: (message: RecordedMessage) => Readonly<Record<string, unknown>>;
};

const encoded = (answer: streamsPb.ReadResp): Buffer => Buffer.from(answer.serializeBinary());

function asTheClientReads(message: Buffer): unknown {
  const recorded = streamsPb.ReadResp.deserializeBinary(message).getEvent()?.getEvent();
  if (recorded === undefined) throw new Error('The message holds no event.');
  const { id, type, streamId, revision, position, created, data, metadata } =
    convertGrpcRecord(recorded);
  return {
    ...{ id, type, revision, data, metadata },
    stream: streamId,
    position: (position as { commit: bigint }).commit,
    recordedAt: created,
  };
}

/** Bytes as an array of numbers, whichever class holds them. */
function comparable(value: unknown): unknown {
  if (value instanceof Uint8Array) return [...value];
  return value;
}

const uint64 = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
const text = fc.string({ unit: 'grapheme', maxLength: 40 });
/** Without backslashes in names: the client mixes up those of several events. */
const json = fc
  .json({ maxDepth: 3 })
  .filter((each) => !each.includes('\\\\'))
  .map((each) => Buffer.from(each));
const anyBytes = fc.uint8Array({ maxLength: 60 }).map((each) => Buffer.from(each));

const recordedEvents = fc
  .record({
    // The client refuses later versions where they come as two halves.
    uuid: fc.uuid({ version: [1, 2, 3, 4, 5] }),
    structured: fc.boolean(),
    stream: text,
    type: text,
    contentType: fc.constantFrom('application/json', 'application/octet-stream'),
    created: fc.integer({ min: 0, max: 4_102_444_800_000 }),
    revision: uint64,
    position: uint64,
    data: fc.oneof(json, anyBytes),
    metadata: fc.oneof(json, anyBytes),
  })
  .map((facts) => {
    const recorded = new ReadEvent.RecordedEvent()
      .setId(uuidMessage(facts.uuid, facts.structured))
      .setStreamIdentifier(new sharedPb.StreamIdentifier().setStreamName(Buffer.from(facts.stream)))
      .setStreamRevision(facts.revision.toString())
      .setCommitPosition(facts.position.toString())
      .setPreparePosition(facts.position.toString())
      .setData(facts.data)
      .setCustomMetadata(facts.metadata);
    recorded
      .getMetadataMap()
      .set('type', facts.type)
      .set('content-type', facts.contentType)
      .set('created', `${facts.created}1234`);
    return recorded;
  });

function uuidMessage(uuid: string, structured: boolean): sharedPb.UUID {
  if (!structured) return new sharedPb.UUID().setString(uuid);
  const hex = uuid.replaceAll('-', '');
  const half = (digits: string) => BigInt.asIntN(64, BigInt(`0x${digits}`)).toString();
  return new sharedPb.UUID().setStructured(
    new sharedPb.UUID.Structured()
      .setMostSignificantBits(half(hex.slice(0, 16)))
      .setLeastSignificantBits(half(hex.slice(16))),
  );
}

describe('an event on the wire', () => {
  it('is what the client makes of it, whatever is in it', () => {
    fc.assert(
      fc.property(recordedEvents, fc.boolean(), (recorded, linked) => {
        const read = new ReadEvent().setEvent(recorded).setCommitPosition('7');
        if (linked) read.setLink(recorded);
        const message = encoded(new streamsPb.ReadResp().setEvent(read));
        const answer = readAnswer(message) as Extract<Read, { kind: 'event' }>;
        const expected = asTheClientReads(message) as Record<string, unknown>;
        expect(answer.kind).toBe('event');
        // Twice: what was parsed once stays as it is.
        for (const name of [...Object.keys(expected), 'data', 'metadata']) {
          const read = comparable(answer.event[name as keyof typeof answer.event]);
          expect(read).toEqual(comparable(expected[name]));
        }
        expect(Object.keys(expected)).toEqual(expect.arrayContaining(Object.keys(answer.event)));
      }),
    );
  });

  it('keeps the names of its fields, whatever those of others were', () => {
    const [, own] = ['{"first":1,"\\\\":2}', '{"first":1,"\\"":2}'].map((data) => {
      const recorded = new ReadEvent.RecordedEvent().setData(Buffer.from(data));
      recorded.getMetadataMap().set('content-type', 'application/json');
      const read = new streamsPb.ReadResp().setEvent(new ReadEvent().setEvent(recorded));
      return (readAnswer(encoded(read)) as Extract<Read, { kind: 'event' }>).event.data;
    });
    expect(own).toEqual({ first: 1, '"': 2 });
  });

  it('may have fields nobody knows yet, of every kind', () => {
    const unknown = Buffer.from('f80601f106000000000000000082070161fd0600000000', 'hex');
    const message = Buffer.concat([encoded(event(9n)), unknown]);
    expect(readAnswer(message)).toEqual(readAnswer(encoded(event(9n))));
    expect(readAnswer(message)).toMatchObject({ kind: 'event', event: { position: 9n } });
  });
});

describe('an answer on the wire', () => {
  it('may be a checkpoint, of any position there can be', () => {
    fc.assert(
      fc.property(uint64, (position) => {
        expect(readAnswer(encoded(checkpoint(position)))).toEqual({
          kind: 'checkpoint',
          position,
        });
      }),
    );
  });

  it('may say that the end was reached', () => {
    expect(readAnswer(encoded(caughtUp()))).toEqual({ kind: 'caught_up' });
  });

  it('is of no use if it is a link whose event is gone, or concerns only the call', () => {
    const confirmation = new streamsPb.ReadResp.SubscriptionConfirmation().setSubscriptionId('s');
    const missing = new streamsPb.ReadResp.StreamNotFound();
    for (const answer of [
      unresolvedLink(3n),
      new streamsPb.ReadResp().setConfirmation(confirmation),
      new streamsPb.ReadResp().setStreamNotFound(missing),
      new streamsPb.ReadResp().setLastStreamPosition('3'),
    ]) {
      expect(readAnswer(encoded(answer))).toEqual({ kind: 'other' });
    }
  });

  it('of arbitrary bytes is read or refused, and never runs on for ever', () => {
    fc.assert(
      fc.property(anyBytes, (bytes) => {
        try {
          readAnswer(bytes);
        } catch (error) {
          expect(String(error)).toContain('cannot be read');
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it('is refused when a field is not of the kind it should be', () => {
    expect(() => readAnswer(Buffer.from('1a050d00000000', 'hex'))).toThrow('a number was expected');
    expect(() => readAnswer(Buffer.from('1801', 'hex'))).toThrow(
      'a text or a message was expected',
    );
  });

  it('that is cut short is refused', () => {
    const message = encoded(event(5n));
    expect(() => readAnswer(message.subarray(0, -1))).toThrow('ends within');
    expect(() => readAnswer(Buffer.from('1a0208ff', 'hex'))).toThrow('ends within a number');
    expect(() => readAnswer(Buffer.from('1a0c08ffffffffffffffffffff01', 'hex'))).toThrow(
      'longer than ten bytes',
    );
  });
});
