/**
 * JSON in which the members of every object are in one order, without spaces. Nesting is the
 * caller's to bound.
 */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(ordered(value) ?? null);
}

function ordered(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(ordered);
  const members = value as Readonly<Record<string, unknown>>;
  const names = Object.keys(members).sort();
  return Object.fromEntries(names.map((name) => [name, ordered(members[name])]));
}
