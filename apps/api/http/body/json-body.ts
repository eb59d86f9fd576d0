import { parseJson } from '#libs/kernel';
import { HttpRefusal } from '../errors/http-refusal.js';
import { jsonErrorOffset } from './json-offset.js';

/** Deeper bodies are nobody's lead, and would exhaust the stack of whoever walks them. */
const DEPTH_MAX = 32;
/** Keys by which a body could reach the prototype of what it is copied into, however disguised. */
const MAY_POISON = /__proto__|constructor|\\u|\u007f/;
const CONTROLS = /[\u0000-\u001f\u007f]/g;

/** A JSON body, parsed. Throws an {@link HttpRefusal} of status 400. */
export function parseJsonBody(text: string): unknown {
  const json = text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
  const value = parse(json);
  inspect(value, MAY_POISON.test(json));
  return value;
}

function parse(json: string): unknown {
  try {
    return parseJson(json);
  } catch (error) {
    if (error instanceof RangeError) throw bodyTooDeep();
    const offset = jsonErrorOffset(json) ?? 0;
    throw new HttpRefusal(400, 'malformed_json', `The body is not JSON: see offset ${offset}.`, {
      details: { offset },
    });
  }
}

/** Walks the value level by level, without recursion. */
function inspect(value: unknown, mayPoison: boolean): void {
  let level: unknown[] = [value];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > DEPTH_MAX) throw bodyTooDeep();
    const next: unknown[] = [];
    for (const node of level) {
      if (typeof node !== 'object' || node === null) continue;
      if (mayPoison && !Array.isArray(node)) refusePoison(node);
      for (const member of Object.values(node)) {
        if (typeof member === 'object' && member !== null) next.push(member);
      }
    }
    level = next;
  }
}

function refusePoison(node: object): void {
  for (const [key, member] of Object.entries(node)) {
    const name = withoutControls(key);
    if (name === '__proto__') throw forbiddenKey(name);
    if (name === 'constructor' && hasPrototype(member)) throw forbiddenKey(name);
  }
}

function hasPrototype(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return Object.keys(value).some((key) => withoutControls(key) === 'prototype');
}

/** A key as it will be stored: intake drops control characters, and `__pro\x7fto__` is one then. */
export function withoutControls(key: string): string {
  return key.replace(CONTROLS, '');
}

/** The body tries to reach a prototype. */
export function forbiddenKey(key: string): HttpRefusal {
  return new HttpRefusal(400, 'forbidden_key', `The body may not have a key ${key}; remove it.`);
}

/** The body is nested too deeply. */
export function bodyTooDeep(): HttpRefusal {
  return new HttpRefusal(
    400,
    'body_too_deep',
    `The body may be nested ${DEPTH_MAX} levels deep; flatten it.`,
  );
}
