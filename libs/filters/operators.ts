import { isBlank, readNumber, readText, readTruth } from './field-values.js';
import { type FilterOperator, type FilterRule, type FilterValue } from './filter.js';
import { matchesPattern } from './pattern.js';

/** Whether a fact that says something meets what a rule compares it with. */
type Comparison = (fact: unknown, value: FilterValue | undefined) => boolean;

/**
 * Whether a rule is met. A fact that says nothing is `blank` and meets no other rule, also none
 * that begins with `not`: what is not known is not known to differ.
 */
export function meetsRule({ op, value }: FilterRule, fact: unknown): boolean {
  if (op === 'blank') return isBlank(fact);
  return !isBlank(fact) && comparisons[op](fact, value);
}

const comparisons: Readonly<Record<Exclude<FilterOperator, 'blank'>, Comparison>> = {
  present: () => true,
  is_true: (fact) => readTruth(fact) === true,
  is_false: (fact) => readTruth(fact) === false,
  eq: equals,
  neq: (fact, value) => isSingle(fact) && !equals(fact, value),
  lt: byNumber((fact, value) => fact < value),
  lte: byNumber((fact, value) => fact <= value),
  gt: byNumber((fact, value) => fact > value),
  gte: byNumber((fact, value) => fact >= value),
  between: byRange((fact, low, high) => fact >= low && fact <= high),
  not_between: byRange((fact, low, high) => fact < low || fact > high),
  in: isOneOf,
  not_in: (fact, value) => isSingle(fact) && !isOneOf(fact, value),
  contains,
  not_contains: (fact, value) => (isSingle(fact) || Array.isArray(fact)) && !contains(fact, value),
  starts_with: byText((fact, value) => fact.startsWith(value)),
  ends_with: byText((fact, value) => fact.endsWith(value)),
  matches: (fact, value) => {
    const text = readText(fact);
    return text !== null && typeof value === 'string' && matchesPattern(value, text);
  },
  zip_prefix: beginsLikeZip,
};

/** As numbers or as yes and no where the value is one; else as texts. */
function equals(fact: unknown, value: unknown): boolean {
  if (typeof value === 'number') return readNumber(fact) === value;
  if (typeof value === 'boolean') return readTruth(fact) === value;
  const text = readText(value);
  return text !== null && readText(fact) === text;
}

function isOneOf(fact: unknown, value: FilterValue | undefined): boolean {
  return asList(value).some((item) => equals(fact, item));
}

/** A text with the value somewhere in it, or a list with the value among its items. */
function contains(fact: unknown, value: FilterValue | undefined): boolean {
  if (Array.isArray(fact)) return fact.some((item) => equals(item, value));
  const part = readText(value);
  return part !== null && readText(fact)?.includes(part) === true;
}

function beginsLikeZip(fact: unknown, value: FilterValue | undefined): boolean {
  const zip = zipText(fact);
  return asList(value).some((prefix) => zip.startsWith(withoutGaps(String(prefix))));
}

/** A ZIP that came as a number has lost its leading zeros. */
function zipText(fact: unknown): string {
  const text = withoutGaps(readText(fact) ?? '');
  return typeof fact === 'number' ? text.padStart(5, '0') : text;
}

function withoutGaps(text: string): string {
  return text.toLowerCase().replace(/[\s-]/g, '');
}

function isSingle(fact: unknown): boolean {
  return readText(fact) !== null;
}

function asList(value: FilterValue | undefined): readonly (string | number | boolean)[] {
  if (value === undefined) return [];
  return typeof value === 'object' ? value : [value];
}

function byNumber(holds: (fact: number, value: number) => boolean): Comparison {
  return (fact, value) => {
    const [left, right] = [readNumber(fact), readNumber(value)];
    return left !== null && right !== null && holds(left, right);
  };
}

function byRange(holds: (fact: number, low: number, high: number) => boolean): Comparison {
  return (fact, value) => {
    const [low = null, high = null] = asList(value).map(readNumber);
    const number = readNumber(fact);
    return number !== null && low !== null && high !== null && holds(number, low, high);
  };
}

function byText(holds: (fact: string, value: string) => boolean): Comparison {
  return (fact, value) => {
    const [left, right] = [readText(fact), readText(value)];
    return left !== null && right !== null && holds(left, right);
  };
}
