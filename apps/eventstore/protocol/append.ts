import type { GrpcCall } from '../grpc/grpc-call.js';
import { GrpcError } from '../grpc/grpc-status.js';
import type { ExpectedRevision } from '../log/append-decision.js';
import type { EventLog } from '../log/event-log.js';
import type { ProposedEvent } from '../log/stored-event.js';
import type { WriteOutcome } from '../log/write-request.js';
import { ProtoReader } from '../wire/proto-reader.js';
import type { ProtoWriter } from '../wire/proto-writer.js';
import { writeRevisionAndPosition } from './batch-append-messages.js';
import { APPEND_BYTES_MAX, appendedBytes, readProposedEvent } from './proposed-event.js';
import {
  accessDeniedStatus,
  encodeFrame,
  invalidArgument,
  readWriteOptions,
  writeEmpty,
  type WriteOptions,
} from './shared-messages.js';
import { appendTooLargeStatus, writeFailureStatus } from './write-status.js';

const EXPECTED_FIELD: Readonly<Record<Exclude<ExpectedRevision, number>, number>> = {
  any: 9,
  stream_exists: 10,
  no_stream: 11,
};

/**
 * Handles `Streams.Append`, the older call for one append: what clients use with own credentials.
 */
export function serveAppend(log: EventLog): (call: GrpcCall) => void {
  return (call) => {
    const append = new AppendCall(call, log);
    call.receive({
      onMessage: (message) => {
        append.receive(message);
      },
      onEnd: () => {
        append.submit();
      },
    });
  };
}

class AppendCall {
  private options: WriteOptions | undefined;
  private readonly events: ProposedEvent[] = [];
  private byteCount = 0;

  constructor(
    private readonly call: GrpcCall,
    private readonly log: EventLog,
  ) {}

  receive(message: Buffer): void {
    const reader = new ProtoReader(message);
    while (reader.next()) {
      if (reader.field === 1) this.options = readWriteOptions(reader.message());
      else if (reader.field === 2) this.add(readProposedEvent(reader.message()));
      else reader.skip();
    }
  }

  submit(): void {
    const { options, events, byteCount } = this;
    if (options === undefined) throw invalidArgument('The options of the append are missing.');
    if (options.stream === '$all') throw new GrpcError(accessDeniedStatus());
    this.log.submit({
      kind: 'append',
      ...options,
      events,
      byteCount,
      settle: (outcome) => {
        this.answer(options, outcome);
      },
    });
  }

  private add(event: ProposedEvent): void {
    this.byteCount += appendedBytes(event);
    if (this.byteCount > APPEND_BYTES_MAX) throw new GrpcError(appendTooLargeStatus());
    this.events.push(event);
  }

  private answer(options: WriteOptions, outcome: WriteOutcome): void {
    if (outcome.kind !== 'written' && outcome.kind !== 'wrong_expected_revision') {
      this.call.finish(writeFailureStatus(options, outcome));
      return;
    }
    this.call.send(
      encodeFrame((writer) => {
        writer.message(outcome.kind === 'written' ? 1 : 2, (result) => {
          if (outcome.kind === 'written') {
            writeRevisionAndPosition(result, outcome.revision, outcome.position);
          } else {
            writeConflict(result, options.expected, outcome.currentRevision);
          }
        });
      }),
    );
    this.call.finish();
  }
}

/** `AppendResp.WrongExpectedVersion`. */
function writeConflict(writer: ProtoWriter, expected: ExpectedRevision, current: number): void {
  if (current >= 0) writer.varint(6, current);
  else writeEmpty(writer, 7);
  if (typeof expected === 'number') writer.varint(8, expected);
  else writeEmpty(writer, EXPECTED_FIELD[expected]);
}
