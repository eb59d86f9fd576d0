import { type Reading } from '../postback.events.js';

/** What was odd about a field. */
export type Warning = Reading['warnings'][number];

/**
 * What became of a value: it was understood, perhaps with a `warning` or two, or there is a
 * `problem`.
 * A problem `null` is none: the value is just not what was looked for.
 */
export type Parsed<Value> =
  | { readonly value: Value; readonly warning?: string; readonly alsoOdd?: string }
  | { readonly value: null; readonly problem: string | null };

/** A value was not understood. */
export function problem(code: string | null): {
  readonly value: null;
  readonly problem: string | null;
} {
  return { value: null, problem: code };
}

/** A field as it was sent. */
export interface SentValue {
  readonly name: string;
  readonly value: string;
  /** Whether an object or a list was sent, which is no value: `value` is empty then. */
  readonly isCompound?: true;
}

/** A field, and how it is to be understood. */
export interface Attempt<Value> {
  readonly sent: SentValue;
  readonly parse: (text: string) => Parsed<Value>;
}

/** What fields came to: the value, the name of the field it is from, and what was odd. */
export interface Picked<Value> {
  readonly value: Value | null;
  readonly from: string | null;
  readonly warnings: readonly Warning[];
}

/** Several fields that are all understood in one way. */
export function attempts<Value>(
  sent: readonly SentValue[],
  parse: (text: string) => Parsed<Value>,
): Attempt<Value>[] {
  return sent.map((field) => ({ sent: field, parse }));
}

const NOTHING = { value: null, from: null, warnings: [] } as const;

/** The first value that is understood. Those before it that were not are warned of. */
export function pickFirst<Value>(tries: readonly Attempt<Value>[]): Picked<Value> {
  if (tries.length === 0) return NOTHING;
  const warnings: Warning[] = [];
  for (const { sent, parse } of tries) {
    const parsed = parse(sent.value);
    const codes = 'problem' in parsed ? [parsed.problem] : [parsed.warning, parsed.alsoOdd];
    for (const code of codes) {
      if (code !== null && code !== undefined) warnings.push({ field: sent.name, code });
    }
    if (!('problem' in parsed)) return { value: parsed.value, from: sent.name, warnings };
  }
  return { value: null, from: null, warnings };
}
