// Control characters but tab and line feed: Postgres refuses NUL, and nobody means the others.
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f]/g;

/** Submitted text without control characters and half surrogate pairs, and without outer blanks. */
export function cleanText(text: string): string {
  return text.toWellFormed().replace(CONTROL, '').trim();
}

/** The same for every string in a JSON value, keys included. */
export function cleanJson(value: unknown): unknown {
  if (typeof value === 'string') return cleanText(value);
  if (Array.isArray(value)) return value.map(cleanJson);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [cleanText(key), cleanJson(item)]),
  );
}
