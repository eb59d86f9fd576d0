import sharedPb from '@eventstore/db-client/generated/shared_pb.js';
import streamsPb from '@eventstore/db-client/generated/streams_pb.js';
import { createRequire } from 'node:module';
import { APPEND_LIMIT_BYTES, eventTooLarge, type FailureKind, StoreFailure } from './errors.js';
import { type AppendResult, type ExpectedRevision, type NewEvent } from './port.js';

/** One append as it travels on the BatchAppend call. */
export type AppendRequest = streamsPb.BatchAppendReq;
/** The server's answer to one append; they come in any order. */
export type AppendAnswer = streamsPb.BatchAppendResp;

type Options = streamsPb.BatchAppendReq.Options;

/** The protobuf runtime the client's messages were generated for, which is not the newest. */
const clientFile = createRequire(import.meta.url).resolve('@eventstore/db-client');
const runtime = createRequire(clientFile);
const { Timestamp } = runtime('google-protobuf/google/protobuf/timestamp_pb.js') as {
  readonly Timestamp: { fromDate(instant: Date): NonNullable<ReturnType<Options['getDeadline']>> };
};
const { Empty } = runtime('google-protobuf/google/protobuf/empty_pb.js') as {
  readonly Empty: new () => NonNullable<ReturnType<Options['getNoStream']>>;
};

/**
 * No deadline for the server: it is an instant of the server's clock, so a clock a few seconds
 * ahead would refuse every append. The caller waits only so long and retries.
 */
const NEVER = Timestamp.fromDate(new Date('9999-12-31T23:59:59Z'));

/** The append as one message of the protocol. Throws `event_too_large` above the limit. */
export function appendRequest(
  stream: string,
  expected: ExpectedRevision,
  events: readonly NewEvent[],
): AppendRequest {
  const options = new streamsPb.BatchAppendReq.Options();
  options.setStreamIdentifier(
    new sharedPb.StreamIdentifier().setStreamName(Buffer.from(stream, 'utf8')),
  );
  if (expected === 'no_stream') options.setNoStream(new Empty());
  else options.setStreamPosition(expected.toString());
  options.setDeadline(NEVER);

  const messages = events.map(proposedMessage);
  const bytes = messages.reduce((sum, message) => sum + sizeOf(message), 0);
  if (bytes > APPEND_LIMIT_BYTES) throw eventTooLarge();
  return new streamsPb.BatchAppendReq()
    .setOptions(options)
    .setProposedMessagesList(messages)
    .setIsFinal(true);
}

/** Puts `correlationId`, a UUID, on the request: its answer will carry it. */
export function correlate(request: AppendRequest, correlationId: string): AppendRequest {
  return request.setCorrelationId(new sharedPb.UUID().setString(correlationId));
}

function sizeOf(message: streamsPb.BatchAppendReq.ProposedMessage): number {
  return message.getData().length + message.getCustomMetadata().length;
}

function proposedMessage(event: NewEvent): streamsPb.BatchAppendReq.ProposedMessage {
  const message = new streamsPb.BatchAppendReq.ProposedMessage();
  message.setId(new sharedPb.UUID().setString(event.id));
  message.getMetadataMap().set('type', event.type).set('content-type', 'application/json');
  message.setData(Buffer.from(JSON.stringify(event.data), 'utf8'));
  message.setCustomMetadata(Buffer.from(JSON.stringify(event.metadata), 'utf8'));
  return message;
}

/** Where the events are now; throws the {@link StoreFailure} the server answered with. */
export function appendResult(answer: AppendAnswer): AppendResult {
  const success = answer.getSuccess();
  if (success === undefined) throw failureOf(answer);
  return {
    revision: BigInt(success.getCurrentRevision()),
    position: BigInt(success.getPosition()?.getCommitPosition() ?? 0),
  };
}

/** The correlation id of the append that is answered, as the text it was sent as. */
export function correlationIdOf(answer: AppendAnswer): string | null {
  const uuid = answer.getCorrelationId();
  const structured = uuid?.getStructured();
  if (structured === undefined) return uuid?.getString() ?? null;
  const halves = [structured.getMostSignificantBits(), structured.getLeastSignificantBits()];
  const hex = halves.map((half) => BigInt.asUintN(64, BigInt(half)).toString(16).padStart(16, '0'));
  return hex.join('').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

const PACKAGE = 'event_store.client.';
const KIND_BY_DETAILS: Readonly<Record<string, FailureKind>> = {
  WrongExpectedVersion: 'conflict',
  StreamDeleted: 'stream_deleted',
  MaximumAppendSizeExceeded: 'too_large',
  AccessDenied: 'refused',
};

/** A time-out of the server and an error it does not explain leave the outcome unknown. */
function failureOf(answer: AppendAnswer): StoreFailure {
  const status = answer.getError();
  const details = status?.getDetails();
  const name = details?.getTypeName().slice(PACKAGE.length) ?? '';
  const kind = KIND_BY_DETAILS[name] ?? 'connection';
  const cause = new Error(`The event store answered ${status?.getMessage() ?? ''} (${name}).`);
  if (kind !== 'conflict') return new StoreFailure(kind, cause);
  const conflict = details?.unpack(
    (bytes) => sharedPb.WrongExpectedVersion.deserializeBinary(bytes),
    `${PACKAGE}WrongExpectedVersion`,
  );
  const actual =
    conflict?.hasCurrentStreamRevision() === true
      ? BigInt(conflict.getCurrentStreamRevision())
      : null;
  return new StoreFailure(kind, cause, actual);
}
