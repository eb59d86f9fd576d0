import { describe, expect, it } from '@jest/globals';
import sharedPb from '@eventstore/db-client/generated/shared_pb.js';
import statusPb from '@eventstore/db-client/generated/status_pb.js';
import streamsPb from '@eventstore/db-client/generated/streams_pb.js';
import fc from 'fast-check';
import { appendRequest, correlation, readAnswer } from './append-messages.js';
import { type FailureKind, type StoreFailure } from './errors.js';
import { type NewEvent } from './port.js';
import { Any, Empty } from './scripted-server.fixtures.js';
import { anEvent } from './theatre.fixtures.js';

const { BatchAppendReq, BatchAppendResp } = streamsPb;
const Case = BatchAppendReq.Options.ExpectedStreamPositionCase;

const someText = fc.string({ unit: 'grapheme', minLength: 1 });
const someNumber = fc.maxSafeNat();
const someEvent: fc.Arbitrary<NewEvent> = fc
  .record({ id: fc.uuid(), type: someText, data: fc.dictionary(someText, fc.jsonValue()) })
  .map((event) => anEvent(0, event));

describe('a request to append', () => {
  it('says to the generated messages what it was made of', () => {
    fc.assert(
      fc.property(
        someText,
        fc.option(someNumber),
        fc.array(someEvent, { minLength: 1, maxLength: 5 }),
        fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
        (stream, revision, events, correlationId) => {
          const expected = revision === null ? 'no_stream' : BigInt(revision);
          const request = appendRequest(stream, expected, events);
          const read = BatchAppendReq.deserializeBinary(
            Buffer.concat([correlation(correlationId), request]),
          );
          const structured = read.getCorrelationId()?.getStructured();
          expect(structured?.getLeastSignificantBits()).toBe(String(correlationId));
          expect(structured?.getMostSignificantBits()).toBe('0');
          const options = read.getOptions();
          const name = options?.getStreamIdentifier()?.getStreamName_asU8() ?? [];
          expect(Buffer.from(name).toString()).toBe(stream);
          const demanded = revision === null ? Case.NO_STREAM : Case.STREAM_POSITION;
          expect(options?.getExpectedStreamPositionCase()).toBe(demanded);
          if (revision !== null) expect(options?.getStreamPosition()).toBe(String(revision));
          expect(options?.getDeadline()?.toDate()).toEqual(new Date('9999-12-31T23:59:59Z'));
          expect(read.getIsFinal()).toBe(true);
          expect(read.getProposedMessagesList().map(proposed)).toEqual(
            events.map(({ id, type, data, metadata }) => [
              id,
              [
                ['content-type', 'application/json'],
                ['type', type],
              ],
              JSON.stringify(data),
              JSON.stringify(metadata),
            ]),
          );
        },
      ),
    );
  });

  it('is byte for byte what the generated messages make of it', () => {
    fc.assert(
      fc.property(someText, someNumber, someEvent, (stream, revision, event) => {
        const request = appendRequest(stream, BigInt(revision), [event]);
        const generated = BatchAppendReq.deserializeBinary(request).serializeBinary();
        expect(Buffer.compare(request, generated)).toBe(0);
      }),
    );
  });

  it('may be as large as a server takes, and no larger', () => {
    const ofBytes = (bytes: number): NewEvent[] => {
      const [a, b] = [anEvent(), anEvent()];
      const used = Buffer.byteLength(
        JSON.stringify([{ filler: '' }, a.metadata, b.data, b.metadata]),
      );
      const punctuation = 5;
      return [{ ...a, data: { filler: 'x'.repeat(bytes - used + punctuation) } }, b];
    };
    expect(appendRequest('theatre-1', 0n, ofBytes(1024 * 1024)).length).toBeGreaterThan(
      1024 * 1024,
    );
    expect(() => appendRequest('theatre-1', 0n, ofBytes(1024 * 1024 + 1))).toThrow(
      expect.objectContaining({ code: 'event_too_large' }),
    );
  });
});

function proposed(message: streamsPb.BatchAppendReq.ProposedMessage): unknown[] {
  const text = (bytes: Uint8Array) => Buffer.from(bytes).toString();
  return [
    message.getId()?.getString(),
    message.getMetadataMap().toArray(),
    text(message.getData_asU8()),
    text(message.getCustomMetadata_asU8()),
  ];
}

describe('the answer to an append', () => {
  const answer = () =>
    new BatchAppendResp().setStreamIdentifier(
      new sharedPb.StreamIdentifier().setStreamName(Buffer.from('theatre-1')),
    );
  const read = (message: streamsPb.BatchAppendResp) =>
    readAnswer(Buffer.from(message.serializeBinary()));

  it('tells whose it is, in either form of a UUID, and where the events are', () => {
    fc.assert(
      fc.property(someNumber, someNumber, someNumber, fc.boolean(), (id, revision, at, asText) => {
        const hex = id.toString(16).padStart(16, '0');
        const uuid = asText
          ? new sharedPb.UUID().setString(`00000000-0000-0000-${hex.slice(0, 4)}-${hex.slice(4)}`)
          : new sharedPb.UUID().setStructured(
              new sharedPb.UUID.Structured()
                .setMostSignificantBits('0')
                .setLeastSignificantBits(String(id)),
            );
        const position = new sharedPb.AllStreamPosition()
          .setCommitPosition(String(at))
          .setPreparePosition(String(at));
        const success = new BatchAppendResp.Success()
          .setCurrentRevision(String(revision))
          .setPosition(position);
        expect(read(answer().setCorrelationId(uuid).setSuccess(success))).toEqual({
          correlationId: id,
          outcome: { revision: BigInt(revision), position: BigInt(at) },
        });
      }),
    );
  });

  const refused = (name: string, details: Uint8Array = new Uint8Array()): StoreFailure => {
    const any = new Any();
    any.pack(details, `event_store.client.${name}`);
    const status = new statusPb.Status().setMessage('no').setDetails(any);
    return read(answer().setError(status)).outcome as StoreFailure;
  };

  it.each<[string, FailureKind]>([
    ['StreamDeleted', 'stream_deleted'],
    ['MaximumAppendSizeExceeded', 'too_large'],
    ['AccessDenied', 'refused'],
    ['Timeout', 'connection'],
    ['Unknown', 'connection'],
  ])('of kind %s is a failure of kind %s', (name, kind) => {
    expect(refused(name)).toMatchObject({
      kind,
      message: `The event store answered no (${name}).`,
    });
  });

  it('that refuses says where the stream is instead, if there is one', () => {
    const conflict = new sharedPb.WrongExpectedVersion();
    const at = conflict.setCurrentStreamRevision('7').serializeBinary();
    expect(refused('WrongExpectedVersion', at)).toMatchObject({
      kind: 'conflict',
      actualRevision: 7n,
    });
    const nowhere = new sharedPb.WrongExpectedVersion().setCurrentNoStream(new Empty());
    expect(refused('WrongExpectedVersion', nowhere.serializeBinary())).toMatchObject({
      kind: 'conflict',
      actualRevision: null,
    });
  });

  it('without a reason leaves the outcome unknown', () => {
    const unexplained = answer().setError(new statusPb.Status().setMessage('oops'));
    for (const message of [unexplained, answer()]) {
      expect(read(message).outcome).toMatchObject({ kind: 'connection' });
    }
  });
});
