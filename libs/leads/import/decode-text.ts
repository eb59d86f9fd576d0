import { csvInvalid } from './import-errors.js';

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const LINE_BYTES_MAX = 1024 * 1024;

interface Decoder {
  push(bytes: Uint8Array): string;
  end(): string;
}

/**
 * The text of a file, whatever program wrote it, without a byte order mark.
 *
 * UTF-16 is told by its mark or by its zero bytes. Any other file is read line by line: a line that
 * is valid UTF-8 is that, and any other is Windows-1252, what spreadsheets save. So lists pasted
 * together from both are read right too. Holds one line at most, of 1 MiB (`csv_invalid`).
 */
export async function* decodeText(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  let decoder: Decoder | null = null;
  for await (const chunk of firstBytesTogether(chunks)) {
    decoder ??= decoderFor(chunk);
    yield decoder.push(chunk);
  }
  if (decoder !== null) yield decoder.end();
}

/** The same bytes, the first piece of at least four of them if there are as many. */
async function* firstBytesTogether(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let first: Buffer | null = Buffer.alloc(0);
  for await (const chunk of chunks) {
    if (first === null) {
      yield chunk;
      continue;
    }
    first = Buffer.concat([first, chunk]);
    if (first.length < 4) continue;
    yield first;
    first = null;
  }
  if (first !== null && first.length > 0) yield first;
}

function decoderFor([a, b]: Uint8Array): Decoder {
  if ((a === 0xff && b === 0xfe) || (a !== 0 && b === 0)) return wideDecoder('utf-16le');
  if ((a === 0xfe && b === 0xff) || (a === 0 && b !== 0)) return wideDecoder('utf-16be');
  return new LineDecoder();
}

function wideDecoder(encoding: 'utf-16le' | 'utf-16be'): Decoder {
  const decoder = new TextDecoder(encoding);
  return {
    push: (bytes) => decoder.decode(bytes, { stream: true }),
    end: () => decoder.decode(),
  };
}

const utf8 = new TextDecoder('utf-8', { fatal: true });
const windows1252 = new TextDecoder('windows-1252');

/** Decodes whole lines only, so that no character is ever cut in two. */
class LineDecoder implements Decoder {
  #rest: Uint8Array = Buffer.alloc(0);

  push(bytes: Uint8Array): string {
    const known = this.#rest.length === 0 ? bytes : Buffer.concat([this.#rest, bytes]);
    const end = Math.max(known.lastIndexOf(LINE_FEED), known.lastIndexOf(CARRIAGE_RETURN)) + 1;
    this.#rest = known.subarray(end);
    if (this.#rest.length > LINE_BYTES_MAX) {
      throw csvInvalid('A line is longer than 1 MiB. Is this a CSV file? Save it as CSV again.');
    }
    return decodeLines(known.subarray(0, end));
  }

  end(): string {
    return decodeLines(this.#rest);
  }
}

function decodeLines(bytes: Uint8Array): string {
  if (bytes.length === 0) return '';
  try {
    return utf8.decode(bytes);
  } catch {
    return [...lines(bytes)].map(decodeLine).join('');
  }
}

function decodeLine(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch {
    return windows1252.decode(bytes);
  }
}

function* lines(bytes: Uint8Array): Generator<Uint8Array> {
  const breakByte = bytes.includes(LINE_FEED) ? LINE_FEED : CARRIAGE_RETURN;
  for (let start = 0; start < bytes.length;) {
    const at = bytes.indexOf(breakByte, start);
    const end = at === -1 ? bytes.length : at + 1;
    yield bytes.subarray(start, end);
    start = end;
  }
}
