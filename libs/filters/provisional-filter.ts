import { DomainError } from '#libs/kernel';
import { type FilterRule, type FilterSet } from './filter.js';

/** Provisional: replaced by the reader of filters. */
export function readFilter(value: unknown, path: string): FilterSet {
  const set = value as FilterSet | null;
  if (typeof set === 'object' && Array.isArray(set?.rules)) return set;
  const details = [{ field: path, code: 'wrong_type', message: 'must be a filter' }];
  throw new DomainError('validation', 'validation_failed', 'Not a filter.', { details });
}

/** Provisional: replaced by the evaluation of filters; knows `eq` alone. */
export function matchesFilter(
  filter: FilterSet,
  facts: Readonly<Record<string, unknown>>,
): boolean {
  const met = (rule: FilterRule | FilterSet) =>
    'rules' in rule ? matchesFilter(rule, facts) : facts[rule.field] === rule.value;
  return filter.op === 'and' ? filter.rules.every(met) : filter.rules.some(met);
}

/** Provisional: replaced by the explanation of filters. */
export function explainFilter(
  filter: FilterSet,
  facts: Readonly<Record<string, unknown>>,
): string[] {
  return filter.rules.flatMap((rule) => {
    if ('rules' in rule) return explainFilter(rule, facts);
    return facts[rule.field] === rule.value ? [] : [`custom_filter:${rule.field}`];
  });
}
