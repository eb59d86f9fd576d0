import { readXml, type XmlElement } from './simple-xml.js';

/** What may stand around the reports of a list, in characters: each of them is kept with it. */
const AROUND_LENGTH_MAX = 1_000;

/** The reports of a document that is a list: two or more elements of one name, with more within. */
export function listedIn({ children }: XmlElement): readonly XmlElement[] {
  const [first, second] = children;
  const isList = second !== undefined && first !== undefined && first.children.length > 0;
  return isList && children.every(({ name }) => name === first.name) ? children : [];
}

/**
 * The reports of a list as documents of their own, each with what stands around all of them, so
 * that nothing that was sent is lost; `null` if the text is no list, or more stands around it than
 * is worth keeping that often.
 */
export function xmlElementsOf(text: string): readonly string[] | null {
  const root = readXml(text);
  const listed = root === null ? [] : listedIn(root);
  const [first, last] = [listed.at(0), listed.at(-1)];
  if (root === null || first === undefined || last === undefined) return null;
  const before = text.slice(root.start, first.start);
  const after = text.slice(last.end, root.end);
  if (before.length + after.length > AROUND_LENGTH_MAX) return null;
  return listed.map(({ start, end }) => `${before}${text.slice(start, end)}${after}`);
}
