const WHITESPACE = /[ \t\n\r]*/y;
const STRING = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
const SCALAR = /(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)/y;

type Expected = 'value' | 'value or ]' | 'key' | 'key or }' | ', or end';

/**
 * Where `text` stops being JSON, in UTF-16 code units from its start; `null` if it is JSON.
 *
 * The engine's own message names the place only sometimes, and its wording is not ours to rely on.
 */
export function jsonErrorOffset(text: string): number | null {
  const open: ('{' | '[')[] = [];
  let expected: Expected | 'end' = 'value';
  let at = skip(WHITESPACE, text, 0);
  while (expected !== 'end') {
    const next = step(text, at, expected, open);
    if (next === null) return badPlace(text, at, expected);
    at = skip(WHITESPACE, text, next.at);
    expected = next.expected;
    if (open.length === 0 && expected === ', or end') expected = 'end';
  }
  return at === text.length ? null : at;
}

function step(
  text: string,
  at: number,
  expected: Expected,
  open: ('{' | '[')[],
): { at: number; expected: Expected } | null {
  const char = text[at];
  const within = open.at(-1);
  const closes = (char === '}' && within === '{') || (char === ']' && within === '[');
  if (closes && expected !== 'value' && expected !== 'key') {
    open.pop();
    return { at: at + 1, expected: ', or end' };
  }
  switch (expected) {
    case ', or end':
      if (char !== ',') return null;
      return { at: at + 1, expected: within === '{' ? 'key' : 'value' };
    case 'key':
    case 'key or }':
      return key(text, at);
    case 'value':
    case 'value or ]':
      return value(text, at, open);
  }
}

function key(text: string, at: number): { at: number; expected: Expected } | null {
  const end = skip(STRING, text, at);
  const colon = skip(WHITESPACE, text, end);
  return end === at || text[colon] !== ':' ? null : { at: colon + 1, expected: 'value' };
}

function value(
  text: string,
  at: number,
  open: ('{' | '[')[],
): { at: number; expected: Expected } | null {
  const char = text[at];
  if (char === '{' || char === '[') {
    open.push(char);
    return { at: at + 1, expected: char === '{' ? 'key or }' : 'value or ]' };
  }
  const end = skip(char === '"' ? STRING : SCALAR, text, at);
  return end === at ? null : { at: end, expected: ', or end' };
}

/** A key that is well formed is not what is wrong: the colon after it is missing. */
function badPlace(text: string, at: number, expected: Expected): number {
  return expected.startsWith('key') ? skip(WHITESPACE, text, skip(STRING, text, at)) : at;
}

/** The place after what `pattern` matches at `at`; `at` itself if it does not. */
function skip(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : at;
}
