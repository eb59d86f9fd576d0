import { DomainError, type FieldError } from '#libs/kernel';
import {
  type Fault,
  type IntegerRule,
  type ListRule,
  readBoolean,
  readInteger,
  readText,
  type ReadValue,
  readWord,
  type TextRule,
} from './field-rules.js';

type Fields = Readonly<Record<string, unknown>>;

/** What all readers of one document share. */
interface Document {
  readonly errors: FieldError[];
  readonly readers: FieldReader[];
}

const REQUIRED: Fault = ['required', 'is required'];
/** Names are repeated in errors, so they may not be any length. */
const NAME_LENGTH_MAX = 100;

/**
 * Reads the fields of a JSON object one by one and notes everything that is wrong with them by its
 * path, so that whoever sent it learns of all of it at once.
 *
 * A field that is left out takes the fallback; without one it is required. `null` is not left out.
 * Where a field cannot be read something harmless stands in for it: call {@link refuseWrong} before
 * anything read is used.
 *
 * ```ts
 * const fields = new FieldReader(body);
 * const tier = { seconds: fields.integer('seconds', { min: 0, max: 600 }), name: fields.text('name', {}) };
 * fields.refuseWrong(); // also names every field that was sent and not asked for
 * ```
 */
export class FieldReader {
  readonly #fields: Fields;
  readonly #isObject: boolean;
  readonly #path: string;
  readonly #document: Document;
  readonly #asked = new Set<string>();

  /** For a whole document; `path` and `document` are for the objects within. */
  constructor(value: unknown, path = '', document: Document = { errors: [], readers: [] }) {
    this.#path = path;
    this.#document = document;
    this.#isObject = isFields(value);
    this.#fields = isFields(value) ? value : {};
    document.readers.push(this);
    if (!this.#isObject) this.#note(path || '(body)', ['wrong_type', 'must be an object']);
  }

  /**
   * Throws `validation_failed` if anything in the document is wrong. A field that nobody asked for
   * is: it is misspelt, and would be lost without a word.
   */
  refuseWrong(): void {
    const { errors, readers } = this.#document;
    for (const reader of readers) reader.#refuseUnasked();
    if (errors.length === 0) return;
    const names = [...new Set(errors.map(({ field }) => field))].join(', ');
    throw new DomainError(
      'validation',
      'validation_failed',
      `These fields cannot be used: ${names}. Correct them, then send the request again.`,
      { details: errors },
    );
  }

  /** Notes that a field is wrong for a reason only its reader knows. */
  refuse(name: string, code: string, message: string): void {
    if (this.#isObject) this.#note(this.pathOf(name), [code, message]);
  }

  /** How errors name a field. */
  pathOf(name: string): string {
    return this.#path === '' ? name : `${this.#path}.${name}`;
  }

  /** Whether a field was given, be it as null. */
  has(name: string): boolean {
    return this.#sent(name) !== undefined;
  }

  /** A text without spaces around it. */
  text(name: string, rule: TextRule, fallback?: string): string {
    return this.#read(name, '', fallback, (sent) => readText(sent, rule));
  }

  /** A whole number; text of digits is one, too. */
  integer(name: string, rule: IntegerRule, fallback?: number): number {
    return this.#read(name, 0, fallback, (sent) => readInteger(sent, rule));
  }

  boolean(name: string, fallback: boolean): boolean {
    return this.#read(name, fallback, fallback, readBoolean);
  }

  /** One of some words. */
  word<Word extends string>(
    name: string,
    words: readonly [Word, ...Word[]],
    fallback?: Word,
  ): Word {
    return this.#read(name, fallback ?? words[0], fallback, (sent) => readWord(sent, words));
  }

  /** Null where null was given, the fallback where nothing was, else what `read` makes of it. */
  nullable<Value>(name: string, fallback: Value | null, read: () => Value): Value | null {
    const sent = this.#sent(name);
    if (sent === undefined) return fallback;
    return sent === null ? null : read();
  }

  /** The fields of an object within; one that is left out has none. */
  object(name: string): FieldReader {
    const sent = this.#sent(name);
    return this.#within(sent === undefined ? {} : sent, name);
  }

  /** Objects. Left out, there are none. */
  list<Item>(name: string, rule: ListRule, read: (item: FieldReader) => Item): Item[] {
    return this.#items(name, rule).map((item, index) =>
      read(this.#within(item, `${name}.${index}`)),
    );
  }

  /** Texts. One that cannot be read is empty. */
  texts(name: string, rule: ListRule, each: TextRule, fallback?: readonly string[]): string[] {
    if (fallback !== undefined && !this.has(name)) return [...fallback];
    const items = this.#items(name, rule);
    const reader = this.#within(Object.fromEntries(items.entries()), name);
    return items.map((_, index) => reader.text(String(index), each));
  }

  /**
   * Values by names that the sender chose, in the order they were sent. Left out, there are none.
   */
  entries<Value>(
    name: string,
    { max }: Pick<ListRule, 'max'>,
    read: (fields: FieldReader, name: string) => Value,
  ): (readonly [name: string, value: Value])[] {
    const reader = this.object(name);
    const names = Object.keys(reader.#fields);
    if (names.length > max) this.refuse(name, 'too_many', `may have at most ${max} names`);
    return names.map((each) => [each, read(reader, each)] as const);
  }

  /**
   * What `read` makes of a field as it was sent; it may throw `validation_failed` with errors of
   * its own, and the value is then `null`.
   */
  by<Value>(name: string, read: (sent: unknown, path: string) => Value): Value | null {
    try {
      return read(this.#sent(name), this.pathOf(name));
    } catch (error) {
      if (!(error instanceof DomainError) || !Array.isArray(error.details)) throw error;
      this.#document.errors.push(...(error.details as readonly FieldError[]));
      return null;
    }
  }

  #read<Value>(
    name: string,
    instead: Value,
    fallback: Value | undefined,
    read: (sent: unknown) => ReadValue<Value>,
  ): Value {
    const sent = this.#sent(name);
    if (sent === undefined && fallback !== undefined) return fallback;
    const result = sent === undefined ? { fault: REQUIRED } : read(sent);
    if ('value' in result) return result.value;
    this.refuse(name, ...result.fault);
    return instead;
  }

  #items(name: string, { min = 0, max }: ListRule): readonly unknown[] {
    const sent = this.#sent(name);
    if (sent === undefined && min > 0) this.refuse(name, ...REQUIRED);
    if (sent === undefined) return [];
    if (!Array.isArray(sent)) {
      this.refuse(name, 'wrong_type', 'must be a list');
      return [];
    }
    if (sent.length < min) this.refuse(name, 'too_few', `must have at least ${min}`);
    if (sent.length > max) this.refuse(name, 'too_many', `may have at most ${max}`);
    return sent.slice(0, max) as readonly unknown[];
  }

  #within(value: unknown, name: string): FieldReader {
    return new FieldReader(value, this.pathOf(name), this.#document);
  }

  #sent(name: string): unknown {
    this.#asked.add(name);
    return Object.hasOwn(this.#fields, name) ? this.#fields[name] : undefined;
  }

  #refuseUnasked(): void {
    for (const name of Object.keys(this.#fields)) {
      if (this.#asked.has(name)) continue;
      this.refuse(name.slice(0, NAME_LENGTH_MAX), 'unknown_field', 'is not known here');
    }
  }

  #note(field: string, [code, message]: Fault): void {
    this.#document.errors.push({ field, code, message });
  }
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
