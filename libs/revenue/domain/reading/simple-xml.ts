import { type SentValue } from './parsed.js';

/** An element: its text, and the elements in it. Names are without their prefix. */
export interface XmlElement {
  readonly name: string;
  readonly attributes: readonly SentValue[];
  readonly text: string;
  readonly children: readonly XmlElement[];
  /** Where its opening tag begins, in characters of the document. */
  readonly start: number;
  /** Behind its closing tag. */
  readonly end: number;
}

interface Open extends Omit<XmlElement, 'text' | 'children' | 'attributes' | 'end'> {
  attributes: SentValue[];
  text: string;
  children: XmlElement[];
}

/** Deeper ones are nobody's report. */
const DEPTH_MAX = 20;
const ATTRIBUTES = /\s+([\w.:-]+)\s*=\s*(?:"([^"<]*)"|'([^'<]*)')/g;
const PIECE = new RegExp(
  [
    /<!--[^]*?-->|<\?[^]*?\?>/,
    /<!\[CDATA\[(?<raw>[^]*?)\]\]>/,
    /<\/(?<closed>[\w.:-]+)\s*>/,
    /<(?<opened>[A-Za-z_][\w.:-]*)(?<attributes>(?:\s+[\w.:-]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(?<empty>\/?)>/,
    /(?<text>[^<]+)/,
  ]
    .map(({ source }) => source)
    .join('|'),
  'y',
);
const ENTITIES: Readonly<Record<string, string>> = {
  ...{ amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" },
};

/**
 * Reads a document as far as reports of platforms need it; `null` if it is none. A document type is
 * refused, with whatever entities it defines: what others send must not grow as it is read.
 */
export function readXml(document: string): XmlElement | null {
  const top: Open = { name: '', attributes: [], ...nothingSince(0) };
  const stack = [top];
  PIECE.lastIndex = 0;
  while (PIECE.lastIndex < document.length) {
    const start = PIECE.lastIndex;
    const piece = PIECE.exec(document)?.groups;
    if (piece === undefined || !take(piece, stack, [start, PIECE.lastIndex])) return null;
  }
  const [root, second] = top.children;
  const isWhole = stack.length === 1 && top.text.trim() === '';
  return isWhole && root !== undefined && second === undefined ? root : null;
}

type Piece = Readonly<Record<string, string | undefined>>;

/** Whether it fits where it stands. */
function take(
  { raw, closed, opened, attributes, empty, text }: Piece,
  stack: Open[],
  [start, end]: readonly [number, number],
): boolean {
  const inner = stack.at(-1);
  if (inner === undefined) return false;
  inner.text += raw ?? unescaped(text ?? '');
  if (opened !== undefined) {
    const element = { name: opened, attributes: attributesIn(attributes), ...nothingSince(start) };
    if (empty === '/') inner.children.push(ended(element, end));
    else stack.push(element);
    return stack.length <= DEPTH_MAX;
  }
  if (closed === undefined) return true;
  stack.pop();
  stack.at(-1)?.children.push(ended(inner, end));
  return inner.name === closed;
}

function nothingSince(start: number): Pick<Open, 'text' | 'children' | 'start'> {
  return { text: '', children: [], start };
}

function ended({ name, ...element }: Open, end: number): XmlElement {
  return { ...element, name: withoutPrefix(name), end };
}

function attributesIn(text = ''): SentValue[] {
  return [...text.matchAll(ATTRIBUTES)].map(([, name = '', double, single]) => ({
    ...{ name: withoutPrefix(name), value: unescaped(double ?? single ?? '') },
  }));
}

function withoutPrefix(name: string): string {
  return name.slice(name.indexOf(':') + 1);
}

/** What is no character stands for itself. */
function unescaped(text: string): string {
  return text.replace(/&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|([a-z]{2,4}));/gi, (all, ...codes) => {
    const [decimal, hex, name] = codes as (string | undefined)[];
    if (name !== undefined) return ENTITIES[name] ?? all;
    const code = decimal === undefined ? parseInt(hex ?? '', 16) : Number(decimal);
    const isCharacter = code > 0 && code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff);
    return isCharacter ? String.fromCodePoint(code) : all;
  });
}
