/** An object as lines of `name  value`, objects in it one by one (`consent.timestamp`). */
export function fieldLines(value: unknown, indent: string): string[] {
  const fields = flatten(value, '');
  const width = Math.max(0, ...fields.map(([name]) => name.length));
  return fields.map(([name, text]) => `${indent}${name.padEnd(width)}  ${text}`);
}

function flatten(value: unknown, path: string): [string, string][] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return [[path, valueText(value)]];
  }
  return Object.entries(value).flatMap(([name, inner]) =>
    flatten(inner, path === '' ? name : `${path}.${name}`),
  );
}

/** A value in one line: text bare, anything else as JSON. */
export function valueText(value: unknown): string {
  if (typeof value === 'string') return value;
  if (value === undefined || value === null) return '-';
  return JSON.stringify(value);
}
