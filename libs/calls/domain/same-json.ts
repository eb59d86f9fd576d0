/**
 * Whether two JSON values say the same, whatever the order of keys: what was stored may come back
 * in another one.
 */
export function isSameJson(a: unknown, b: unknown): boolean {
  return canonical(a) === canonical(b);
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_, node: unknown) => (isObject(node) ? sorted(node) : node));
}

function sorted(node: object): object {
  return Object.fromEntries(Object.entries(node).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function isObject(node: unknown): node is object {
  return typeof node === 'object' && node !== null && !Array.isArray(node);
}
