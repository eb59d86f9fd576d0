import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Pace } from './pace.js';

/** How many of `wanted` a pace takes. */
const taken = (pace: Pace, wanted: number) =>
  Array.from({ length: wanted }, () => pace.take()).filter(Boolean).length;

describe('a pace', () => {
  it('takes a second’s worth at once after a rest, and no more after a longer one', () => {
    let nowMs = 0;
    const pace = new Pace(5, () => nowMs);
    expect(taken(pace, 9)).toBe(5);
    nowMs = 3_600_000;
    expect(taken(pace, 9)).toBe(5);
  });

  it('takes the next as soon as there is room for it', () => {
    let nowMs = 0;
    const pace = new Pace(5, () => nowMs);
    taken(pace, 5);
    nowMs = 200;
    expect(taken(pace, 1)).toBe(1);
    nowMs = 399;
    expect(taken(pace, 1)).toBe(0);
  });

  it('takes nothing of a burst but its beginning, and is ready again soon after its end', () => {
    let nowMs = 0;
    const pace = new Pace(5, () => nowMs);
    let count = 0;
    for (; nowMs < 3_000; nowMs += 50) count += taken(pace, 1);
    // It fills while the burst begins: five are there, and one more for each 200 ms until they are
    // gone.
    expect(count).toBe(6);
    nowMs += 1_400;
    expect(taken(pace, 2)).toBe(2);
  });

  it('never takes more than a second’s worth beyond what the time allows, however it is asked', () => {
    const waits = fc.array(fc.nat(400), { maxLength: 100 });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 20 }), waits, (perSecond, all) => {
        let nowMs = 0;
        const pace = new Pace(perSecond, () => nowMs);
        let count = 0;
        for (const waitMs of all) {
          nowMs += waitMs;
          count += taken(pace, 3);
          expect(count).toBeLessThanOrEqual(perSecond + (nowMs * perSecond) / 1_000 + 1e-6);
        }
      }),
    );
  });
});
