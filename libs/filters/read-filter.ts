import { DomainError, type FieldError } from '#libs/kernel';
import {
  FILTER_OPERATORS,
  type FilterOperator,
  type FilterRule,
  type FilterSet,
  type FilterValue,
} from './filter.js';
import { valueProblem } from './filter-value.js';

/** Sets within sets, the outermost included. */
export const FILTER_DEPTH_MAX = 10;
/** Rules and sets in one filter. */
export const FILTER_RULES_MAX = 200;
const FIELD = /^[^\0-\x1f\x7f]{1,100}$/;

/**
 * A filter from outside, vouched for. Throws `validation_failed` naming everything that is wrong
 * with it at once, by paths that begin with `path`: `filter.rules.1.value`.
 *
 * Refused are unknown operators and keys, values that are missing or of the wrong type, patterns
 * that are too long, costly or not linear, more than {@link FILTER_DEPTH_MAX} levels and more than
 * {@link FILTER_RULES_MAX} rules.
 *
 * @example
 * readFilter({ op: 'and', rules: [{ field: 'answers.insured', op: 'eq', value: 'yes' }] }, 'filter');
 */
export function readFilter(value: unknown, path: string): FilterSet {
  const { filter, errors } = inspectFilter(value, path);
  if (errors.length === 0) return filter;
  throw new DomainError(
    'validation',
    'validation_failed',
    'Some parts of the filter cannot be used; each is named in details.',
    { details: errors },
  );
}

/** A filter as far as it can be read, and everything that is wrong with it. */
export interface InspectedFilter {
  readonly filter: FilterSet;
  readonly errors: readonly FieldError[];
}

/** As {@link readFilter}, for those who name what is wrong beside it at the same time. */
export function inspectFilter(value: unknown, path: string): InspectedFilter {
  const reading: Reading = { errors: [], left: FILTER_RULES_MAX };
  const filter = readSet(value, path, 1, reading) ?? { op: 'and', rules: [] };
  return { filter, errors: reading.errors };
}

/** What reading has come to. */
interface Reading {
  readonly errors: FieldError[];
  /** How many rules there may still be; below 0 once that was said. */
  left: number;
}

type Fields = Readonly<Record<string, unknown>>;

function readSet(value: unknown, path: string, depth: number, reading: Reading): FilterSet | null {
  if (!isFields(value)) return refuse(reading, path, 'wrong_type', 'must be {op, rules}');
  refuseOthers(value, ['op', 'rules'], path, reading);
  const { op, rules } = value;
  if (depth > FILTER_DEPTH_MAX) {
    return refuse(reading, path, 'too_deep', `is nested more than ${FILTER_DEPTH_MAX} levels deep`);
  }
  if (op !== 'and' && op !== 'or') refuse(reading, `${path}.op`, ...wrong(op, 'must be and or or'));
  if (!Array.isArray(rules)) {
    return refuse(reading, `${path}.rules`, ...wrong(rules, 'must be a list of rules'));
  }
  const read = rules.flatMap(
    (rule, index) => readEntry(rule, `${path}.rules.${index}`, depth, reading) ?? [],
  );
  return { op: op === 'or' ? 'or' : 'and', rules: read };
}

function readEntry(
  value: unknown,
  path: string,
  depth: number,
  reading: Reading,
): FilterRule | FilterSet | null {
  if (reading.left < 0) return null;
  reading.left -= 1;
  if (reading.left < 0) {
    return refuse(reading, path, 'too_many', `is one rule more than ${FILTER_RULES_MAX}`);
  }
  if (!isFields(value)) return refuse(reading, path, 'wrong_type', 'must be a rule or a set');
  return 'rules' in value
    ? readSet(value, path, depth + 1, reading)
    : readRule(value, path, reading);
}

function readRule(rule: Fields, path: string, reading: Reading): FilterRule | null {
  refuseOthers(rule, ['field', 'op', 'value'], path, reading);
  const { field, op, value = null } = rule;
  const isField = typeof field === 'string' && FIELD.test(field) && field.isWellFormed();
  if (!isField) refuse(reading, `${path}.field`, ...wrong(field, 'must be the name of a field'));
  if (!isOperator(op)) {
    const message = `must be one of ${FILTER_OPERATORS.join(', ')}`;
    return refuse(reading, `${path}.op`, ...wrong(op, message, 'unknown_operator'));
  }
  const problem = valueProblem(op, value);
  if (problem !== null) refuse(reading, `${path}.value`, problem.code, problem.message);
  if (!isField) return null;
  return value === null ? { field, op } : { field, op, value: value as FilterValue };
}

function refuseOthers(
  fields: Fields,
  known: readonly string[],
  path: string,
  reading: Reading,
): void {
  for (const name of Object.keys(fields)) {
    if (known.includes(name)) continue;
    refuse(reading, `${path}.${name.slice(0, 100)}`, 'unknown_field', 'is not known here');
  }
}

/** Notes an error. Gives back nothing, so that what cannot be read is `null`. */
function refuse(reading: Reading, field: string, code: string, message: string): null {
  reading.errors.push({ field, code, message });
  return null;
}

function wrong(value: unknown, message: string, code = 'wrong_type'): [string, string] {
  const missing = value === undefined || value === null;
  return missing ? ['required', 'is required'] : [code, message];
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isOperator(value: unknown): value is FilterOperator {
  return FILTER_OPERATORS.some((operator) => operator === value);
}
