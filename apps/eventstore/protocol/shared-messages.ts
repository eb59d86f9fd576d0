import { GrpcError, type GrpcStatus } from '../grpc/grpc-status.js';
import type { ExpectedRevision } from '../log/append-decision.js';
import { STREAM_NAME_BYTES_MAX } from '../log/database.js';
import type { ProtoReader } from '../wire/proto-reader.js';
import { ProtoWriter } from '../wire/proto-writer.js';

const UUID_TEXT = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const GRPC_PREFIX_BYTES = 5;

/** A status for requests that make no sense. */
export function invalidArgument(message: string): GrpcError {
  return new GrpcError({ code: 'invalid_argument', message });
}

/** `event_store.client.UUID` in either of its forms → text in lower case. */
export function readUuid(reader: ProtoReader): string {
  let text = '';
  while (reader.next()) {
    if (reader.field === 1) text = readStructuredUuid(reader.message());
    else if (reader.field === 2) text = reader.string().toLowerCase();
    else reader.skip();
  }
  if (!UUID_TEXT.test(text)) throw invalidArgument('An event id must be a UUID.');
  return text;
}

function readStructuredUuid(reader: ProtoReader): string {
  const halves = [0n, 0n];
  while (reader.next()) {
    if (reader.field === 1) halves[0] = reader.int64();
    else if (reader.field === 2) halves[1] = reader.int64();
    else reader.skip();
  }
  const hex = halves
    .map((half) => BigInt.asUintN(64, half).toString(16).padStart(16, '0'))
    .join('');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/** `event_store.client.StreamIdentifier` → the stream's name. */
export function readStreamIdentifier(reader: ProtoReader): string {
  let stream = '';
  while (reader.next()) {
    if (reader.field === 3) stream = reader.string();
    else reader.skip();
  }
  if (stream === '') throw invalidArgument('A stream name is missing.');
  if (Buffer.byteLength(stream) > STREAM_NAME_BYTES_MAX) {
    throw invalidArgument(`A stream name may take ${STREAM_NAME_BYTES_MAX} bytes at most.`);
  }
  return stream;
}

/** What a write says about its stream, in the shape all four kinds of write share. */
export interface WriteOptions {
  readonly stream: string;
  readonly expected: ExpectedRevision;
  /** Milliseconds since 1970. */
  readonly deadline: number;
}

/**
 * The options of Append, BatchAppend, Delete and Tombstone. A deadline, which BatchAppend alone
 * knows, is an instant of this clock (6) or a time from now on (7, `deadline_duration`).
 */
export function readWriteOptions(reader: ProtoReader): WriteOptions {
  let stream = '';
  let expected: ExpectedRevision | undefined;
  let deadline = Number.POSITIVE_INFINITY;
  while (reader.next()) {
    if (reader.field === 1) stream = readStreamIdentifier(reader.message());
    else if (reader.field === 2) expected = reader.varint();
    else if (reader.field === 6) deadline = readMilliseconds(reader.message());
    else if (reader.field === 7) deadline = Date.now() + readMilliseconds(reader.message());
    else {
      expected = EXPECTED_BY_FIELD[reader.field] ?? expected;
      reader.skip();
    }
  }
  if (stream === '') throw invalidArgument('A stream name is missing.');
  if (expected === undefined) throw invalidArgument('The expected revision is missing.');
  return { stream, expected, deadline };
}

const EXPECTED_BY_FIELD: Readonly<Record<number, ExpectedRevision>> = {
  3: 'no_stream',
  4: 'any',
  5: 'stream_exists',
};

/**
 * `google.protobuf.Timestamp` → milliseconds since 1970; `google.protobuf.Duration`, whose fields
 * are the same and may both be negative → milliseconds.
 */
function readMilliseconds(reader: ProtoReader): number {
  let milliseconds = 0;
  while (reader.next()) {
    if (reader.field === 1) milliseconds += Number(reader.int64()) * 1000;
    else if (reader.field === 2) milliseconds += Number(reader.int64()) / 1e6;
    else reader.skip();
  }
  return milliseconds;
}

/** A message with the five bytes gRPC puts before it. */
export function encodeFrame(build: (writer: ProtoWriter) => void): Buffer {
  const writer = new ProtoWriter();
  writeFrame(writer, build);
  return writer.written();
}

/** Appends a framed message to what `writer` holds already. */
export function writeFrame(writer: ProtoWriter, build: (writer: ProtoWriter) => void): void {
  const start = writer.position;
  writer.rawByte(0);
  writer.rawUint32(0);
  build(writer);
  writer.written(start).writeUInt32BE(writer.position - start - GRPC_PREFIX_BYTES, 1);
}

/** A message without fields, such as `Empty`. */
export function writeEmpty(writer: ProtoWriter, field: number): void {
  writer.open(field, 0);
}

/** The numbers EventStoreDB uses for expectations that are not a revision. */
const EXPECTED_NUMBER: Readonly<Record<Exclude<ExpectedRevision, number>, number>> = {
  no_stream: -1,
  any: -2,
  stream_exists: -4,
};

export function expectedRevisionNumber(expected: ExpectedRevision): number {
  return typeof expected === 'number' ? expected : EXPECTED_NUMBER[expected];
}

/** The status of calls on a tombstoned stream. */
export function streamDeletedStatus(stream: string): GrpcStatus {
  return {
    code: 'failed_precondition',
    message: `Event stream '${stream}' is deleted.`,
    trailers: { exception: 'stream-deleted', 'stream-name': stream },
  };
}

export function accessDeniedStatus(): GrpcStatus {
  return {
    code: 'permission_denied',
    message: 'Access Denied',
    trailers: { exception: 'access-denied' },
  };
}
