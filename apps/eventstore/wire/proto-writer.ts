const INITIAL_BYTES = 256;

/** How many bytes a number takes as a varint. */
export function varintSize(value: number): number {
  let size = 1;
  for (let rest = value; rest >= 128; rest = Math.floor(rest / 128)) size += 1;
  return size;
}

/** How many bytes a length-delimited field takes, for field numbers up to 15. */
export function fieldSize(contentLength: number): number {
  return 1 + varintSize(contentLength) + contentLength;
}

/**
 * Writes protobuf fields, one after another, into a buffer that grows as needed.
 *
 * Nested messages are written by telling their length first ({@link open}), so nothing is copied
 * twice. Field numbers go up to 15, the most any message here has.
 */
export class ProtoWriter {
  private buffer: Buffer;
  /** Bytes written so far. */
  position = 0;

  constructor(initialBytes = INITIAL_BYTES) {
    this.buffer = Buffer.allocUnsafeSlow(initialBytes);
  }

  /** Room for the bytes of a message whose size is known, so that later writes need not check. */
  reserve(byteCount: number): void {
    const needed = this.position + byteCount;
    if (needed <= this.buffer.length) return;
    const grown = Buffer.allocUnsafeSlow(Math.max(needed, this.buffer.length * 2));
    this.buffer.copy(grown, 0, 0, this.position);
    this.buffer = grown;
  }

  rawByte(value: number): void {
    this.reserve(1);
    this.buffer[this.position++] = value;
  }

  rawVarint(value: number): void {
    this.reserve(10);
    let rest = value;
    while (rest >= 128) {
      this.buffer[this.position++] = (rest % 128) | 0x80;
      rest = Math.floor(rest / 128);
    }
    this.buffer[this.position++] = rest;
  }

  /** Four bytes, big-endian: the length in a gRPC frame. */
  rawUint32(value: number): void {
    this.reserve(4);
    this.position = this.buffer.writeUInt32BE(value, this.position);
  }

  rawBytes(bytes: Uint8Array): void {
    this.reserve(bytes.length);
    this.buffer.set(bytes, this.position);
    this.position += bytes.length;
  }

  /** Text whose length in UTF-8 bytes is known; equal lengths mean it is ASCII. */
  rawText(text: string, byteLength: number): void {
    this.reserve(byteLength);
    if (byteLength === text.length) this.buffer.write(text, this.position, 'latin1');
    else this.buffer.write(text, this.position, 'utf8');
    this.position += byteLength;
  }

  varint(field: number, value: number): void {
    this.rawVarint(field << 3);
    this.rawVarint(value);
  }

  /** Opens a nested message or any other length-delimited field of a known length. */
  open(field: number, contentLength: number): void {
    this.rawByte((field << 3) | 2);
    this.rawVarint(contentLength);
  }

  bytes(field: number, bytes: Uint8Array): void {
    this.open(field, bytes.length);
    this.rawBytes(bytes);
  }

  string(field: number, text: string, byteLength = Buffer.byteLength(text)): void {
    this.open(field, byteLength);
    this.rawText(text, byteLength);
  }

  /** A nested message built by another writer: for the rare messages where speed does not count. */
  message(field: number, build: (writer: ProtoWriter) => void): void {
    const nested = new ProtoWriter();
    build(nested);
    this.bytes(field, nested.written());
  }

  /** The bytes from `start` to `end`; they stay valid only until the writer is reused. */
  written(start = 0, end = this.position): Buffer {
    return this.buffer.subarray(start, end);
  }

  /** Starts again at the beginning of the same memory. */
  reset(): void {
    this.position = 0;
  }
}

/** The bytes of one message. */
export function encodeMessage(build: (writer: ProtoWriter) => void): Buffer {
  const writer = new ProtoWriter();
  build(writer);
  return writer.written();
}
