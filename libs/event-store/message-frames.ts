import { status } from '@grpc/grpc-js';

const PREFIX_BYTES = 5;

/** A message that this side does not take. `code` is what gRPC says of such a one. */
export class UnwantedMessage extends Error {
  override readonly name = 'UnwantedMessage';

  constructor(
    readonly code: status,
    reason: string,
  ) {
    super(`The event store sent a message that ${reason}.`);
  }
}

/** A message as it travels: its length, and its content in as many parts as given. */
export function framed(...parts: readonly Buffer[]): Buffer {
  const prefix = Buffer.alloc(PREFIX_BYTES);
  prefix.writeUInt32BE(
    parts.reduce((sum, { length }) => sum + length, 0),
    1,
  );
  return Buffer.concat([prefix, ...parts]);
}

/**
 * Cuts what comes on a call into messages, wherever the network has cut it.
 *
 * A message that came in one piece is a view of that piece; one that did not is put together once,
 * when the last of it is here.
 */
export class MessageFrames {
  readonly #bytesMax: number;
  readonly #onMessage: (message: Buffer) => void;
  /** The beginning of a message, whose end is still on its way. */
  #parts: Buffer[] = [];
  #partsBytes = 0;
  /** How long the parts must be to go on: the prefix first, then it and the message. */
  #wantedBytes = PREFIX_BYTES;

  /** Messages of more than `bytesMax` are refused. */
  constructor(bytesMax: number, onMessage: (message: Buffer) => void) {
    this.#bytesMax = bytesMax;
    this.#onMessage = onMessage;
  }

  /** Whether a message has begun and not ended. */
  get isAmidMessage(): boolean {
    return this.#partsBytes > 0;
  }

  /** Hands on every message that ends in `chunk`. Throws `UnwantedMessage`. */
  push(chunk: Buffer): void {
    let at = 0;
    while (at < chunk.length) {
      const end = this.#partsBytes === 0 ? this.#endOfMessage(chunk, at) : Infinity;
      if (end <= chunk.length) {
        this.#onMessage(chunk.subarray(at + PREFIX_BYTES, end));
        at = end;
      } else {
        at += this.#gather(chunk, at);
      }
    }
  }

  /** Where the message at `at` ends, which may be beyond `chunk`. */
  #endOfMessage(chunk: Buffer, at: number): number {
    if (chunk.length - at < PREFIX_BYTES) return Infinity;
    return at + PREFIX_BYTES + this.#messageLength(chunk, at);
  }

  /** Takes what is wanted of `chunk` from `at` on; returns how many bytes that were. */
  #gather(chunk: Buffer, at: number): number {
    const part = chunk.subarray(at, at + this.#wantedBytes - this.#partsBytes);
    this.#parts.push(part);
    this.#partsBytes += part.length;
    if (this.#partsBytes === this.#wantedBytes) this.#goOn();
    return part.length;
  }

  #goOn(): void {
    const bytes = Buffer.concat(this.#parts, this.#partsBytes);
    if (this.#wantedBytes === PREFIX_BYTES) {
      this.#parts = [bytes];
      this.#wantedBytes += this.#messageLength(bytes, 0);
      if (this.#wantedBytes > PREFIX_BYTES) return;
    }
    this.#parts = [];
    this.#partsBytes = 0;
    this.#wantedBytes = PREFIX_BYTES;
    this.#onMessage(bytes.subarray(PREFIX_BYTES));
  }

  #messageLength(bytes: Buffer, at: number): number {
    if (bytes[at] !== 0) throw new UnwantedMessage(status.INTERNAL, 'is compressed');
    const length = bytes.readUInt32BE(at + 1);
    if (length <= this.#bytesMax) return length;
    const reason = `is too large: ${length} bytes, and at most ${this.#bytesMax} are taken`;
    throw new UnwantedMessage(status.RESOURCE_EXHAUSTED, reason);
  }
}
