import { type FilterSet, matchesFilter } from '#libs/filters';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isRefusalForeseen } from './foreseen-refusal.js';

const anyRule = fc.record({
  field: fc.constantFrom('lead.state', 'lead.source', 'answers.owner', 'answers.insured'),
  op: fc.constantFrom('eq' as const, 'neq' as const, 'blank' as const),
  value: fc.constantFrom('TX', 'yes', 'no'),
});
const { filter: anyFilter } = fc.letrec<{ filter: FilterSet }>((tie) => ({
  filter: fc.record({
    op: fc.constantFrom('and' as const, 'or' as const),
    rules: fc.array(fc.oneof({ maxDepth: 2 }, anyRule, tie('filter')), { maxLength: 3 }),
  }),
}));
const anyLead = fc.record({
  'lead.state': fc.constantFrom('TX', 'CA'),
  'lead.source': fc.constantFrom('web', null),
});
const anyAnswers = fc.record({
  'answers.owner': fc.constantFrom('yes', 'no', null),
  'answers.insured': fc.constantFrom('yes', 'no', null),
});

describe('a refusal by a filter', () => {
  it('is foreseen only where no answer could prevent it', () => {
    fc.assert(
      fc.property(anyFilter, anyLead, anyAnswers, (filter, lead, answers) => {
        if (isRefusalForeseen(filter, lead)) {
          expect(matchesFilter(filter, { ...lead, ...answers })).toBe(false);
        }
      }),
    );
  });

  it('is foreseen exactly where nothing is asked about answers', () => {
    const inTexas: FilterSet = {
      op: 'and',
      rules: [{ field: 'lead.state', op: 'eq', value: 'TX' }],
    };
    expect(isRefusalForeseen(inTexas, { 'lead.state': 'CA' })).toBe(true);
    expect(isRefusalForeseen(inTexas, { 'lead.state': 'TX' })).toBe(false);
    expect(isRefusalForeseen(null, {})).toBe(false);
  });
});
