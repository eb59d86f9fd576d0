import { GrpcError } from '../grpc/grpc-status.js';
import type { ProposedEvent } from '../log/stored-event.js';
import type { ProtoReader } from '../wire/proto-reader.js';
import { invalidArgument, readUuid } from './shared-messages.js';

/** The largest append, as EventStoreDB counts it: EventStoreDB's own default. */
export const APPEND_BYTES_MAX = 1024 * 1024;
const TYPE_BYTES_MAX = 4_096;
const EMPTY = Buffer.alloc(0);

/** `ProposedMessage` of Append and BatchAppend. Data and metadata are views of the message. */
export function readProposedEvent(reader: ProtoReader): ProposedEvent {
  let id: string | undefined;
  let type: string | undefined;
  let contentType: string | undefined;
  let metadata: Buffer = EMPTY;
  let data: Buffer = EMPTY;
  while (reader.next()) {
    if (reader.field === 1) id = readUuid(reader.message());
    else if (reader.field === 2) {
      const [key, value] = readMapEntry(reader.message());
      if (key === 'type') type = value;
      else if (key === 'content-type') contentType = value;
    } else if (reader.field === 3) metadata = reader.bytes();
    else if (reader.field === 4) data = reader.bytes();
    else reader.skip();
  }
  if (id === undefined) throw invalidArgument('An event id is missing.');
  if (type === undefined || contentType === undefined) throw missingProperty();
  if (type.length > TYPE_BYTES_MAX / 4 && Buffer.byteLength(type) > TYPE_BYTES_MAX) {
    throw invalidArgument(`An event type may take ${TYPE_BYTES_MAX} bytes at most.`);
  }
  return { id, type, isJson: contentType === 'application/json', data, metadata };
}

function readMapEntry(reader: ProtoReader): [string, string] {
  let key = '';
  let value = '';
  while (reader.next()) {
    if (reader.field === 1) key = reader.string();
    else if (reader.field === 2) value = reader.string();
    else reader.skip();
  }
  return [key, value];
}

function missingProperty(): GrpcError {
  return new GrpcError({
    code: 'invalid_argument',
    message: 'Required metadata properties are missing: type, content-type.',
    trailers: {
      exception: 'missing-required-metadata-property',
      'required-metadata-properties': 'type,content-type',
    },
  });
}

/**
 * What an event counts towards {@link APPEND_BYTES_MAX}; types count twice, as they are UTF-16
 * there.
 */
export function appendedBytes(event: ProposedEvent): number {
  return event.data.length + event.metadata.length + event.type.length * 2;
}
