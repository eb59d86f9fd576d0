import { isBlank } from './field-values.js';
import { type FilterRule, type FilterSet } from './filter.js';
import { meetsRule } from './operators.js';

/**
 * What is known, by the names that rules use: `{ 'lead.state': 'TX', 'answers.insured': 'yes' }`.
 */
export type Facts = Readonly<Record<string, unknown>>;

/** The reason of an empty `or`, which nothing can meet. */
const NOTHING_ALLOWED = 'custom_filter:(none)';

/**
 * Whether facts meet a filter that {@link readFilter} vouched for.
 *
 * Texts are compared without regard to case, numbers as numbers however they are written
 * (`$1,000.00` is 1000). Where a fact is missing every comparison is false, also `neq`, `not_in`
 * and the like; ask for `blank` beside them to let it pass.
 *
 * @example
 * matchesFilter({ op: 'and', rules: [{ field: 'lead.state', op: 'in', value: ['TX', 'CA'] }] }, {
 *   'lead.state': 'tx',
 * }); // true: the field is in the value
 * @example
 * matchesFilter({ op: 'and', rules: [{ field: 'lead.source', op: 'contains', value: 'web' }] }, {
 *   'lead.source': 'My-Webform',
 * }); // true: the field contains the value
 */
export function matchesFilter(filter: FilterSet, facts: Facts): boolean {
  const holds = (rule: FilterRule | FilterSet) => meets(rule, facts);
  return filter.op === 'and' ? filter.rules.every(holds) : filter.rules.some(holds);
}

/**
 * Why facts do not meet a filter, each reason once, in the order of its rules; nothing if they do.
 *
 * `field_missing:<field>` where nothing is known of the field, `custom_filter:<field>` where what
 * is known does not meet the rule (semantics §3.7). Of an `or` it names every rule, since any would
 * do.
 */
export function explainFilter(filter: FilterSet, facts: Facts): string[] {
  if (matchesFilter(filter, facts)) return [];
  if (filter.rules.length === 0) return [NOTHING_ALLOWED];
  return [...new Set(filter.rules.flatMap((rule) => reasonsOf(rule, facts)))];
}

function meets(rule: FilterRule | FilterSet, facts: Facts): boolean {
  return 'rules' in rule ? matchesFilter(rule, facts) : meetsRule(rule, factOf(rule, facts));
}

function reasonsOf(rule: FilterRule | FilterSet, facts: Facts): string[] {
  if ('rules' in rule) return explainFilter(rule, facts);
  const fact = factOf(rule, facts);
  if (meetsRule(rule, fact)) return [];
  return [isBlank(fact) ? `field_missing:${rule.field}` : `custom_filter:${rule.field}`];
}

/** Own fields only: nobody named a fact `constructor`. */
function factOf({ field }: FilterRule, facts: Facts): unknown {
  return Object.hasOwn(facts, field) ? facts[field] : undefined;
}
