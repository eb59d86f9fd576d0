import { HttpRefusal } from '../errors/http-refusal.js';
import { bodyTooDeep, forbiddenKey, withoutControls } from './json-body.js';

const FORBIDDEN = new Set(['__proto__', 'constructor', 'prototype']);
const SEGMENTS_MAX = 8;

type Node = string | Node[] | Group;
interface Group {
  [key: string]: Node;
}

/**
 * A form's fields as the object the same JSON would give: `consent[source_url]=…` and
 * `consent.source_url=…` both nest, `tags[]=…` and a repeated name make a list. All values are
 * text. Throws an {@link HttpRefusal} of status 400.
 */
export function parseFormBody(text: string): Record<string, unknown> {
  const root: Group = {};
  for (const [name, value] of new URLSearchParams(text)) {
    if (name !== '') place(root, segmentsOf(name), value);
  }
  return root;
}

function segmentsOf(name: string): string[] {
  const segments = name
    .replace(/\[([^\]]*)\]/g, '.$1')
    .split('.')
    .filter((segment, index, all) => segment !== '' || index === all.length - 1);
  const forbidden = segments.map(withoutControls).find((segment) => FORBIDDEN.has(segment));
  if (forbidden !== undefined) throw forbiddenKey(forbidden);
  if (segments.length > SEGMENTS_MAX) throw bodyTooDeep();
  return segments;
}

function place(root: Group, segments: string[], value: string): void {
  const list = segments.length > 1 && segments.at(-1) === '';
  const names = list ? segments.slice(0, -1) : segments;
  const last = names.at(-1) ?? '';
  let node = root;
  for (const name of names.slice(0, -1)) {
    const next = (node[name] = own(node, name) ?? {});
    if (typeof next === 'string' || Array.isArray(next)) throw conflict(segments);
    node = next;
  }
  const before = own(node, last);
  if (before === undefined) node[last] = list ? [value] : value;
  else if (Array.isArray(before)) before.push(value);
  else if (typeof before === 'string') node[last] = [before, value];
  else throw conflict(segments);
}

/** What the form itself said before: `toString[x]=1` must not reach the method every object has. */
function own(group: Group, name: string): Node | undefined {
  return Object.hasOwn(group, name) ? group[name] : undefined;
}

function conflict(segments: readonly string[]): HttpRefusal {
  const field = segments.filter((segment) => segment !== '').join('.');
  return new HttpRefusal(
    400,
    'form_field_conflict',
    'One form field is used both as a value and as a group of fields; rename one of them.',
    { details: { field: field.slice(0, 200) } },
  );
}
