import { isUtf8 } from 'node:buffer';
import { bytesOf, type Hit } from '../domain/reading/hit.js';

/** Where a report came from, as far as that is kept. */
export interface ReportOrigin {
  readonly ip: string | null;
  /** A few that tell what sent it; never cookies or credentials. */
  readonly headers: Readonly<Record<string, string>>;
}

/** A report as it came, as `PostbackReceived` seals it; without the token. */
export interface RawReport extends ReportOrigin {
  readonly contentType: string | null;
  readonly query: string;
  /** `text`: it had been decoded, as one of a list. `utf8` and `base64`: its very bytes. */
  readonly bodyForm: 'text' | 'utf8' | 'base64';
  readonly body: string;
  /** Who called, E.164; `null` if nobody was named. */
  readonly caller: string | null;
}

/** What of a report is sealed. */
export function rawReport(hit: Hit, origin: ReportOrigin, caller: string | null): RawReport {
  const { contentType, query } = hit;
  return { contentType, query, ...bodyOf(hit), ip: origin.ip, headers: origin.headers, caller };
}

function bodyOf({ body }: Hit): Pick<RawReport, 'body' | 'bodyForm'> {
  if (typeof body === 'string') return { bodyForm: 'text', body };
  const bodyForm = isUtf8(body) ? 'utf8' : 'base64';
  // A view of the same bytes, which `from` alone would copy.
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  return { bodyForm, body: bytes.toString(bodyForm) };
}

/** The report again, to be read anew: byte for byte what came. */
export function hitOf(
  { contentType, query, body, bodyForm }: RawReport,
  method: Hit['method'],
): Hit {
  return {
    method,
    contentType,
    query,
    body: bodyForm === 'text' ? body : Buffer.from(body, bodyForm),
  };
}

/** Length of query and body. */
export function sizeOf(hit: Hit): number {
  return Buffer.byteLength(hit.query) + bytesOf(hit).length;
}
