import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  explainFilter,
  type Facts,
  FILTER_OPERATORS,
  type FilterOperator,
  type FilterRule,
  type FilterSet,
  type FilterValue,
  matchesFilter,
  readFilter,
} from './index.js';

/** Whether a rule about it holds of a fact. */
const meets = (known: unknown, op: FilterOperator, value?: FilterValue) => {
  const rule: FilterRule = { field: 'x', op, ...(value !== undefined && { value }) };
  return matchesFilter({ op: 'and', rules: [rule] }, { x: known });
};

const scalar = fc.oneof(
  fc.constantFrom('TX', 'tx ', '$1,000.00', '1000', 'yes', '0', 'K1A 0B1', '77001'),
  fc.string({ minLength: 1, maxLength: 8 }).filter((text) => text.trim() !== ''),
  fc.integer(),
  fc.boolean(),
);
const item = fc.oneof(
  fc.constantFrom('tx', 'TX', '1000', '7', 'a'),
  fc.integer({ min: -5, max: 1_000 }),
);
const fact = fc.oneof(scalar, fc.constantFrom(undefined, null, '', '  ', []), fc.array(scalar));
const anyRule: fc.Arbitrary<FilterRule> = fc.record({
  field: fc.constantFrom('x', 'y'),
  op: fc.constantFrom(...FILTER_OPERATORS),
  value: fc.oneof(item, fc.array(item, { minLength: 2, maxLength: 2 })),
});
const { anyFilter } = fc.letrec<{ anyFilter: FilterSet; entry: FilterRule | FilterSet }>((tie) => ({
  anyFilter: fc.record({
    op: fc.constantFrom('and' as const, 'or' as const),
    rules: fc.array(tie('entry'), { maxLength: 4 }),
  }),
  entry: fc.oneof({ maxDepth: 3, withCrossShrink: true }, anyRule, tie('anyFilter')),
}));

describe('any filter, whatever it is asked of,', () => {
  it.each<[FilterOperator, FilterOperator]>([
    ['eq', 'neq'],
    ['in', 'not_in'],
    ['contains', 'not_contains'],
  ])('says of what is known either %s or %s', (op, opposite) => {
    fc.assert(
      fc.property(scalar, item, (known, value) => {
        const wanted = op === 'in' ? [value, 'CA'] : value;
        expect(meets(known, op, wanted)).toBe(!meets(known, opposite, wanted));
      }),
    );
  });

  it('says of a number either between or not_between, either lt or gte, either gt or lte', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer(), fc.nat(), (known, low, width) => {
        const range = [low, low + width];
        expect(meets(known, 'between', range)).toBe(!meets(known, 'not_between', range));
        expect(meets(known, 'lt', low)).toBe(!meets(known, 'gte', low));
        expect(meets(String(known), 'gt', low)).toBe(!meets(known, 'lte', low));
      }),
    );
  });

  it('compares nothing with what is missing, and says either blank or present', () => {
    const operators = FILTER_OPERATORS.filter((op) => op !== 'blank');
    const missing = fc.constantFrom<unknown>(undefined, null, '', ' \t', []);
    fc.assert(
      fc.property(missing, fc.constantFrom(...operators), item, (nothing, op, value) => {
        expect(meets(nothing, op, value)).toBe(false);
      }),
    );
    fc.assert(fc.property(fact, (x) => meets(x, 'blank') !== meets(x, 'present')));
  });

  it('gives reasons exactly if it does not hold', () => {
    fc.assert(
      fc.property(anyFilter, fact, fact, (filter, x, y) => {
        const facts: Facts = { x, y };
        const reasons = explainFilter(filter, facts);
        expect(reasons.length === 0).toBe(matchesFilter(filter, facts));
        expect(new Set(reasons).size).toBe(reasons.length);
      }),
    );
  });

  it('does not mind the case of letters', () => {
    const letters = fc.stringMatching(/^[a-zA-Z]{1,8}$/);
    const operators = ['eq', 'contains', 'starts_with', 'ends_with', 'matches', 'in'] as const;
    fc.assert(
      fc.property(letters, letters, fc.constantFrom(...operators), (known, value, op) => {
        const wanted = (text: string) => (op === 'in' ? [text] : text);
        expect(meets(known.toUpperCase(), op, wanted(value.toLowerCase()))).toBe(
          meets(known.toLowerCase(), op, wanted(value.toUpperCase())),
        );
      }),
    );
  });

  it('is read as it was written, once it was vouched for', () => {
    fc.assert(
      fc.property(fc.oneof(anyFilter, fc.anything()), (value) => {
        let read: FilterSet;
        try {
          read = readFilter(value, 'filter');
        } catch (error) {
          expect(error).toMatchObject({ code: 'validation_failed' });
          return;
        }
        expect(readFilter(JSON.parse(JSON.stringify(read)), 'filter')).toEqual(read);
        expect(() => explainFilter(read, { x: 1, y: 'a' })).not.toThrow();
      }),
    );
  });
});
