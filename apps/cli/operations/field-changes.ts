import { isDeepStrictEqual } from 'node:util';

/** A field that has another value than before; `undefined` stands for "not there". */
export interface FieldChange {
  readonly field: string;
  readonly before: unknown;
  readonly after: unknown;
}

/** What differs between two states, fields of objects told one by one (`consent.timestamp`). */
export function changesBetween(before: unknown, after: unknown, path = ''): FieldChange[] {
  if (isDeepStrictEqual(before, after)) return [];
  if (!isRecord(before) || !isRecord(after)) return [{ field: path, before, after }];
  const fields = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...fields].flatMap((field) =>
    changesBetween(before[field], after[field], path === '' ? field : `${path}.${field}`),
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
