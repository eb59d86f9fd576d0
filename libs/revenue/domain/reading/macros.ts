/** The styles of placeholders that platforms replace before they send. */
const PLACEHOLDERS = [
  /^\[.*\]$/s,
  /^\{.*\}$/s,
  /^\$\{.*\}$/s,
  /^--A--.*--B--$/s,
  /^%.*%$/s,
  /^#.*#$/s,
  /^REPLACE(?:_ME)?(?::.*)?$/is,
] as const;

/** How every one of them begins, so that most values are asked once. */
const BEGINNING = /^(?:[[{$%#]|--A--|REPLACE)/i;

/** What programs write where they have nothing. */
const NOTHING: ReadonlySet<string> = new Set(['', 'undefined', 'null', 'nan']);

/**
 * Whether a value was never filled in: a placeholder nobody replaced, or what is left of one. Such
 * a field is absent; `[Call:ConversionPayout]` is no payout of zero.
 */
export function isUnreplaced(value: string): boolean {
  const text = value.trim();
  if (BEGINNING.test(text)) return PLACEHOLDERS.some((style) => style.test(text));
  return NOTHING.has(text.toLowerCase());
}
