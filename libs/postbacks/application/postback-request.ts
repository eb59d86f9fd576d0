import { type OutboundRequest, signatureHeaders } from '#libs/outbound';
import { MACRO_NAMES, type MacroValue, type MacroValues } from '../domain/macros.js';
import { fillAddress, fillField, text } from '../domain/template.js';
import { type OpenTarget } from './target-book.js';

/** Which message this is, and when this attempt is made. */
export interface PostbackMessage {
  /** The same for every attempt. */
  readonly id: string;
  readonly at: Date;
  readonly values: MacroValues;
}

const CONTENT_TYPES = {
  json: 'application/json',
  form: 'application/x-www-form-urlencoded',
} as const;

/**
 * The signed request that tells a target; the same message makes the same body. Whatever it says is
 * signed: the body, or for GET, which has none, path and query string. Personal.
 */
export function postbackRequest(
  target: OpenTarget,
  { id, at, values }: PostbackMessage,
): OutboundRequest {
  const { method, format } = target.settings;
  const url = fillAddress(target.url, values);
  const body = method === 'GET' ? null : bodyOf(target, values);
  return {
    ...{ method, url },
    headers: {
      ...(body !== null && { 'content-type': CONTENT_TYPES[format] }),
      ...signatureHeaders({ id, at, body: body ?? pathAndQuery(url) }, target.secrets),
    },
    body,
  };
}

/** What a GET says, as its receiver sees it: it is signed where a body would be. */
function pathAndQuery(url: string): string {
  const { pathname, search } = new URL(url);
  return pathname + search;
}

function bodyOf({ fields, settings: { format } }: OpenTarget, values: MacroValues): string {
  const filled = fields === null ? allOf(values) : filledIn(fields, values);
  if (format === 'json') return JSON.stringify(Object.fromEntries(filled));
  const pairs = filled.map(([name, value]) => [name, text(value)] as [string, string]);
  return new URLSearchParams(pairs).toString();
}

type Filled = readonly (readonly [string, MacroValue])[];

function allOf(values: MacroValues): Filled {
  return MACRO_NAMES.map((name) => [name, values[name]]);
}

function filledIn(fields: Readonly<Record<string, string>>, values: MacroValues): Filled {
  return Object.entries(fields).map(([name, template]) => [name, fillField(template, values)]);
}
