/** What a text has to be. It is never blank, and has no control characters in it. */
export interface TextRule {
  /** In UTF-16 code units; 1,000 unless told. */
  readonly max?: number;
  readonly pattern?: RegExp;
  /** What `pattern` asks for, e.g. “must be HH:MM”. */
  readonly message?: string;
}

/** What a whole number has to be; both ends are inclusive. */
export interface IntegerRule {
  readonly min: number;
  readonly max: number;
}

/** How many items a list may have. */
export interface ListRule {
  /** None unless told. */
  readonly min?: number;
  readonly max: number;
}

/** What is wrong with a value: a permanent code, and what it has to be. */
export type Fault = readonly [code: string, message: string];

/** A value that was read, or what is wrong with it. */
export type ReadValue<Value> = { readonly value: Value } | { readonly fault: Fault };

const TEXT_LENGTH_MAX = 1_000;
const CONTROL = /\p{Cc}/u;
const DIGITS = /^-?\d{1,9}$/;

/** A text without spaces around it. */
export function readText(
  sent: unknown,
  { max = TEXT_LENGTH_MAX, pattern, message = 'has the wrong form' }: TextRule,
): ReadValue<string> {
  if (typeof sent !== 'string') return { fault: ['wrong_type', 'must be text'] };
  const value = sent.trim();
  if (value === '') return { fault: ['required', 'must not be blank'] };
  if (sent.length > max) return { fault: ['too_long', `may have at most ${max} characters`] };
  if (CONTROL.test(value) || !value.isWellFormed()) {
    return { fault: ['wrong_format', 'may not have control characters in it'] };
  }
  return pattern?.test(value) === false ? { fault: ['wrong_format', message] } : { value };
}

/** A whole number. Digits will do: forms know nothing else. */
export function readInteger(sent: unknown, { min, max }: IntegerRule): ReadValue<number> {
  const value = typeof sent === 'string' && DIGITS.test(sent) ? Number(sent) : sent;
  if (typeof value !== 'number' || !Number.isInteger(value)) {
    return { fault: ['wrong_type', 'must be a whole number'] };
  }
  if (value >= min && value <= max) return { value };
  return { fault: ['out_of_range', `must be ${min} to ${max}`] };
}

/** Yes or no. */
export function readBoolean(sent: unknown): ReadValue<boolean> {
  if (sent === true || sent === 'true') return { value: true };
  if (sent === false || sent === 'false') return { value: false };
  return { fault: ['wrong_type', 'must be true or false'] };
}

/** One of some words. */
export function readWord<Word extends string>(
  sent: unknown,
  words: readonly Word[],
): ReadValue<Word> {
  const value = words.find((word) => word === sent);
  if (value !== undefined) return { value };
  return { fault: ['not_allowed', `must be one of ${words.join(', ')}`] };
}
