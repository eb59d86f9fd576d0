import { type PhoneReading } from './caller.js';
import { type Hit } from './hit.js';
import { readHit, type ReadingOptions } from './read-hit.js';

/** Ten digits, or eleven with a leading 1, as the United States write them. */
export function aPhoneReader(text: string): PhoneReading {
  const digits = text.normalize('NFKC').replace(/\D/g, '');
  if (/^1?[2-9]\d{9}$/.test(digits)) return { e164: `+1${digits.slice(-10)}` };
  return { problem: 'unparseable' };
}

/** How a test reads unless it says otherwise: no additions, dollars by name, UTC. */
export function someOptions(changes: Partial<ReadingOptions> = {}): ReadingOptions {
  return {
    aliases: [],
    aliasVersion: 0,
    settings: { amountUnit: 'by_name', timeZone: 'UTC', currency: 'USD' },
    normalisePhone: aPhoneReader,
    hashPhone: (e164) => `hash of ${e164}`,
    ...changes,
  };
}

/** A report in the address alone, as a pixel sends it. */
export function aPixel(query: string): Hit {
  return { method: 'GET', contentType: null, query, body: '' };
}

/** A report as a form. */
export function aForm(body: string | Uint8Array, charset?: string): Hit {
  const contentType = `application/x-www-form-urlencoded${charset ? `; charset=${charset}` : ''}`;
  return { method: 'POST', contentType, query: '', body };
}

/** A report as an upload form, as curl sends fields in PHP. */
export function someParts(parts: readonly string[], boundary = 'x'): Hit & { body: Buffer } {
  const bare = boundary.replaceAll('"', '');
  const body = [...parts.map((each) => `--${bare}\r\n${each}\r\n`), `--${bare}--\r\n`].join('');
  const contentType = `multipart/form-data; boundary=${boundary}`;
  return { method: 'POST', contentType, query: '', body: Buffer.from(body) };
}

/** One field of an upload form. */
export function part(name: string, value: string): string {
  return `Content-Disposition: form-data; name="${name}"\r\n\r\n${value}`;
}

/** A report as JSON. */
export function someJson(body: unknown, query = ''): Hit {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return { method: 'POST', contentType: 'application/json', query, body: text };
}

/** What is read of fields that are sent as JSON. */
export function readingOf(fields: object, changes: Partial<ReadingOptions> = {}) {
  return readHit(someJson(fields), someOptions(changes)).reading;
}

/** The codes of what was odd, in order. */
export function codesOf({ warnings }: { readonly warnings: readonly { code: string }[] }) {
  return warnings.map(({ code }) => code);
}
