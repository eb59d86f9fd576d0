import { DOMParser, type Element } from '@xmldom/xmldom';
import { type SentValue } from './parsed.js';
import { DEPTH_MAX, isTooLarge } from './xml-size.js';

/** In characters; a request brings 65,536, and a report of a list may be longer when escaped. */
const LENGTH_MAX = 512 * 1024;
/** What stands for no character stands for itself: `AT&T` is written so by hand. */
const FORGIVEN = /^(?:EntityRef: |entity |Unicode replacement character)/;
const XMLNS = 'http://www.w3.org/2000/xmlns/';

/**
 * Reads a document; the element that is all of it, or `null` if it is none. A document type is
 * refused, with whatever entities it defines: what others send must not grow as it is read.
 * Prefixes that nothing declares are taken as they are.
 */
export function readXml(text: string): Element | null {
  if (text.length > LENGTH_MAX || isTooLarge(text)) return null;
  try {
    const parser = new DOMParser({ locator: false, onError: refuse, xmlns: prefixesIn(text) });
    const { doctype, documentElement } = parser.parseFromString(text, 'text/xml');
    return doctype !== null || isTooDeep(documentElement) ? null : documentElement;
  } catch {
    return null;
  }
}

function refuse(level: string, message: string): void {
  if (level === 'fatalError' || !FORGIVEN.test(message)) throw new Error(message);
}

function prefixesIn(text: string): Record<string, string> {
  const prefixes = [...text.matchAll(/[<\s]([\w.-]+):/g)].map(([, prefix = '']) => prefix);
  const undeclared = prefixes.filter((prefix) => !/^xml/i.test(prefix));
  return Object.fromEntries(undeclared.map((prefix) => [prefix, `urn:prefix:${prefix}`]));
}

/** Level by level: what nests without end would end a walk that calls itself. */
function isTooDeep(root: Element | null): boolean {
  let level = root === null ? [] : [root];
  for (let depth = 0; depth < DEPTH_MAX; depth++) level = level.flatMap(elementsIn);
  return level.length > 0;
}

/** The elements right within one. */
export function elementsIn(element: Element): readonly Element[] {
  return [...element.children];
}

/** The name of an element, without its prefix. */
export function nameOf({ localName, tagName }: Element): string {
  return localName ?? tagName;
}

/** All text of an element, without what surrounds it. */
export function textOf({ textContent }: Element): string {
  return (textContent ?? '').trim();
}

/** The attributes of an element, without the declarations of prefixes. */
export function attributesOf({ attributes }: Element): readonly SentValue[] {
  return [...attributes]
    .filter(({ namespaceURI }) => namespaceURI !== XMLNS)
    .map(({ localName, name, value }) => ({ name: localName ?? name, value }));
}

/** Whether an element is no field but an object: it has elements within, or attributes alone. */
export function holdsFields(element: Element): boolean {
  if (elementsIn(element).length > 0) return true;
  return attributesOf(element).length > 0 && textOf(element) === '' && pairOf(element) === null;
}

/** An element as a field: by its name and text, or the attributes that say both. */
export function fieldOf(element: Element): SentValue {
  return pairOf(element) ?? { name: nameOf(element), value: textWithCurrency(element) };
}

/**
 * The text, with the currency that stands beside it: `<payout currency="EUR">45</payout>` is
 * `45 EUR`, which no other field says otherwise.
 */
function textWithCurrency(element: Element): string {
  const text = textOf(element);
  const currency = attributesOf(element).find(({ name }) => /^currency[_-]?(?:code)?$/i.test(name));
  const isMissing = /^[a-z]{3}$/i.test(currency?.value ?? '') && !/[a-z]/i.test(text);
  return isMissing ? `${text} ${currency?.value}` : text;
}

/**
 * `<field name="payout" value="45"/>`; `null` if it is nothing of the kind. Several of them are one
 * report: apart, each `value` would be taken for an amount.
 */
function pairOf(element: Element): SentValue | null {
  const attributes = attributesOf(element);
  const valueOf = (wanted: string) =>
    attributes.find(({ name }) => name.toLowerCase() === wanted)?.value;
  const [name, value] = [valueOf('name') ?? valueOf('key'), valueOf('value')];
  if (name === undefined || value === undefined || attributes.length !== 2) return null;
  return { name, value };
}
