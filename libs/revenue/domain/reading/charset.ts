/** Text, and the code of what was odd about its bytes, if anything. */
export interface Decoded {
  readonly text: string;
  readonly warning: 'charset_unknown' | 'charset_mismatch' | null;
}

const utf8 = new TextDecoder('utf-8', { fatal: true });
/** Decodes any bytes, and is what most programs mean that do not say or say it wrongly. */
const windows1252 = new TextDecoder('windows-1252');

/** The charset a media type names; `null` if it names none. */
export function charsetOf(contentType: string | null): string | null {
  return /;\s*charset\s*=\s*"?([^\s;"]+)/i.exec(contentType ?? '')?.[1] ?? null;
}

/** The charset that the mark at the beginning of some bytes tells; `null` if there is none. */
export function charsetOfMark([first, second]: Uint8Array): string | null {
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  return first === 0xfe && second === 0xff ? 'utf-16be' : null;
}

/**
 * Bytes in the charset they are said to be in, UTF-8 unless said. Bytes that are not are read as
 * Windows-1252, which cannot fail: half a name is better than no payout.
 */
export function decodeBytes(bytes: Uint8Array, charset: string | null): Decoded {
  const named = charset === null ? null : decoderOf(charset);
  const decoder = named ?? utf8;
  const unknown = charset !== null && named === null;
  try {
    return { text: decoder.decode(bytes), warning: unknown ? 'charset_unknown' : null };
  } catch {
    return { text: windows1252.decode(bytes), warning: 'charset_mismatch' };
  }
}

/** Whether the charset writes ASCII as something else, so that bytes of a form mean nothing. */
export function isWide(charset: string | null): boolean {
  const encoding = charset === null ? null : decoderOf(charset)?.encoding;
  return encoding === 'utf-16le' || encoding === 'utf-16be';
}

function decoderOf(charset: string) {
  try {
    return new TextDecoder(charset, { fatal: true });
  } catch {
    return null;
  }
}
