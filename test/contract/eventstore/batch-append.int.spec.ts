import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Client, credentials, type ClientDuplexStream } from '@grpc/grpc-js';
import { v4 as uuid } from 'uuid';
import { ProtoReader } from '../../../apps/eventstore/wire/proto-reader.js';
import { encodeMessage, type ProtoWriter } from '../../../apps/eventstore/wire/proto-writer.js';
import { collect, newStream, useStore } from './harness.js';

const PATH = '/event_store.client.streams.Streams/BatchAppend';
const store = useStore();

/** One request as the client would never send it. */
interface Part {
  readonly correlationId: string;
  /** Left out in parts after the first. */
  readonly stream?: string;
  readonly deadlineMs?: number;
  /** How the deadline is told: as an instant (6) or as a duration (7). Default: an instant. */
  readonly deadlineField?: 6 | 7;
  readonly eventId?: string;
  readonly eventBytes: number;
  readonly isFinal: boolean;
}

function writeOptions(writer: ProtoWriter, stream: string, part: Part): void {
  const { deadlineMs = 5_000, deadlineField = 6 } = part;
  writer.message(2, (options) => {
    options.message(1, (identifier) => {
      identifier.string(3, stream);
    });
    options.open(4, 0);
    options.message(deadlineField, (deadline) => {
      const milliseconds = deadlineField === 6 ? Date.now() + deadlineMs : deadlineMs;
      deadline.varint(1, Math.floor(milliseconds / 1000));
      deadline.varint(2, (milliseconds % 1000) * 1_000_000);
    });
  });
}

function writeEvent(writer: ProtoWriter, id: string, byteCount: number): void {
  const metadata = { type: 'Raw', 'content-type': 'application/octet-stream' };
  writer.message(3, (event) => {
    event.message(1, (eventId) => {
      eventId.string(2, id);
    });
    for (const [key, value] of Object.entries(metadata)) {
      event.message(2, (entry) => {
        entry.string(1, key);
        entry.string(2, value);
      });
    }
    event.bytes(4, Buffer.alloc(byteCount));
  });
}

function encodePart(part: Part): Buffer {
  return encodeMessage((writer) => {
    writer.message(1, (correlationId) => {
      correlationId.string(2, part.correlationId);
    });
    if (part.stream !== undefined) writeOptions(writer, part.stream, part);
    writeEvent(writer, part.eventId ?? uuid(), part.eventBytes);
    writer.varint(4, part.isFinal ? 1 : 0);
  });
}

/** The fields of a message by number, undecoded. */
function fieldsOf(message: Buffer): Map<number, Buffer> {
  const fields = new Map<number, Buffer>();
  const reader = new ProtoReader(message);
  while (reader.next()) {
    try {
      fields.set(reader.field, reader.bytes());
    } catch {
      reader.skip();
    }
  }
  return fields;
}

/** The correlation id of an answer, and `success` or the type of its error. */
function decodeAnswer(message: Buffer): [string, string] {
  const fields = fieldsOf(message);
  const correlationId = fieldsOf(fields.get(1)!).get(2)!.toString();
  const error = fields.get(2);
  if (error === undefined) return [correlationId, 'success'];
  const typeUrl = fieldsOf(fieldsOf(error).get(3)!).get(1)!.toString();
  return [correlationId, typeUrl.split('.').pop()!];
}

describe('a call of batch appends', () => {
  let client: Client;
  let call: ClientDuplexStream<Part, [string, string]>;

  beforeEach(() => {
    client = new Client(/\/\/([^?/]*)/.exec(store.url)![1]!, credentials.createInsecure());
    call = client.makeBidiStreamRequest(PATH, encodePart, decodeAnswer);
  });

  afterEach(() => {
    client.close();
  });

  /** Sends the parts and ends the call; → all answers. */
  function exchange(parts: readonly Part[]): Promise<[string, string][]> {
    for (const part of parts) call.write(part);
    call.end();
    return collect(call as AsyncIterable<[string, string]>);
  }

  it('answers an id once, however often it is sent', async () => {
    const correlationId = uuid();
    const stream = newStream();
    const part = { correlationId, stream, eventBytes: 10, isFinal: true };
    expect(await exchange([part, part, part])).toEqual([[correlationId, 'success']]);
    expect(await collect(store.client.readStream(stream))).toHaveLength(1);
  });

  it('answers an append that grows too large once, and drops its later parts', async () => {
    const correlationId = uuid();
    const more = { correlationId, eventBytes: 600 * 1024, isFinal: false };
    const answers = await exchange([
      { ...more, stream: newStream() },
      more,
      more,
      { ...more, isFinal: true },
    ]);
    expect(answers).toEqual([[correlationId, 'MaximumAppendSizeExceeded']]);
  });

  it.each([
    ['an instant', 6],
    ['a duration', 7],
  ] as const)(
    'answers an append that is never finished when its time, told as %s, is over',
    async (_, deadlineField) => {
      const correlationId = uuid();
      const part = { correlationId, eventBytes: 1, isFinal: false };
      call.write({ ...part, stream: newStream(), deadlineMs: 150, deadlineField });
      const answer = await new Promise((resolve) => call.once('data', resolve));
      expect(answer).toEqual([correlationId, 'Timeout']);
      expect(await exchange([{ ...part, isFinal: true }])).toEqual([]);
    },
  );

  it.each([6, 7] as const)(
    'takes an append in time and refuses one too late (deadline in field %i)',
    async (deadlineField) => {
      const [late, inTime] = [uuid(), uuid()];
      const part = { eventBytes: 1, isFinal: true, deadlineField };
      const answers = await exchange([
        { ...part, correlationId: late, stream: newStream(), deadlineMs: 0 },
        { ...part, correlationId: inTime, stream: newStream() },
      ]);
      expect(new Map(answers)).toEqual(
        new Map([
          [late, 'Timeout'],
          [inTime, 'success'],
        ]),
      );
    },
  );

  it('refuses one append without harm to the others', async () => {
    const [bad, good] = [uuid(), uuid()];
    const part = { stream: newStream(), eventBytes: 1, isFinal: true };
    const answers = await exchange([
      { ...part, correlationId: bad, eventId: 'no uuid' },
      { ...part, correlationId: good },
    ]);
    expect(new Map(answers)).toEqual(
      new Map([
        [bad, 'BadRequest'],
        [good, 'success'],
      ]),
    );
  });
});
