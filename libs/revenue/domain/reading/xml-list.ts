import { type Element, type Node, XMLSerializer } from '@xmldom/xmldom';
import { elementsIn, holdsFields, nameOf, readXml } from './xml-document.js';

/** What may stand around the reports of a list, in characters: each of them is kept with it. */
const AROUND_LENGTH_MAX = 1_000;

/** The reports of a document that is a list: two or more elements of one name, with fields in. */
export function listedIn(element: Element): readonly Element[] {
  const [first, ...others] = elementsIn(element);
  if (first === undefined || others.length === 0 || !holdsFields(first)) return [];
  return others.every((other) => nameOf(other) === nameOf(first)) ? [first, ...others] : [];
}

/**
 * The reports of a list as documents of their own, each with what stands around all of them, so
 * that nothing that was sent is lost; `null` if the text is no list, or more stands around it than
 * is worth keeping that often.
 */
export function xmlElementsOf(text: string): readonly string[] | null {
  const root = readXml(text);
  const listed = root === null ? [] : listedIn(root);
  if (root === null || listed.length === 0) return null;
  const around = withoutReports(root, listed);
  if (written(around).length > AROUND_LENGTH_MAX) return null;
  return listed.map((report) => {
    const one = around.cloneNode(true);
    one.appendChild(report);
    return written(one);
  });
}

/** The blanks that lay the list out are no part of it. */
function withoutReports(root: Element, listed: readonly Element[]): Node {
  const around = root.cloneNode(false);
  const reports = new Set<Node>(listed);
  for (const node of [...root.childNodes]) {
    const isBlank = node.nodeType === node.TEXT_NODE && (node.nodeValue ?? '').trim() === '';
    if (!isBlank && !reports.has(node)) around.appendChild(node);
  }
  return around;
}

function written(node: Node): string {
  return new XMLSerializer().serializeToString(node);
}
