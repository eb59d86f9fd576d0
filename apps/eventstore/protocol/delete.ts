import type { GrpcCall } from '../grpc/grpc-call.js';
import type { EventLog } from '../log/event-log.js';
import type { DeleteRequest } from '../log/write-request.js';
import { ProtoReader } from '../wire/proto-reader.js';
import {
  encodeFrame,
  invalidArgument,
  readWriteOptions,
  type WriteOptions,
} from './shared-messages.js';
import { writeFailureStatus } from './write-status.js';

/** Handles `Streams.Delete` and `Streams.Tombstone`, whose messages look the same. */
export function serveDelete(log: EventLog, kind: DeleteRequest['kind']): (call: GrpcCall) => void {
  return (call) => {
    call.receiveOne((message) => {
      const options = readDeleteRequest(message);
      log.submit({
        kind,
        ...options,
        settle: (outcome) => {
          if (outcome.kind !== 'written') call.finish(writeFailureStatus(options, outcome));
          else answer(call, outcome.position);
        },
      });
    });
  };
}

function readDeleteRequest(message: Buffer): WriteOptions {
  const reader = new ProtoReader(message);
  while (reader.next()) {
    if (reader.field === 1) return readWriteOptions(reader.message());
    reader.skip();
  }
  throw invalidArgument('The options of the deletion are missing.');
}

function answer(call: GrpcCall, position: number | undefined): void {
  call.send(
    encodeFrame((writer) => {
      if (position === undefined) return;
      writer.message(1, (at) => {
        at.varint(1, position);
        at.varint(2, position);
      });
    }),
  );
  call.finish();
}
