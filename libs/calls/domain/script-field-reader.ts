import { type FieldError } from '#libs/kernel';

/** What a text has to look like. */
export interface TextRule {
  /** Characters; 1,000 unless told. */
  readonly max?: number;
  readonly pattern?: RegExp;
  /** What `pattern` asks for: “must be …”. */
  readonly what?: string;
}

/** What a number has to be. */
export interface IntegerRule {
  readonly min: number;
  readonly max: number;
}

const TEXT_LENGTH_MAX = 1_000;
const CONTROLS = /[\0-\x1f\x7f]/;

type Fields = Readonly<Record<string, unknown>>;

/**
 * Reads the fields of an object from outside and notes everything that is wrong with them by its
 * path, so that it can be named at once. Where a field cannot be read, something harmless stands in
 * for it; nobody may use the result if there are errors.
 */
export class ScriptFieldReader {
  /** `null` if it is no object; then that is said, and nothing else. */
  readonly #fields: Fields | null;
  readonly #asked = new Set<string>();

  constructor(
    value: unknown,
    readonly path: string,
    readonly errors: FieldError[],
  ) {
    this.#fields = isFields(value) ? value : null;
    if (this.#fields !== null) return;
    errors.push({ field: this.#at(''), code: 'wrong_type', message: 'must be an object' });
  }

  /** A text without spaces around it. Left out, it is `fallback`; without one it is required. */
  text(name: string, rule: TextRule = {}, fallback?: string): string {
    const value = this.raw(name);
    if (value === null) return fallback ?? this.#required(name);
    const problem = textProblem(value, rule);
    if (problem === null) return (value as string).trim();
    this.refuse(name, ...problem);
    return '';
  }

  /** A text, or `null` where it is left out. */
  textOrNull(name: string, rule: TextRule = {}): string | null {
    return this.raw(name) === null ? null : this.text(name, rule);
  }

  /** A whole number. Left out, it is `fallback`. */
  integer<Fallback extends number | null>(
    name: string,
    { min, max }: IntegerRule,
    fallback: Fallback,
  ): number | Fallback {
    const value = this.raw(name);
    if (value === null) return fallback;
    if (Number.isInteger(value) && Number(value) >= min && Number(value) <= max) {
      return Number(value);
    }
    const code = typeof value === 'number' ? 'out_of_range' : 'wrong_type';
    this.refuse(name, code, `must be a whole number from ${min} to ${max}`);
    return fallback;
  }

  /** One of some words. Left out, it is the first of them. */
  word<const Words extends readonly [string, ...string[]]>(
    name: string,
    words: Words,
  ): Words[number] {
    const value = this.raw(name);
    const word = value === null ? words[0] : words.find((each) => each === value);
    if (word === undefined) this.refuse(name, 'not_allowed', `must be one of ${words.join(', ')}`);
    return word ?? words[0];
  }

  /** A list of `min` to `max` items, each with its path. Left out, it is empty. */
  list(name: string, { min, max }: IntegerRule): readonly [value: unknown, path: string][] {
    const value = this.raw(name) ?? [];
    if (!Array.isArray(value)) {
      this.refuse(name, 'wrong_type', 'must be a list');
      return [];
    }
    if (value.length < min) this.refuse(name, 'too_few', `must have at least ${min}`);
    if (value.length > max) this.refuse(name, 'too_many', `may have at most ${max}`);
    const at = this.#at(name);
    return value.slice(0, max).map((item: unknown, index) => [item, `${at}.${index}`]);
  }

  /** A reader of the object in a field; of an empty one where it is left out. */
  object(name: string): ScriptFieldReader {
    return new ScriptFieldReader(this.raw(name) ?? {}, this.#at(name), this.errors);
  }

  /** A field as it came; `null` where it is left out. */
  raw(name: string): unknown {
    this.#asked.add(name);
    const fields = this.#fields ?? {};
    return Object.hasOwn(fields, name) ? (fields[name] ?? null) : null;
  }

  /** Notes what is wrong with a field. */
  refuse(name: string, code: string, message: string): void {
    if (this.#fields !== null) this.errors.push({ field: this.#at(name), code, message });
  }

  /** Notes every field that nobody asked for: it is misspelt, and would be lost without a word. */
  refuseOthers(): void {
    for (const name of Object.keys(this.#fields ?? {})) {
      if (this.#asked.has(name)) continue;
      this.refuse(name.slice(0, 100), 'unknown_field', 'is not known here');
    }
  }

  #required(name: string): string {
    this.refuse(name, 'required', 'is required');
    return '';
  }

  #at(name: string): string {
    const path = [this.path, name].filter((part) => part !== '').join('.');
    return path === '' ? '(body)' : path;
  }
}

/** Why a value is not such a text; `null` if it is. */
export function textProblem(
  value: unknown,
  { max = TEXT_LENGTH_MAX, pattern, what = 'text' }: TextRule,
): [code: string, message: string] | null {
  if (typeof value !== 'string' || value.trim() === '') return ['wrong_type', `must be ${what}`];
  if (value.length > max) return ['too_long', `may have at most ${max} characters`];
  if (CONTROLS.test(value) || !value.isWellFormed()) {
    return ['wrong_format', 'may not have control characters in it'];
  }
  const fits = pattern?.test(value.trim()) ?? true;
  return fits ? null : ['wrong_format', `must be ${what}`];
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
