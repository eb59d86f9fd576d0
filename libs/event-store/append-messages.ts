import { APPEND_LIMIT_BYTES, eventTooLarge, type FailureKind, StoreFailure } from './errors.js';
import { type AppendResult, type ExpectedRevision, type NewEvent } from './port.js';
import { WireReader } from './wire-reader.js';
import { WireWriter } from './wire-writer.js';

/** A `BatchAppendReq` but for its correlation id, of which each attempt has its own. */
export type AppendRequest = Buffer;

/** What a `BatchAppendResp` says; answers come in any order. */
export interface AppendAnswer {
  readonly correlationId: number;
  /** Where the events are now, or why they are not there. */
  readonly outcome: AppendResult | StoreFailure;
}

/** One for all, so that it has grown to what requests need. */
const writer = new WireWriter();

/**
 * No deadline for the server: it is an instant of the server's clock, so a clock a few seconds
 * ahead would refuse every append. The caller waits only so long and retries.
 */
const NEVER = writer.encode(() => {
  writer.number(1, Date.parse('9999-12-31T23:59:59Z') / 1_000);
});

/**
 * The append as one message of the protocol, whose fields are written last to first. Throws
 * `event_too_large` above the limit.
 */
export function appendRequest(
  stream: string,
  expected: ExpectedRevision,
  events: readonly NewEvent[],
): AppendRequest {
  return writer.encode(() => {
    writer.number(4, 1);
    let bytes = 0;
    for (const event of events.toReversed()) {
      writer.message(3, () => {
        bytes += writeProposed(event);
      });
    }
    if (bytes > APPEND_LIMIT_BYTES) throw eventTooLarge();
    writer.message(2, () => {
      writeOptions(stream, expected);
    });
  });
}

/**
 * The field that makes `correlationId`, a positive integer, the one of the request it is put
 * before: the lower half of a UUID.
 */
export function correlation(correlationId: number): Buffer {
  return writer.encode(() => {
    writer.message(1, () => {
      writer.message(1, () => {
        writer.number(2, correlationId);
      });
    });
  });
}

function writeOptions(stream: string, expected: ExpectedRevision): void {
  writer.bytes(6, NEVER);
  if (expected === 'no_stream') writer.text(3, '');
  else writer.number(2, Number(expected));
  writer.message(1, () => {
    writer.text(3, stream);
  });
}

/** Returns how many bytes of the event count towards the limit. */
function writeProposed({ id, type, data, metadata }: NewEvent): number {
  const dataBytes = writer.text(4, JSON.stringify(data));
  const metadataBytes = writer.text(3, JSON.stringify(metadata));
  writeProperty('type', type);
  writeProperty('content-type', 'application/json');
  writer.message(1, () => {
    writer.text(2, id);
  });
  return dataBytes + metadataBytes;
}

/** An entry of the map beside the data. */
function writeProperty(name: string, value: string): void {
  writer.message(2, () => {
    writer.text(2, value);
    writer.text(1, name);
  });
}

/** Reads a `BatchAppendResp`. Throws what is no message of the protocol. */
export function readAnswer(message: Buffer): AppendAnswer {
  const reader = new WireReader(message);
  let correlationId = 0;
  let outcome: AppendAnswer['outcome'] | undefined;
  while (reader.next()) {
    if (reader.field === 1) correlationId = readCorrelationId(reader.message());
    else if (reader.field === 2) outcome = readStatus(reader.message());
    else if (reader.field === 3) outcome = readSuccess(reader.message());
    else reader.skip();
  }
  return { correlationId, outcome: outcome ?? failureOf('nothing', '', null) };
}

/** A server may send the id back in either of the two forms a UUID has. */
function readCorrelationId(uuid: WireReader): number {
  let correlationId = 0;
  while (uuid.next()) {
    if (uuid.field === 1) correlationId = Number(readNumber(uuid.message(), 2));
    else if (uuid.field === 2) correlationId = Number(`0x${uuid.text().replaceAll('-', '')}`);
    else uuid.skip();
  }
  return correlationId;
}

function readSuccess(success: WireReader): AppendResult {
  let revision = 0n;
  let position = 0n;
  while (success.next()) {
    if (success.field === 1) revision = success.uint64();
    else if (success.field === 3) position = readNumber(success.message(), 1);
    else success.skip();
  }
  return { revision, position };
}

/** A number in a message of which nothing else matters; 0 if it is absent, as protobuf has it. */
function readNumber(message: WireReader, field: number): bigint {
  let value = 0n;
  while (message.next()) {
    if (message.field === field) value = message.uint64();
    else message.skip();
  }
  return value;
}

const KIND_BY_DETAILS: Readonly<Record<string, FailureKind>> = {
  WrongExpectedVersion: 'conflict',
  StreamDeleted: 'stream_deleted',
  MaximumAppendSizeExceeded: 'too_large',
  AccessDenied: 'refused',
};

const DETAILS = /^type\.googleapis\.com\/event_store\.client\.(\w+)$/;

/** A `google.rpc.Status` whose details are an error of the protocol in an `Any`. */
function readStatus(status: WireReader): StoreFailure {
  let text = '';
  let type = '';
  let details: Buffer | null = null;
  while (status.next()) {
    if (status.field === 2) text = status.text();
    else if (status.field === 3) {
      const any = status.message();
      while (any.next()) {
        if (any.field === 1) type = any.text();
        else if (any.field === 2) details = any.bytes();
        else any.skip();
      }
    } else status.skip();
  }
  return failureOf(text, DETAILS.exec(type)?.[1] ?? '', details);
}

/** A time-out of the server and an error it does not explain leave the outcome unknown. */
function failureOf(text: string, name: string, details: Buffer | null): StoreFailure {
  const kind = KIND_BY_DETAILS[name] ?? 'connection';
  const cause = new Error(`The event store answered ${text} (${name}).`);
  const actual = kind === 'conflict' && details !== null ? readCurrentRevision(details) : null;
  return new StoreFailure(kind, cause, actual);
}

/** Of a `WrongExpectedVersion`; `null` if there is no stream. */
function readCurrentRevision(conflict: Buffer): bigint | null {
  const reader = new WireReader(conflict);
  let revision: bigint | null = null;
  while (reader.next()) {
    if (reader.field === 1) revision = reader.uint64();
    else reader.skip();
  }
  return revision;
}
