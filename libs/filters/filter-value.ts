import { readNumber } from './field-values.js';
import { type FilterOperator } from './filter.js';
import { patternProblem } from './pattern.js';

const VALUES_MAX = 1_000;
const VALUE_LENGTH_MAX = 200;
const ZIP_PREFIX = /^[0-9A-Za-z]{1,6}$/;

/** What is wrong with the value of a rule. */
export interface ValueProblem {
  readonly code: string;
  readonly message: string;
}

/**
 * Why an operator cannot work with a value; `null` if it can. Left out, the value is `null` too.
 */
export function valueProblem(op: FilterOperator, value: unknown): ValueProblem | null {
  if (isUnary(op)) {
    return value === null ? null : { code: 'not_allowed', message: `${op} takes no value` };
  }
  return value === null ? { code: 'required', message: 'is required' } : checks[op](value);
}

type Unary = 'blank' | 'present' | 'is_true' | 'is_false';
type Check = (value: unknown) => ValueProblem | null;

const checks: Readonly<Record<Exclude<FilterOperator, Unary>, Check>> = {
  eq: single,
  neq: single,
  lt: numeric,
  lte: numeric,
  gt: numeric,
  gte: numeric,
  between: range,
  not_between: range,
  in: listOf(isItem, 'texts or numbers'),
  not_in: listOf(isItem, 'texts or numbers'),
  contains: item,
  not_contains: item,
  starts_with: item,
  ends_with: item,
  matches: pattern,
  zip_prefix: (value) =>
    isZipPrefix(value)
      ? null
      : listOf(isZipPrefix, 'beginnings of ZIP codes, such as "770"')(value),
};

function isUnary(op: FilterOperator): op is Unary {
  return op === 'blank' || op === 'present' || op === 'is_true' || op === 'is_false';
}

function single(value: unknown): ValueProblem | null {
  return typeof value === 'boolean' ? null : item(value);
}

function item(value: unknown): ValueProblem | null {
  return isItem(value)
    ? null
    : wrongType(`a number or text of 1 to ${VALUE_LENGTH_MAX} characters`);
}

function numeric(value: unknown): ValueProblem | null {
  return readNumber(value) === null ? wrongType('a number') : null;
}

function range(value: unknown): ValueProblem | null {
  const [low = null, high = null] = Array.isArray(value) ? value.map(readNumber) : [];
  const isPair = Array.isArray(value) && value.length === 2 && low !== null && high !== null;
  if (!isPair) return wrongType('a list of two numbers, the lower one first');
  return low <= high ? null : { code: 'out_of_range', message: 'must have the lower one first' };
}

function pattern(value: unknown): ValueProblem | null {
  if (typeof value !== 'string' || value === '') return wrongType('a pattern');
  return patternProblem(value);
}

function listOf(isKnown: (value: unknown) => boolean, what: string): Check {
  return (value) => {
    const isList = Array.isArray(value) && value.length > 0 && value.every(isKnown);
    if (!isList) return wrongType(`a list of ${what}`);
    if (value.length <= VALUES_MAX) return null;
    return { code: 'too_many', message: `may have at most ${VALUES_MAX} values` };
  };
}

/** Blank text would be in everything, and equal to nothing. */
function isItem(value: unknown): value is string | number {
  if (typeof value === 'number') return Number.isFinite(value);
  if (typeof value !== 'string' || value.trim() === '') return false;
  return value.length <= VALUE_LENGTH_MAX && value.isWellFormed() && !value.includes('\0');
}

function isZipPrefix(value: unknown): boolean {
  return typeof value === 'string' && ZIP_PREFIX.test(value);
}

function wrongType(what: string): ValueProblem {
  return { code: 'wrong_type', message: `must be ${what}` };
}
