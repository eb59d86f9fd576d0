/** What the engine tells of a value it parsed: how a number, text or truth was written. */
interface Written {
  readonly source?: string;
}

type Revive = (key: string, value: unknown, written: Written) => unknown;

// The language has both; its type library does not know them yet.
const parse = JSON.parse as (text: string, revive: Revive) => unknown;
const { rawJSON } = JSON as unknown as { readonly rawJSON: (source: string) => unknown };

/**
 * A number that may not be written the way it is printed, by what stands before every number. A
 * text may look so, too, and is then read the slow way for nothing.
 */
const UNUSUAL = /(?:^|[[:,])\s*(?:-0|-?\d+[.eE]|-?\d{16})/;

/**
 * JSON with its numbers as the texts they were written as: `42.50` keeps its nought, an id of
 * twenty digits all of them, and `1e3` can be told from 1000. `undefined` if it is none.
 *
 * Whole numbers, the usual case, are printed again; to be told how each was written costs several
 * times as much.
 */
export function parseExactly(text: string): unknown {
  return attempt(() =>
    UNUSUAL.test(text) ? parse(text, numberAsWritten) : printed(JSON.parse(text)),
  );
}

function numberAsWritten(_: string, value: unknown, { source }: Written): unknown {
  return typeof value === 'number' ? (source ?? String(value)) : value;
}

/** The value with every number in it as a text. */
function printed(value: unknown): unknown {
  if (typeof value === 'number') return String(value);
  if (typeof value !== 'object' || value === null) return value;
  const members = value as Record<string, unknown>;
  for (const name of Object.keys(members)) {
    const member = members[name];
    if (typeof member === 'number' || typeof member === 'object') members[name] = printed(member);
  }
  return value;
}

/**
 * The elements of a JSON array as JSON again, numbers as they were written; `null` if it is none.
 */
export function elementsOf(text: string): string[] | null {
  const parsed = attempt(() => parse(text, numberToWrite));
  if (!Array.isArray(parsed)) return null;
  // What is nested too deeply to be written again is found so by whoever reads it, too.
  return attempt(() => parsed.map((element) => JSON.stringify(element))) ?? null;
}

function numberToWrite(_: string, value: unknown, { source }: Written): unknown {
  return typeof value === 'number' && source !== undefined ? rawJSON(source) : value;
}

function attempt<Result>(read: () => Result): Result | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
