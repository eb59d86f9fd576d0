import { GrpcError } from './grpc-status.js';

const PREFIX_BYTES = 5;
/** What clients of EventStoreDB are ready to receive themselves; appends end far below it. */
const MESSAGE_BYTES_MAX = 17 * 1024 * 1024;

/** Cuts the bytes of a request into the messages they carry. */
export class MessageDeframer {
  private rest: Buffer[] = [];
  private restBytes = 0;
  private needed = PREFIX_BYTES;

  /**
   * Takes over bytes as they come and calls `onMessage` for each message that is complete with
   * them. Throws a {@link GrpcError} for messages that are compressed or too large.
   */
  push(chunk: Buffer, onMessage: (message: Buffer) => void): void {
    this.restBytes += chunk.length;
    if (this.restBytes < this.needed) {
      this.rest.push(chunk);
      return;
    }
    let bytes = this.rest.length === 0 ? chunk : Buffer.concat([...this.rest, chunk]);
    this.needed = PREFIX_BYTES;
    while (bytes.length >= PREFIX_BYTES) {
      const end = PREFIX_BYTES + messageLength(bytes);
      if (bytes.length < end) {
        this.needed = end;
        break;
      }
      onMessage(bytes.subarray(PREFIX_BYTES, end));
      bytes = bytes.subarray(end);
    }
    this.rest = bytes.length > 0 ? [bytes] : [];
    this.restBytes = bytes.length;
  }

  /**
   * To be called when no more bytes come. Throws a {@link GrpcError} if a message is incomplete.
   */
  end(): void {
    if (this.restBytes === 0) return;
    throw new GrpcError({
      code: 'invalid_argument',
      message: 'The request ends in the middle of a message.',
    });
  }
}

function messageLength(bytes: Buffer): number {
  if (bytes[0] !== 0) {
    throw new GrpcError({
      code: 'unimplemented',
      message: 'Compressed messages are not supported: send them uncompressed.',
    });
  }
  const length = bytes.readUInt32BE(1);
  if (length > MESSAGE_BYTES_MAX) {
    throw new GrpcError({
      code: 'resource_exhausted',
      message: `A message of ${length} bytes is too large: the limit is ${MESSAGE_BYTES_MAX} bytes.`,
    });
  }
  return length;
}
