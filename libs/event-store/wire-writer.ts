const INITIAL_BYTES = 16 * 1024;

/**
 * Writes protobuf messages from their end to their start, the last field first: so the length of
 * what is nested is known when its turn comes, and nothing is built or counted ahead.
 *
 * @see https://protobuf.dev/programming-guides/encoding/
 */
export class WireWriter {
  #bytes: Buffer = Buffer.allocUnsafeSlow(INITIAL_BYTES);
  /** Where the message begins; its end is that of the memory. */
  #start = INITIAL_BYTES;

  /** The message that `write` writes with this writer, in memory of its own. */
  encode(write: () => void): Buffer {
    this.#start = this.#bytes.length;
    write();
    return Buffer.from(this.#bytes.subarray(this.#start));
  }

  /** A field with an unsigned number; exact up to 2^53. */
  number(field: number, value: number): void {
    this.#varint(value);
    this.#varint(field << 3);
  }

  bytes(field: number, content: Buffer): void {
    this.#reserve(content.length);
    content.copy(this.#bytes, this.#start);
    this.#lengthDelimited(field, content.length);
  }

  /** A field of text, or of bytes that are text. Returns how many bytes of UTF-8 it is. */
  text(field: number, content: string): number {
    const length = Buffer.byteLength(content);
    this.#reserve(length);
    // Equal lengths mean ASCII, which is copied without looking at it again.
    if (length === content.length) this.#bytes.write(content, this.#start, 'latin1');
    else this.#bytes.write(content, this.#start, 'utf8');
    this.#lengthDelimited(field, length);
    return length;
  }

  /** A field with the message that `write` writes with this writer. */
  message(field: number, write: () => void): void {
    const afterEnd = this.#bytes.length - this.#start;
    write();
    this.#lengthDelimited(field, this.#bytes.length - this.#start - afterEnd);
  }

  #lengthDelimited(field: number, length: number): void {
    this.#varint(length);
    this.#varint((field << 3) | 2);
  }

  #varint(value: number): void {
    let length = 1;
    for (let rest = value; rest >= 128; rest = Math.floor(rest / 128)) length += 1;
    this.#reserve(length);
    let at = this.#start;
    let rest = value;
    for (; rest >= 128; rest = Math.floor(rest / 128)) this.#bytes[at++] = (rest % 128) | 0x80;
    this.#bytes[at] = rest;
  }

  /** Moves the start forward by so many bytes, and into more memory if there is no room. */
  #reserve(length: number): void {
    if (length > this.#start) {
      const written = this.#bytes.subarray(this.#start);
      const grown = Buffer.allocUnsafeSlow((this.#bytes.length + length) * 2);
      written.copy(grown, grown.length - written.length);
      this.#bytes = grown;
      this.#start = grown.length - written.length;
    }
    this.#start -= length;
  }
}
