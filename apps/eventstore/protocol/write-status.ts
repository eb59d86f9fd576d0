import type { GrpcStatus } from '../grpc/grpc-status.js';
import type { WriteOutcome } from '../log/write-request.js';
import { APPEND_BYTES_MAX } from './proposed-event.js';
import {
  expectedRevisionNumber,
  streamDeletedStatus,
  type WriteOptions,
} from './shared-messages.js';

/** The status of a write that was not done, for the calls that carry one write each. */
export function writeFailureStatus(
  options: WriteOptions,
  outcome: Exclude<WriteOutcome, { kind: 'written' }>,
): GrpcStatus {
  switch (outcome.kind) {
    case 'wrong_expected_revision':
      return wrongExpectedVersionStatus(options, outcome.currentRevision);
    case 'stream_deleted':
      return streamDeletedStatus(options.stream);
    case 'timed_out':
      return { code: 'aborted', message: 'The write timed out before it began.' };
    case 'refused':
    case 'unknown':
      return { code: 'unavailable', message: outcome.reason };
  }
}

function wrongExpectedVersionStatus(options: WriteOptions, current: number): GrpcStatus {
  const { stream } = options;
  const expected = expectedRevisionNumber(options.expected);
  return {
    code: 'failed_precondition',
    message: `Write failed due to WrongExpectedVersion. Stream: ${stream}, Expected version: ${expected}, Actual version: ${current}`,
    trailers: {
      exception: 'wrong-expected-version',
      'stream-name': stream,
      'expected-version': String(expected),
      // Left out for a stream that does not exist: clients read that as "no stream".
      ...(current >= 0 ? { 'actual-version': String(current) } : {}),
    },
  };
}

export function appendTooLargeStatus(): GrpcStatus {
  return {
    code: 'invalid_argument',
    message: `Maximum Append Size of ${APPEND_BYTES_MAX} Exceeded.`,
    trailers: {
      exception: 'maximum-append-size-exceeded',
      'maximum-append-size': String(APPEND_BYTES_MAX),
    },
  };
}
