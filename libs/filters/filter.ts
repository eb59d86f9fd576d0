import { Type } from 'typebox';

/** What a rule may ask of a field (semantics §3.6). */
export const FILTER_OPERATORS = [
  'eq',
  'neq',
  'lt',
  'lte',
  'gt',
  'gte',
  'between',
  'not_between',
  'in',
  'not_in',
  'contains',
  'not_contains',
  'starts_with',
  'ends_with',
  'matches',
  'blank',
  'present',
  'is_true',
  'is_false',
  'zip_prefix',
] as const;

/** One of them. */
export type FilterOperator = (typeof FILTER_OPERATORS)[number];

/** What a field is compared with. */
export type FilterValue = string | number | boolean | readonly (string | number)[];

/** One question about one field, e.g. `lead.state` or `answers.insured`. */
export interface FilterRule {
  readonly field: string;
  readonly op: FilterOperator;
  /** Left out where the operator needs none. */
  readonly value?: FilterValue;
}

/**
 * Rules and sets of them, all or any of which must hold. An empty `and` holds, an empty `or` not.
 */
export interface FilterSet {
  readonly op: 'and' | 'or';
  readonly rules: readonly (FilterRule | FilterSet)[];
}

/**
 * A filter as events carry it. Its inner form is vouched for by `readFilter`, once, when it comes
 * in.
 */
export const filterSchema = Type.Unsafe<FilterSet>(
  Type.Object(
    {
      op: Type.Union([Type.Literal('and'), Type.Literal('or')], {
        description: 'Whether all or any of the rules must hold.',
      }),
      rules: Type.Array(Type.Unknown(), {
        description: 'Rules {field, op, value} and sets of them.',
      }),
    },
    { description: 'A filter (semantics §3.6).' },
  ),
);
