/** What the engine tells of a value it parsed: how a number, text or truth was written. */
interface Written {
  readonly source?: string;
}

type Revive = (key: string, value: unknown, written: Written) => unknown;

// The language has both; its type library does not know them yet.
const parse = JSON.parse as (text: string, revive: Revive) => unknown;
const { rawJSON } = JSON as unknown as { readonly rawJSON: (source: string) => unknown };

/**
 * JSON with its numbers as the texts they were written as: `42.50` keeps its nought, an id of
 * twenty digits all of them, and `1e3` can be told from 1000. `undefined` if it is none.
 */
export function parseExactly(text: string): unknown {
  return attempt(text, (_, value, { source }) =>
    typeof value === 'number' ? (source ?? String(value)) : value,
  );
}

/**
 * The elements of a JSON array as JSON again, numbers as they were written; `null` if it is none.
 */
export function elementsOf(text: string): string[] | null {
  const parsed = attempt(text, (_, value, { source }) =>
    typeof value === 'number' && source !== undefined ? rawJSON(source) : value,
  );
  if (!Array.isArray(parsed)) return null;
  try {
    return parsed.map((element) => JSON.stringify(element));
  } catch {
    // Nested too deeply to be written again; whoever reads it finds the same.
    return null;
  }
}

function attempt(text: string, revive: Revive): unknown {
  try {
    return parse(text, revive);
  } catch {
    return undefined;
  }
}
