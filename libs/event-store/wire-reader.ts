/**
 * Walks through one protobuf message field by field, so that only what is asked for is built.
 * Reading the log with the client's generated classes cost four times as much.
 *
 * @see https://protobuf.dev/programming-guides/encoding/
 */
export class WireReader {
  readonly #bytes: Buffer;
  readonly #end: number;
  #at: number;
  #wireType = 0;
  /** Number of the field that {@link next} came to. */
  field = 0;

  constructor(bytes: Buffer, start = 0, end = bytes.length) {
    this.#bytes = bytes;
    this.#at = start;
    this.#end = end;
  }

  /** Moves to the next field; false at the end of the message. */
  next(): boolean {
    if (this.#at >= this.#end) return false;
    const tag = Number(this.#varint());
    this.field = tag >>> 3;
    this.#wireType = tag & 7;
    return true;
  }

  /** An unsigned number of up to 64 bits. */
  uint64(): bigint {
    if (this.#wireType !== 0) throw malformed('a number was expected');
    return BigInt(this.#varint());
  }

  /** A view that shares memory with the message. */
  bytes(): Buffer {
    const length = this.#enter();
    return this.#bytes.subarray(this.#at, (this.#at += length));
  }

  text(): string {
    const length = this.#enter();
    return this.#bytes.toString('utf8', this.#at, (this.#at += length));
  }

  message(): WireReader {
    const length = this.#enter();
    return new WireReader(this.#bytes, this.#at, (this.#at += length));
  }

  /** Passes over the field, whatever it is. */
  skip(): void {
    if (this.#wireType === 0) this.#varint();
    else if (this.#wireType === 1) this.#at += 8;
    else if (this.#wireType === 2) this.bytes();
    else if (this.#wireType === 5) this.#at += 4;
    else throw malformed(`wire type ${this.#wireType} is not supported`);
    if (this.#at > this.#end) throw malformed('it ends within a field');
  }

  /** The length of the field whose content begins here. */
  #enter(): number {
    if (this.#wireType !== 2) throw malformed('a text or a message was expected');
    const length = Number(this.#varint());
    if (this.#at + length > this.#end) throw malformed('it ends within a field');
    return length;
  }

  /** A bigint only where a number would not be exact: the sum of seven groups has 49 bits. */
  #varint(): number | bigint {
    let value = 0;
    let scale = 1;
    for (let read = 0; read < 7; read += 1) {
      const byte = this.#byte();
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
      scale *= 128;
    }
    return this.#restOfVarint(BigInt(value));
  }

  #restOfVarint(lowest: bigint): bigint {
    let value = lowest;
    for (let shift = 49n; shift < 70n; shift += 7n) {
      const byte = this.#byte();
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return BigInt.asUintN(64, value);
    }
    throw malformed('a number is longer than ten bytes');
  }

  #byte(): number {
    if (this.#at >= this.#end) throw malformed('it ends within a number');
    return this.#bytes[this.#at++] ?? 0;
  }
}

function malformed(reason: string): Error {
  return new Error(`The event store sent a message that cannot be read: ${reason}.`);
}
