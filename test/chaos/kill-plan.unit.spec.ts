import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { KillPlan, type Target } from './kill-plan.js';
import { seededRandom } from './seeded-random.js';

/** The targets of a plan asked once a second. */
function targets(seed: number, seconds: number): (Target | null)[] {
  const plan = new KillPlan(seededRandom(seed));
  return Array.from({ length: seconds }, (_, second) => {
    const target = plan.next(second * 1_000);
    if (target !== null) plan.record(target, second * 1_000);
    return target;
  });
}

describe('a plan of kills', () => {
  it('is the same for the same seed', () => {
    expect(targets(7, 300)).toEqual(targets(7, 300));
    expect(targets(7, 300)).not.toEqual(targets(8, 300));
  });

  it('reaches every target', () => {
    const reached = new Set(targets(7, 1_000).filter((target) => target !== null));
    expect([...reached].sort()).toEqual(
      [
        'api',
        'rebuilder',
        'eventstore',
        'postgres',
        'postgres-keeper',
        'supervisor',
        'worker',
      ].sort(),
    );
  });

  it('never kills a part so often that the supervisor would give it up', () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const deaths = new Map<string, number[]>();
        targets(seed, 200).forEach((target, second) => {
          if (target === 'supervisor') deaths.clear();
          if (target === null || target === 'supervisor' || target === 'rebuilder') return;
          const part = target === 'postgres-keeper' ? 'postgres' : target;
          const lately = [...(deaths.get(part) ?? []), second].filter((at) => second - at < 60);
          expect(lately.length).toBeLessThan(5);
          deaths.set(part, lately);
        });
      }),
    );
  });
});
