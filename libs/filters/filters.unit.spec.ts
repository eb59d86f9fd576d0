import { describe, expect, it } from '@jest/globals';
import {
  explainFilter,
  FILTER_DEPTH_MAX,
  FILTER_RULES_MAX,
  type FilterOperator,
  type FilterRule,
  type FilterSet,
  type FilterValue,
  matchesFilter,
  readFilter,
} from './index.js';

const all = (...rules: FilterSet['rules']): FilterSet => ({ op: 'and', rules });
const any = (...rules: FilterSet['rules']): FilterSet => ({ op: 'or', rules });
const rule = (op: FilterOperator, value?: FilterValue): FilterRule =>
  value === undefined ? { field: 'x', op } : { field: 'x', op, value };
const meets = (fact: unknown, op: FilterOperator, value?: FilterValue) =>
  matchesFilter(all(rule(op, value)), { x: fact });

describe('a rule', () => {
  it.each<[unknown, FilterOperator, FilterValue | undefined, boolean]>([
    ['tx', 'eq', 'TX', true],
    [' Zürich ', 'eq', 'ZU\u0308RICH', true],
    ['01234', 'eq', '1234', false],
    ['$1,000.00', 'eq', 1000, true],
    [1000, 'eq', '1000', true],
    ['1,00', 'eq', 100, false],
    ['yes', 'eq', true, true],
    ['TX', 'neq', 'CA', true],
    ['unknown', 'neq', 18, true],
    ['$999.99', 'lt', 1000, true],
    ['1000', 'lt', '$1,000', false],
    ['1000', 'lte', 1000, true],
    ['-.5', 'gt', -1, true],
    ['unknown', 'gt', 1, false],
    [65, 'gte', 65, true],
    [18, 'between', [18, 65], true],
    [65, 'between', [18, 65], true],
    [66, 'between', [18, 65], false],
    [66, 'not_between', [18, 65], true],
    ['unknown', 'not_between', [18, 65], false],
    ['tx', 'in', ['TX', 'CA'], true],
    ['T', 'in', ['TX', 'CA'], false],
    ['NY', 'not_in', ['TX', 'CA'], true],
    ['My-Webform', 'contains', 'web', true],
    ['web', 'contains', 'My-Webform', false],
    [['Auto', 'Home'], 'contains', 'auto', true],
    [['Automobile'], 'contains', 'auto', false],
    [['Home'], 'not_contains', 'auto', true],
    ['radio', 'not_contains', 'web', true],
    ['Webform', 'starts_with', 'web', true],
    ['Webform', 'ends_with', 'FORM', true],
    ['77001', 'zip_prefix', '770', true],
    ['77001-1234', 'zip_prefix', ['900', '77001'], true],
    ['90210', 'zip_prefix', ['770'], false],
    [1234, 'zip_prefix', '012', true],
    ['K1A 0B1', 'zip_prefix', 'k1a0', true],
    ['Toyota Camry', 'matches', '\\b(toyota|honda)\\b', true],
    ['Fiat', 'matches', '^f.at$', true],
    ['Ford', 'matches', '^or', false],
    ['Y', 'is_true', undefined, true],
    [0, 'is_false', undefined, true],
    ['maybe', 'is_true', undefined, false],
    ['maybe', 'is_false', undefined, false],
    ['  ', 'blank', undefined, true],
    [0, 'blank', undefined, false],
    [false, 'present', undefined, true],
    [[], 'present', undefined, false],
    [{ a: 1 }, 'eq', '[object Object]', false],
    [{ a: 1 }, 'neq', 'a', false],
  ])('%j %s %j: %s', (fact, op, value, expected) => {
    expect(meets(fact, op, value)).toBe(expected);
  });

  it('knows of own fields only', () => {
    const filter = all({ field: 'constructor', op: 'present' });
    expect(matchesFilter(filter, {})).toBe(false);
  });

  it('ends in time whatever its pattern is matched with', () => {
    const startedAt = performance.now();
    expect(meets('x'.repeat(100_000), 'matches', '(x+x+)+y')).toBe(false);
    expect(performance.now() - startedAt).toBeLessThan(1_000);
  });
});

describe('a filter', () => {
  const texan = { field: 'lead.state', op: 'eq', value: 'TX' } as const;
  const insured = { field: 'answers.insured', op: 'eq', value: 'yes' } as const;

  it('holds if all rules of an and hold, or any of an or', () => {
    const facts = { 'lead.state': 'TX', 'answers.insured': 'no' };
    expect(matchesFilter(all(texan, insured), facts)).toBe(false);
    expect(matchesFilter(any(texan, insured), facts)).toBe(true);
    expect(matchesFilter(all(texan, any(insured, texan)), facts)).toBe(true);
  });

  it('holds if it is an empty and, never if it is an empty or', () => {
    expect(matchesFilter(all(), {})).toBe(true);
    expect(matchesFilter(any(), {})).toBe(false);
    expect(explainFilter(any(), {})).toEqual(['custom_filter:(none)']);
  });

  it('says which rules are not met, and of which nothing is known', () => {
    const filter = all(texan, any(insured, { field: 'lead.age', op: 'gte', value: 65 }), texan);
    expect(explainFilter(filter, { 'lead.state': 'CA', 'lead.age': 20 })).toEqual([
      'custom_filter:lead.state',
      'field_missing:answers.insured',
      'custom_filter:lead.age',
    ]);
    expect(explainFilter(filter, { 'lead.state': 'TX', 'lead.age': 70 })).toEqual([]);
  });

  it('lets what is missing pass only where it is asked for', () => {
    const elsewhere = { field: 'lead.state', op: 'neq', value: 'TX' } as const;
    expect(matchesFilter(all(elsewhere), {})).toBe(false);
    expect(matchesFilter(any(elsewhere, { field: 'lead.state', op: 'blank' }), {})).toBe(true);
  });
});

describe('a filter from outside', () => {
  const errorsOf = (value: unknown): [string, string][] => {
    try {
      readFilter(value, 'filter');
    } catch (error) {
      const { code, details } = error as { code: string; details: Record<string, string>[] };
      expect(code).toBe('validation_failed');
      return details.map(({ field = '', code: wrong = '' }) => [field, wrong]);
    }
    return [];
  };

  it('is taken as it is if nothing is wrong with it', () => {
    const filter = all(
      { field: 'lead.state', op: 'in', value: ['TX', 1] },
      any({ field: 'x', op: 'blank' }, { field: 'x', op: 'matches', value: '^a' }),
    );
    expect(readFilter(JSON.parse(JSON.stringify(filter)), 'filter')).toEqual(filter);
  });

  it('is refused with everything that is wrong at once', () => {
    const value = {
      op: 'xor',
      extra: 1,
      rules: [
        { field: 'x', op: 'like', value: 'y' },
        { field: 'x', op: 'eq' },
        { field: 7, op: 'blank', value: 1 },
        { op: 'lt', value: 'many' },
        { op: 'or', rules: 'none' },
        'rule',
        { op: 'and', rules: [{ field: 'x', op: 'between', value: [3, 2], not: true }] },
      ],
    };
    expect(errorsOf(value)).toEqual([
      ['filter.extra', 'unknown_field'],
      ['filter.op', 'wrong_type'],
      ['filter.rules.0.op', 'unknown_operator'],
      ['filter.rules.1.value', 'required'],
      ['filter.rules.2.field', 'wrong_type'],
      ['filter.rules.2.value', 'not_allowed'],
      ['filter.rules.3.field', 'required'],
      ['filter.rules.3.value', 'wrong_type'],
      ['filter.rules.4.rules', 'wrong_type'],
      ['filter.rules.5', 'wrong_type'],
      ['filter.rules.6.rules.0.not', 'unknown_field'],
      ['filter.rules.6.rules.0.value', 'out_of_range'],
    ]);
    expect(errorsOf('all')).toEqual([['filter', 'wrong_type']]);
    expect(errorsOf({})).toEqual([
      ['filter.op', 'required'],
      ['filter.rules', 'required'],
    ]);
  });

  it.each<[FilterOperator, unknown, string]>([
    ['eq', null, 'required'],
    ['eq', ' ', 'wrong_type'],
    ['eq', 'a'.repeat(201), 'wrong_type'],
    ['eq', 'a\0', 'wrong_type'],
    ['eq', ['a'], 'wrong_type'],
    ['in', 'a', 'wrong_type'],
    ['in', [], 'wrong_type'],
    ['in', [true], 'wrong_type'],
    ['in', Array.from({ length: 1_001 }, (_, index) => index), 'too_many'],
    ['between', [1], 'wrong_type'],
    ['between', [1, 2, 3], 'wrong_type'],
    ['contains', true, 'wrong_type'],
    ['zip_prefix', '77-0', 'wrong_type'],
    ['zip_prefix', ['770', 77], 'wrong_type'],
    ['is_true', true, 'not_allowed'],
    ['matches', 7, 'wrong_type'],
    ['matches', 'a'.repeat(201), 'too_long'],
    ['matches', '(a', 'invalid_pattern'],
    ['matches', '(a)\\1', 'invalid_pattern'],
    ['matches', '(?=a)b', 'invalid_pattern'],
    ['matches', '(.{1,900}y)', 'pattern_too_costly'],
  ])('is refused for %s %j: %s', (op, value, code) => {
    const errors = errorsOf({ op: 'and', rules: [{ field: 'x', op, value }] });
    expect(errors).toEqual([['filter.rules.0.value', code]]);
  });

  it('may be nested so deep, and have so many rules, and no more', () => {
    const nested = (depth: number): unknown =>
      depth === 1 ? all(rule('present')) : all(nested(depth - 1) as FilterSet);
    expect(errorsOf(nested(FILTER_DEPTH_MAX))).toEqual([]);
    expect(errorsOf(nested(1_000)).map(([, code]) => code)).toEqual(['too_deep']);
    const wide = (count: number) => all(...Array.from({ length: count }, () => rule('present')));
    expect(errorsOf(wide(FILTER_RULES_MAX))).toEqual([]);
    expect(errorsOf(wide(100_000)).map(([, code]) => code)).toEqual(['too_many']);
  });
});
