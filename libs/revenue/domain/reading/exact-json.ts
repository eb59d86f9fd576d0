import { parseJson, type Revive } from '#libs/kernel';

// The language has it; its type library does not know it yet.
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
    UNUSUAL.test(text) ? parseJson(text, numberAsWritten) : printed(parseJson(text)),
  );
}

const numberAsWritten: Revive = (value, { source }) =>
  typeof value === 'number' ? (source ?? String(value)) : value;

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
  const parsed = attempt(() => parseJson(text, numberToWrite));
  if (!Array.isArray(parsed)) return null;
  // What is nested too deeply to be written again is found so by whoever reads it, too.
  return attempt(() => parsed.map((element) => JSON.stringify(element))) ?? null;
}

const numberToWrite: Revive = (value, { source }) =>
  typeof value === 'number' && source !== undefined ? rawJSON(source) : value;

function attempt<Result>(read: () => Result): Result | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
