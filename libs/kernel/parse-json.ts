/** What the engine tells of a value it parsed: how a number, text or truth was written. */
export interface Written {
  readonly source?: string;
}

/** Is shown each value from the innermost outwards, and answers what stands in its place. */
export type Revive = (value: unknown, written: Written) => unknown;

// The language has both; its type library does not know the third argument yet.
const parse = JSON.parse as (
  text: string,
  revive?: (name: string, value: unknown, written: Written) => unknown,
) => unknown;

/**
 * `JSON.parse`, whatever others had parsed before. Throws its `SyntaxError`.
 *
 * Having seen a name that holds a backslash, say `\u00e`, V8 13.6 takes one that is written with an
 * escape, say `"\u00e9tage"`, for that one: it compares as many characters as the name has with what
 * is written. By what one sender names, fields of all others would lose their names. So names with
 * escapes are parsed in a spelling without any; everything else, the usual case, as it is.
 */
export function parseJson(text: string, revive?: Revive): unknown {
  // Unlike `includes`, this costs next to nothing beside parsing; all events come this way.
  const escape = text.indexOf('\\');
  const isSafe = escape === -1 || !hasEscapeInName(text, escape);
  if (isSafe && revive === undefined) return JSON.parse(text);
  const revived =
    revive && ((_: string, value: unknown, written: Written) => revive(value, written));
  if (isSafe) return parse(text, revived);
  return parse(withNamesCoded(text), (name, value, written) =>
    withNamesDecoded(revived === undefined ? value : revived(name, value, written)),
  );
}

/** A text from its first escape on, and the colon after it if it is a name. */
const REST_OF_TEXT = /(?:\\.[^"\\]*)+"\s*(:?)/sy;

/** Backslashes are in texts only. */
function hasEscapeInName(text: string, first: number): boolean {
  for (let at = first; at !== -1; at = text.indexOf('\\', REST_OF_TEXT.lastIndex)) {
    REST_OF_TEXT.lastIndex = at;
    const rest = REST_OF_TEXT.exec(text);
    if (rest === null) return false;
    if (rest[1] === ':') return true;
  }
  return false;
}

const TEXT = /("[^"\\]*(?:\\.[^"\\]*)*")(\s*:)?/gs;
const NEEDS_ESCAPE = /[%"\\\u0000-\u001f]/g;

/** With `%22` for a quotation mark in a name, and so on: no name has an escape of JSON. */
function withNamesCoded(text: string): string {
  return text.replace(TEXT, (whole: string, quoted: string, colon: string | undefined) => {
    if (colon === undefined) return whole;
    const name = (parse(quoted) as string).replace(NEEDS_ESCAPE, coded);
    return `"${name}"${colon}`;
  });
}

function coded(character: string): string {
  return `%${character.charCodeAt(0).toString(16).padStart(2, '0')}`;
}

function withNamesDecoded(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const members = Object.entries(value);
  if (!members.some(([name]) => name.includes('%'))) return value;
  return Object.fromEntries(members.map(([name, member]) => [decoded(name), member]));
}

function decoded(name: string): string {
  return name.replace(/%(..)/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
}
