/**
 * Reads one protobuf message, field by field, without building objects nobody asked for (ADR 0002
 * says what that saves). Views returned by {@link bytes} share memory with the message: copy what
 * must outlive it.
 *
 * @see https://protobuf.dev/programming-guides/encoding/
 */
export class ProtoReader {
  private offset: number;
  /** Number of the field last read by {@link next}. */
  field = 0;
  private wireType = 0;

  constructor(
    private readonly buffer: Buffer,
    start = 0,
    private readonly end = buffer.length,
  ) {
    this.offset = start;
  }

  /** Moves to the next field; false at the end of the message. */
  next(): boolean {
    if (this.offset >= this.end) return false;
    const tag = this.varint();
    this.field = tag >>> 3;
    this.wireType = tag & 7;
    return true;
  }

  /**
   * An unsigned number. Values beyond 2^53 come back as `Number.MAX_SAFE_INTEGER`: no position and
   * no revision of this store is ever that large, and all that is done with them is to compare.
   */
  varint(): number {
    let value = 0;
    let scale = 1;
    for (let read = 0; read < 10; read += 1) {
      const byte = this.byte();
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value > Number.MAX_SAFE_INTEGER ? Number.MAX_SAFE_INTEGER : value;
      scale *= 128;
    }
    throw new MalformedMessage('a number is longer than ten bytes');
  }

  /** An int64 of up to eight bytes as the two's complement it is. */
  int64(): bigint {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = this.byte();
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return BigInt.asIntN(64, value);
    }
    throw new MalformedMessage('a number is longer than ten bytes');
  }

  bool(): boolean {
    return this.varint() !== 0;
  }

  /** A view of a length-delimited field. */
  bytes(): Buffer {
    const start = this.enter();
    return this.buffer.subarray(start, this.offset);
  }

  string(): string {
    const start = this.enter();
    return this.buffer.toString('utf8', start, this.offset);
  }

  /** A reader of a nested message. */
  message(): ProtoReader {
    const start = this.enter();
    return new ProtoReader(this.buffer, start, this.offset);
  }

  /** Passes over the current field, whatever it is. */
  skip(): void {
    if (this.wireType === 0) this.varint();
    else if (this.wireType === 1) this.offset += 8;
    else if (this.wireType === 2) this.enter();
    else if (this.wireType === 5) this.offset += 4;
    else throw new MalformedMessage(`wire type ${this.wireType} is not supported`);
    if (this.offset > this.end) throw new MalformedMessage('the message ends within a field');
  }

  private byte(): number {
    if (this.offset >= this.end) throw new MalformedMessage('the message ends within a number');
    return this.buffer[this.offset++] ?? 0;
  }

  /** Passes over a length-delimited field, which ends where the reader then stands; → its start. */
  private enter(): number {
    if (this.wireType !== 2) throw new MalformedMessage('expected a length-delimited field');
    const length = this.varint();
    const start = this.offset;
    if (start + length > this.end) {
      throw new MalformedMessage('the message ends within a field');
    }
    this.offset = start + length;
    return start;
  }
}

/** The bytes are not a valid protobuf message. */
export class MalformedMessage extends Error {
  constructor(reason: string) {
    super(`The message cannot be decoded: ${reason}.`);
    this.name = 'MalformedMessage';
  }
}
