import { type DomainError } from '#libs/kernel';
import { describe, expect, it } from '@jest/globals';
import { DEFAULT_DNC_RULES } from './dnc-matrix.js';
import { dncRulesDecider } from './dnc-rules.decider.js';
import { type DncRules } from './dnc-rules.events.js';

const AT = '2026-11-28T12:00:00.000Z';

const decide = (wish: unknown, state: DncRules = DEFAULT_DNC_RULES) =>
  dncRulesDecider.decide({ type: 'ConfigureDncRules', wish, reason: 'counsel', at: AT }, state);
const after = (...wishes: unknown[]) =>
  wishes.reduce<DncRules>(
    (state, wish) => decide(wish, state).reduce(dncRulesDecider.evolve, state),
    DEFAULT_DNC_RULES,
  );

function refused(wish: unknown): string[] {
  try {
    decide(wish);
  } catch (error) {
    const { details } = error as DomainError & { details: { field: string; code: string }[] };
    return details.map(({ field, code }) => `${field} ${code}`);
  }
  return [];
}

describe('what do-not-call lists mean for a tenant', () => {
  it('is decided list by list, with what it was before, why and when', () => {
    const { matrix } = DEFAULT_DNC_RULES;
    expect(decide({ national: 'allow_with_written_consent' })).toEqual([
      {
        type: 'DncRulesConfigured',
        data: {
          before: matrix,
          after: { ...matrix, national: 'allow_with_written_consent' },
          ...{ reason: 'counsel', configuredAt: AT },
        },
      },
    ]);
  });

  it('has a version for each change, and none for what is so already', () => {
    const same = { national: 'block', internal: 'block' };
    expect(decide(same)).toEqual([]);
    const rules = after({ national: 'allow' }, { state: 'allow' }, { state: 'allow' });
    expect(rules.version).toBe(2);
    expect(rules.matrix).toMatchObject({ national: 'allow', state: 'allow', internal: 'block' });
  });

  it.each(['internal', 'litigator', 'reassigned'])('is never loosened for %s', (list) => {
    for (const rule of ['allow_with_written_consent', 'allow']) {
      expect(refused({ [list]: rule })).toEqual([`${list} never_loosened`]);
    }
  });

  it('knows no other lists and no other rules', () => {
    expect(refused({ planet: 'block' })).toEqual(['planet unknown_field']);
    expect(refused({ national: 'perhaps' })).toHaveLength(1);
    expect(refused([])).toHaveLength(1);
  });
});
