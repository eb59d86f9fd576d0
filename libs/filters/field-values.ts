const NUMBER = /^([-+]?)\s*\$?\s*(\d{1,3}(?:,\d{3})+|\d+)?(\.\d+)?$/;
const TRUE_WORDS = new Set(['true', 'yes', 'y', 't', 'on', '1']);
const FALSE_WORDS = new Set(['false', 'no', 'n', 'f', 'off', '0']);

/**
 * Whether a fact says nothing: it is not there, null, blank text or an empty list. A number, even
 * 0, and `false` say something.
 */
export function isBlank(fact: unknown): boolean {
  if (fact === undefined || fact === null) return true;
  if (Array.isArray(fact)) return fact.length === 0;
  return typeof fact === 'string' && fact.trim() === '';
}

/**
 * A fact as text to compare: trimmed, lower case, one spelling of each accented letter. `null` for
 * what is no single value.
 */
export function readText(fact: unknown): string | null {
  const isValue = typeof fact === 'string' || typeof fact === 'number' || typeof fact === 'boolean';
  return isValue ? String(fact).trim().normalize('NFC').toLowerCase() : null;
}

/**
 * A fact as a number: `1000`, `"1,000"` and `"$1,000.00"` are the same. `null` for what is none,
 * such as `"1,00"`, `"12 months"` or `true`.
 */
export function readNumber(fact: unknown): number | null {
  if (typeof fact === 'number') return Number.isFinite(fact) ? fact : null;
  if (typeof fact !== 'string') return null;
  const [, sign = '', whole = '', fraction = ''] = NUMBER.exec(fact.trim()) ?? [];
  if (whole === '' && fraction === '') return null;
  const size = Number(`${whole.replaceAll(',', '')}${fraction}`);
  return sign === '-' ? -size : size;
}

/** A fact as yes or no: `true`, `"Yes"`, `"y"`, `"on"`, `1` and their opposites; else `null`. */
export function readTruth(fact: unknown): boolean | null {
  const text = readText(fact);
  if (text === null) return null;
  if (TRUE_WORDS.has(text)) return true;
  return FALSE_WORDS.has(text) ? false : null;
}
