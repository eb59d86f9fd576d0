import type { ExpectedRevision } from '../log/append-decision.js';
import type { ProposedEvent } from '../log/stored-event.js';
import { ProtoReader } from '../wire/proto-reader.js';
import { encodeMessage, fieldSize, varintSize, type ProtoWriter } from '../wire/proto-writer.js';
import { APPEND_BYTES_MAX, readProposedEvent } from './proposed-event.js';
import { writeEmpty } from './shared-messages.js';

/** One `BatchAppendReq`: a whole append, or a part of a large one. */
export interface BatchAppendRequest {
  /** The `UUID` message as it came; it goes back unread. */
  readonly correlationId: Buffer;
  /** Only in the first part. Read when the rest of the message is known to be well-formed. */
  readonly options: ProtoReader | undefined;
  readonly proposed: readonly ProtoReader[];
  readonly isFinal: boolean;
}

/**
 * Takes the message apart; events and options are decoded later, so that errors can be answered.
 */
export function readBatchAppendRequest(message: Buffer): BatchAppendRequest {
  const reader = new ProtoReader(message);
  let correlationId: Buffer = Buffer.alloc(0);
  let options: ProtoReader | undefined;
  const proposed: ProtoReader[] = [];
  let isFinal = false;
  while (reader.next()) {
    if (reader.field === 1) correlationId = reader.bytes();
    else if (reader.field === 2) options = reader.message();
    else if (reader.field === 3) proposed.push(reader.message());
    else if (reader.field === 4) isFinal = reader.bool();
    else reader.skip();
  }
  return { correlationId, options, proposed, isFinal };
}

export function readBatchEvents(readers: readonly ProtoReader[]): ProposedEvent[] {
  return readers.map(readProposedEvent);
}

/** Why an append was not done, as `google.rpc.Status` tells it. */
export type AppendError =
  | {
      readonly kind: 'wrong_expected_version';
      readonly current: number;
      readonly expected: ExpectedRevision;
    }
  | { readonly kind: 'stream_deleted' | 'access_denied' | 'timeout' | 'append_too_large' }
  /** Clients show the message of a kind they do not know. */
  | { readonly kind: 'bad_request' | 'unavailable'; readonly message: string };

/** Codes of google.rpc.Code. */
const RPC_CODES: Readonly<Record<AppendError['kind'], number>> = {
  wrong_expected_version: 9,
  stream_deleted: 9,
  access_denied: 7,
  timeout: 4,
  append_too_large: 3,
  bad_request: 3,
  unavailable: 14,
};

const DETAIL_TYPES: Readonly<Record<AppendError['kind'], string>> = {
  wrong_expected_version: 'WrongExpectedVersion',
  stream_deleted: 'StreamDeleted',
  access_denied: 'AccessDenied',
  timeout: 'Timeout',
  append_too_large: 'MaximumAppendSizeExceeded',
  bad_request: 'BadRequest',
  unavailable: 'BadRequest',
};

const EXPECTED_FIELD: Readonly<Record<Exclude<ExpectedRevision, number>, number>> = {
  any: 4,
  stream_exists: 5,
  no_stream: 6,
};

function errorDetail(stream: string, error: AppendError): Buffer {
  return encodeMessage((writer) => {
    switch (error.kind) {
      case 'wrong_expected_version':
        if (error.current >= 0) writer.varint(1, error.current);
        else writeEmpty(writer, 2);
        if (typeof error.expected === 'number') writer.varint(3, error.expected);
        else writeEmpty(writer, EXPECTED_FIELD[error.expected]);
        break;
      case 'stream_deleted':
        writer.message(1, (identifier) => {
          identifier.string(3, stream);
        });
        break;
      case 'append_too_large':
        writer.varint(1, APPEND_BYTES_MAX);
        break;
      case 'bad_request':
      case 'unavailable':
        writer.string(1, error.message);
        break;
      case 'access_denied':
      case 'timeout':
    }
  });
}

/** Writes a `BatchAppendResp` that refuses. */
export function writeBatchAppendError(
  writer: ProtoWriter,
  correlationId: Buffer,
  stream: string,
  error: AppendError,
): void {
  writer.bytes(1, correlationId);
  writer.message(2, (status) => {
    status.varint(1, RPC_CODES[error.kind]);
    status.string(2, 'message' in error ? error.message : DETAIL_TYPES[error.kind]);
    status.message(3, (any) => {
      any.string(1, `type.googleapis.com/event_store.client.${DETAIL_TYPES[error.kind]}`);
      any.bytes(2, errorDetail(stream, error));
    });
  });
  writer.message(4, (identifier) => {
    identifier.string(3, stream);
  });
}

/**
 * Writes a `BatchAppendResp` that reports success. Stream and expectation, which the protocol would
 * have repeated too, are left out: the client finds both by the correlation id.
 */
export function writeBatchAppendSuccess(
  writer: ProtoWriter,
  correlationId: Buffer,
  revision: number,
  position: number | undefined,
): void {
  writer.bytes(1, correlationId);
  const revisionBytes = revision >= 0 ? 1 + varintSize(revision) : 2;
  const positionBytes = position === undefined ? 0 : 2 * (1 + varintSize(position));
  writer.open(3, revisionBytes + fieldSize(positionBytes));
  writeRevisionAndPosition(writer, revision, position);
}

/** The fields `Success` has in common for Append and BatchAppend. */
export function writeRevisionAndPosition(
  writer: ProtoWriter,
  revision: number,
  position: number | undefined,
): void {
  if (revision >= 0) writer.varint(1, revision);
  else writeEmpty(writer, 2);
  if (position === undefined) {
    writeEmpty(writer, 4);
    return;
  }
  writer.open(3, 2 * (1 + varintSize(position)));
  writer.varint(1, position);
  writer.varint(2, position);
}
