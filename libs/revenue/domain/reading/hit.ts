import { charsetOf, charsetOfMark, decodeBytes, type Decoded } from './charset.js';
import { elementsOf } from './exact-json.js';
import { xmlElementsOf } from './xml-list.js';

/** A report as it came. */
export interface Hit {
  readonly method: 'GET' | 'POST' | 'IMPORT';
  /** With its parameters; `null` if none was sent. */
  readonly contentType: string | null;
  /** With or without the question mark. */
  readonly query: string;
  readonly body: string | Uint8Array;
}

/** Reports that one request may bring. */
export const HITS_MAX = 500;

const BRACE = 0x7b;

/** What a media type promises. */
export type BodyKind = 'json' | 'form' | 'parts' | 'xml' | 'foreign' | 'unsaid';

/** Reads the media type; a type that says nothing of use, e.g. text/plain, is `unsaid`. */
export function bodyKindOf(contentType: string | null): BodyKind {
  const type = (contentType ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';
  if (/[/+]json$/.test(type)) return 'json';
  if (type === 'application/x-www-form-urlencoded') return 'form';
  if (type === 'multipart/form-data') return 'parts';
  if (/[/+]xml$/.test(type)) return 'xml';
  return type.startsWith('multipart/') ? 'foreign' : 'unsaid';
}

/** Before an attribute, the end of the tag, or what is within: `<x=1` is the field of a form. */
const XML_BEGINS = /^\s*<(?:[?!]|[a-z_][\w.:-]*[\s/>])/i;

/** Whether a body is taken for XML: its media type says so, or says nothing and it looks so. */
export function isXml(kind: BodyKind, text: string): boolean {
  return kind === 'xml' || (kind === 'unsaid' && XML_BEGINS.test(text));
}

/** The bytes of the body. */
export function bytesOf({ body }: Hit): Uint8Array {
  return typeof body === 'string' ? Buffer.from(body) : body;
}

/**
 * The charset of the body, by its mark or else its media type; a body that is text already has been
 * decoded.
 */
export function bodyCharset({ body, contentType }: Hit): string | null {
  return typeof body === 'string' ? null : (charsetOfMark(body) ?? charsetOf(contentType));
}

/** The body as text. */
export function bodyText(hit: Hit): Decoded {
  return decodeBytes(bytesOf(hit), bodyCharset(hit));
}

/** A brace comes first in no charset where a list or a document does: the usual case, told at once. */
function isObject(body: Hit['body']): boolean {
  return typeof body === 'string' ? body.startsWith('{') : body[0] === BRACE;
}

/**
 * The single reports of a request, with the query of all of them: each element of an array is one,
 * and each element of a list in XML, with what stands around it. More than {@link HITS_MAX} are left
 * together, so that nothing of them is lost; {@link readHit} finds them unreadable.
 */
export function splitHits(hit: Hit): readonly Hit[] {
  const kind = bodyKindOf(hit.contentType);
  if (kind === 'foreign' || (kind !== 'xml' && isObject(hit.body))) return [hit];
  const { text } = bodyText(hit);
  const isJson = text.trimStart().startsWith('[');
  if (!isJson && !isXml(kind, text)) return [hit];
  const elements = isJson ? elementsOf(text) : xmlElementsOf(text);
  if (elements === null || elements.length === 0 || elements.length > HITS_MAX) return [hit];
  const contentType = isJson ? 'application/json' : 'application/xml';
  return elements.map((body) => ({ ...hit, contentType, body }));
}
