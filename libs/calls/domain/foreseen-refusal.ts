import { type Facts, type FilterRule, type FilterSet, matchesFilter } from '#libs/filters';

/**
 * Whether a filter will refuse a lead whatever it answers to questions: what it asks about answers
 * is taken to hold, and only rules about the lead itself speak against it.
 */
export function isRefusalForeseen(filter: FilterSet | null, leadFacts: Facts): boolean {
  return filter !== null && !mayHold(filter, leadFacts);
}

function mayHold(rule: FilterRule | FilterSet, facts: Facts): boolean {
  if ('rules' in rule) {
    const may = (inner: FilterRule | FilterSet) => mayHold(inner, facts);
    return rule.op === 'and' ? rule.rules.every(may) : rule.rules.some(may);
  }
  if (rule.field.startsWith('answers.')) return true;
  return matchesFilter({ op: 'and', rules: [rule] }, facts);
}
