import { DomainError, type FieldError } from '#libs/kernel';

type Fields = Readonly<Record<string, unknown>>;

/** What a text may be; at least one character, and no control characters. */
export interface TextRule {
  /** In UTF-16 code units. */
  readonly max: number;
  readonly pattern?: RegExp;
  /** What the pattern asks for, e.g. `must be HH:MM`. */
  readonly message?: string;
}

/** What a whole number may be; both ends are inclusive. */
export interface IntegerRule {
  readonly min: number;
  readonly max: number;
}

const NOT_READ = { text: '', integer: 0 } as const;
const CONTROL = /\p{Cc}/u;

/**
 * Reads the fields of a JSON object one by one and notes everything that is wrong with them, so that
 * who sent it learns of all of it at once.
 *
 * A field that is left out takes the fallback; without one it is required. What cannot be read is
 * noted, and {@link refuseWrong} must be called before anything read is used.
 */
export class FieldReader {
  readonly #fields: Fields;
  readonly #path: string;
  readonly #errors: FieldError[];

  /** `names` are all the fields there may be; `path` is put before them in errors. */
  constructor(value: unknown, names: readonly string[], path = '', errors: FieldError[] = []) {
    this.#path = path;
    this.#errors = errors;
    this.#fields = isFields(value) ? value : {};
    if (!isFields(value)) this.#note(path || '(body)', 'wrong_type', 'must be an object');
    for (const name of Object.keys(this.#fields)) {
      if (names.includes(name)) continue;
      this.refuse(name.slice(0, 100), 'unknown_field', 'is not known here');
    }
  }

  /** Throws `validation_failed` if anything was wrong. */
  refuseWrong(): void {
    if (this.#errors.length === 0) return;
    throw new DomainError(
      'validation',
      'validation_failed',
      'Some fields cannot be used; each is named in details.',
      { details: this.#errors },
    );
  }

  /** Notes that a field is wrong for a reason only its reader knows. */
  refuse(name: string, code: string, message: string): void {
    this.#note(this.pathOf(name), code, message);
  }

  /** How errors name a field. */
  pathOf(name: string): string {
    return this.#path === '' ? name : `${this.#path}.${name}`;
  }

  /** Whether a field was given, be it as null. */
  has(name: string): boolean {
    return this.#fields[name] !== undefined;
  }

  text(name: string, rule: TextRule, fallback?: string): string {
    const value = this.#fields[name];
    if (value === undefined) return fallback ?? this.#missing(name, NOT_READ.text);
    const { max, pattern, message = 'has the wrong form' } = rule;
    if (!isText(value, max)) {
      return this.#wrong(name, 'wrong_type', `must be text of 1 to ${max} characters`, '');
    }
    const text = value.trim();
    const fits = pattern?.test(text) ?? text !== '';
    return fits ? text : this.#wrong(name, 'wrong_format', message, NOT_READ.text);
  }

  /** Text of digits is a number too: forms know nothing else. */
  integer(name: string, { min, max }: IntegerRule, fallback?: number): number {
    const given = this.#fields[name];
    if (given === undefined) return fallback ?? this.#missing(name, NOT_READ.integer);
    const value = typeof given === 'string' && /^\d{1,9}$/.test(given) ? Number(given) : given;
    if (typeof value !== 'number' || !Number.isInteger(value)) {
      return this.#wrong(name, 'wrong_type', 'must be a whole number', NOT_READ.integer);
    }
    if (value >= min && value <= max) return value;
    const message = `must be ${min} to ${max}`;
    return this.#wrong(name, 'out_of_range', message, NOT_READ.integer);
  }

  boolean(name: string, fallback: boolean): boolean {
    const value = this.#fields[name];
    if (value === undefined) return fallback;
    if (value === true || value === 'true') return true;
    if (value === false || value === 'false') return false;
    return this.#wrong(name, 'wrong_type', 'must be true or false', fallback);
  }

  word<Word extends string>(name: string, words: readonly Word[], fallback: Word): Word {
    const value = this.#fields[name];
    if (value === undefined) return fallback;
    const word = words.find((known) => known === value);
    return word ?? this.#wrong(name, 'not_allowed', `must be one of ${words.join(', ')}`, fallback);
  }

  /** Null where null was given, the fallback where nothing was, else what `read` makes of it. */
  nullable<Value>(name: string, fallback: Value | null, read: () => Value): Value | null {
    const value = this.#fields[name];
    if (value === undefined) return fallback;
    return value === null ? null : read();
  }

  /** The fields of an object within; one that is left out has none. */
  object(name: string, names: readonly string[]): FieldReader {
    const value = this.#fields[name] ?? (this.#fields[name] === null ? null : {});
    return new FieldReader(value, names, this.pathOf(name), this.#errors);
  }

  /** Each item of a list with its number. */
  list<Item>(
    name: string,
    max: number,
    read: (item: FieldReader) => Item,
    names: string[],
  ): Item[] {
    return this.#items(name, max).map((item, index) =>
      read(new FieldReader(item, names, `${this.pathOf(name)}.${index}`, this.#errors)),
    );
  }

  /** A list of texts. */
  texts(name: string, max: number, rule: TextRule, fallback: readonly string[]): string[] {
    if (!this.has(name)) return [...fallback];
    const items = Object.fromEntries(this.#items(name, max).entries());
    const reader = new FieldReader(items, Object.keys(items), this.pathOf(name), this.#errors);
    return Object.keys(items).map((index) => reader.text(index, rule));
  }

  /** What `read` makes of a field; it may throw `validation_failed` with errors of its own. */
  by<Value>(name: string, read: (value: unknown, path: string) => Value): Value | null {
    try {
      return read(this.#fields[name], this.pathOf(name));
    } catch (error) {
      if (!(error instanceof DomainError) || !Array.isArray(error.details)) throw error;
      this.#errors.push(...(error.details as readonly FieldError[]));
      return null;
    }
  }

  #items(name: string, max: number): readonly unknown[] {
    const value = this.#fields[name] ?? [];
    if (Array.isArray(value) && value.length <= max) return value as readonly unknown[];
    return this.#wrong(name, 'wrong_type', `must be a list of at most ${max}`, []);
  }

  #missing<Value>(name: string, instead: Value): Value {
    return this.#wrong(name, 'required', 'is required', instead);
  }

  #wrong<Value>(name: string, code: string, message: string, instead: Value): Value {
    this.refuse(name, code, message);
    return instead;
  }

  #note(field: string, code: string, message: string): void {
    this.#errors.push({ field, code, message });
  }
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isText(value: unknown, max: number): value is string {
  return (
    typeof value === 'string' &&
    value.length > 0 &&
    value.length <= max &&
    value.isWellFormed() &&
    !CONTROL.test(value)
  );
}
