import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Pace } from './pace.js';

describe('a pace', () => {
  it('keeps steps down to so many a second, whatever their portions and rests', () => {
    const portions = fc.array(fc.tuple(fc.nat({ max: 500 }), fc.nat({ max: 2_000 })), {
      minLength: 1,
      maxLength: 100,
    });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5_000 }), portions, (perSecond, work) => {
        const pace = new Pace(perSecond, 0);
        let [now, done] = [0, 0];
        for (const [steps, idleMs] of work) {
          now += pace.spend(steps, now);
          done += steps;
          expect(done).toBeLessThanOrEqual(perSecond * (now / 1_000 + 0.25) + 1e-6);
          now += idleMs;
        }
      }),
    );
  });

  it('does not hold up what is slower', () => {
    const pace = new Pace(100, 0);
    for (let second = 1; second < 20; second += 1) expect(pace.spend(20, second * 1_000)).toBe(0);
  });
});
