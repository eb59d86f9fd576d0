import { charsetOf, decodeBytes } from './charset.js';
import { type FormFields } from './form.js';
import { type SentValue } from './parsed.js';

const BOUNDARY = /;\s*boundary\s*=\s*(?:"([^"]+)"|([^\s;"]+))/i;
const NAME = /;\s*name\s*=\s*(?:"([^"\r\n]*)"|([^\s;"]+))/i;
const FILE = /;\s*filename\*?\s*=/i;
const END_OF_HEADERS = '\r\n\r\n';

/**
 * Reads the fields of an upload form (RFC 7578), in order; files among them are none. `null` if it
 * does not end as its media type says: the last amount could be half of one. Read here and not by a
 * stream, because a report is read again whenever names change, from its bytes alone.
 */
export function readParts(bytes: Uint8Array, contentType: string | null): FormFields | null {
  const [, quoted, bare] = BOUNDARY.exec(contentType ?? '') ?? [];
  const boundary = quoted ?? bare;
  if (boundary === undefined) return null;
  const text = `\r\n${Buffer.from(bytes).toString('latin1')}`;
  const [, ...parts] = text.split(`\r\n--${boundary}`);
  const end = parts.findIndex((part) => part.startsWith('--'));
  if (end === -1) return null;
  return fieldsOf(parts.slice(0, end));
}

function fieldsOf(parts: readonly string[]): FormFields {
  let warning: string | null = null;
  const fields = parts.flatMap((part): SentValue[] => {
    const endsAt = part.indexOf(END_OF_HEADERS);
    const headers = part.slice(0, Math.max(endsAt, 0));
    const name = fieldName(headers);
    if (name === null) return [];
    const value = decoded(part.slice(endsAt + END_OF_HEADERS.length), charsetOf(headers));
    warning ??= value.warning;
    return [{ name: decoded(name, null).text, value: value.text }];
  });
  return { fields, warning };
}

function fieldName(headers: string): string | null {
  if (FILE.test(headers)) return null;
  const [, quoted, bare] = NAME.exec(headers) ?? [];
  return quoted ?? bare ?? null;
}

function decoded(latin1: string, charset: string | null) {
  return decodeBytes(Buffer.from(latin1, 'latin1'), charset);
}
