import { type Element } from '@xmldom/xmldom';
import { type Reading } from '../postback.events.js';
import { isWide } from './charset.js';
import { parseExactly } from './exact-json.js';
import { readForm } from './form.js';
import { bodyCharset, bodyKindOf, bodyText, bytesOf, type Hit, HITS_MAX, isXml } from './hit.js';
import { readParts } from './multipart.js';
import { type SentValue, type Warning } from './parsed.js';
import { normaliseKey } from './alias-map.js';
import { attributesOf, elementsIn, fieldOf, holdsFields, nameOf, readXml } from './xml-document.js';
import { listedIn } from './xml-list.js';

/**
 * The fields of a report by where they were, the strongest first: the top of the body, what is
 * nested one level deep, the query.
 */
export interface SentLevels {
  readonly format: Reading['format'];
  readonly levels: readonly (readonly SentValue[])[];
  readonly warnings: readonly Warning[];
}

/** Where platforms put the call inside a larger object, in order of precedence. */
const CONTAINERS = ['call', 'data', 'payload', 'event', 'conversion'];
/** The secret of the address: no field of the report. */
const TOKEN = 'token';

/** The fields of a report, whatever way it was sent. Never throws. */
export function sentLevels(hit: Hit): SentLevels {
  const query = readForm(Buffer.from(hit.query), null);
  const asked = query.fields.filter(({ name }) => name.toLowerCase() !== TOKEN);
  const body = readBody(hit);
  const warnings = [...body.warnings, ...warningOf('query', query.warning)];
  return { format: formatOf(body.format, asked), levels: [...body.levels, asked], warnings };
}

function formatOf(body: Body['format'], query: readonly SentValue[]): Reading['format'] {
  if (body === 'none') return 'query';
  return query.length > 0 && body !== 'unreadable' ? 'mixed' : body;
}

interface Body {
  readonly format: 'none' | 'json' | 'form' | 'xml' | 'unreadable';
  readonly levels: readonly (readonly SentValue[])[];
  readonly warnings: readonly Warning[];
}

function readBody(hit: Hit): Body {
  const { text, warning } = bodyText(hit);
  if (text.trim() === '') return { format: 'none', levels: [], warnings: [] };
  const kind = bodyKindOf(hit.contentType);
  if (kind === 'foreign') return unreadable('content_type_unsupported');
  const looksJson = /^\s*[{[]/.test(text);
  const parsed = kind === 'json' || looksJson ? parseExactly(text) : undefined;
  if (parsed !== undefined) return warned(jsonBody(parsed), warning);
  if (kind === 'json') return unreadable('json_undecodable');
  if (isXml(kind, text)) return warned(xmlBody(readXml(text)), warning);
  if (kind === 'parts') return partsBody(hit);
  if (kind === 'form' || (!looksJson && text.includes('='))) return formBody(hit);
  return unreadable(looksJson ? 'json_undecodable' : 'body_undecodable');
}

function warned(body: Body, code: string | null): Body {
  return { ...body, warnings: [...body.warnings, ...warningOf('body', code)] };
}

function jsonBody(parsed: unknown): Body {
  const only = Array.isArray(parsed) && parsed.length === 1 ? (parsed as unknown[])[0] : parsed;
  if (Array.isArray(only)) {
    return unreadable(only.length > HITS_MAX ? 'too_many_hits' : 'list_of_hits');
  }
  if (typeof only !== 'object' || only === null) return unreadable('json_not_object');
  return { format: 'json', levels: objectLevels(only), warnings: [] };
}

/** One report is a document; its parts are the fields, as are its attributes. */
function xmlBody(root: Element | null): Body {
  if (root === null) return unreadable('xml_undecodable');
  const listed = listedIn(innermost(root));
  if (listed.length > HITS_MAX) return unreadable('too_many_hits');
  if (listed.length > 0) return unreadable('list_of_hits');
  return { format: 'xml', levels: xmlLevels(root), warnings: [] };
}

/** What is around an only element with fields in it counts less than those: an envelope. */
function xmlLevels(element: Element): SentValue[][] {
  const attributes = [...attributesOf(element)];
  const only = onlyOf(element);
  if (only !== null) return [...xmlLevels(only), attributes];
  const [top = [], ...nested] = levelsOf(elementsIn(element).map(entryOf));
  return [[...top, ...attributes], ...nested];
}

function innermost(element: Element): Element {
  const only = onlyOf(element);
  return only === null ? element : innermost(only);
}

function onlyOf(element: Element): Element | null {
  const [only, second] = elementsIn(element);
  return only !== undefined && second === undefined && holdsFields(only) ? only : null;
}

function entryOf(element: Element): readonly [string, unknown] {
  if (!holdsFields(element)) return pairOf(fieldOf(element));
  const attributes = attributesOf(element).map(pairOf);
  const within = [...attributes, ...elementsIn(element).map(entryOf)];
  return [nameOf(element), Object.fromEntries(within)];
}

function pairOf({ name, value }: SentValue) {
  return [name, value] as const;
}

function objectLevels(object: object): SentValue[][] {
  return levelsOf(Object.entries(object) as [string, unknown][]);
}

function levelsOf(entries: readonly (readonly [string, unknown])[]): SentValue[][] {
  const top = scalarFields(entries);
  const plain = entries.filter(([, value]) => isPlain(value));
  if (plain.length === 0) return [top];
  const nested = CONTAINERS.map((container) =>
    plain
      .filter(([name]) => normaliseKey(name) === container)
      .flatMap(([, value]) => scalarFields(Object.entries(value as object))),
  );
  return [top, ...nested];
}

function isPlain(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Numbers are texts already; `null` is as good as not sent. */
function scalarFields(entries: readonly (readonly [string, unknown])[]): SentValue[] {
  const fields: SentValue[] = [];
  for (const [name, value] of entries) {
    if (typeof value === 'string') fields.push({ name, value });
    else if (typeof value === 'boolean') fields.push({ name, value: String(value) });
    else if (value !== null) fields.push({ name, value: '', isCompound: true });
  }
  return fields;
}

function formBody(hit: Hit): Body {
  const charset = bodyCharset(hit);
  const wide = isWide(charset);
  const bytes = wide ? Buffer.from(bodyText(hit).text) : bytesOf(hit);
  const { fields, warning } = readForm(bytes, wide ? null : charset);
  return { format: 'form', levels: [fields], warnings: warningOf('body', warning) };
}

function partsBody(hit: Hit): Body {
  const read = readParts(bytesOf(hit), hit.contentType);
  if (read === null) return unreadable('body_undecodable');
  return { format: 'form', levels: [read.fields], warnings: warningOf('body', read.warning) };
}

function unreadable(code: string): Body {
  return { format: 'unreadable', levels: [], warnings: [{ field: 'body', code }] };
}

function warningOf(field: string, code: string | null): Warning[] {
  return code === null ? [] : [{ field, code }];
}
