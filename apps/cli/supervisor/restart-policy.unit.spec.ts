import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { deathsMax, decideRestart, recentDeaths, windowMs } from './restart-policy.js';

const now = 1_000_000_000;

function afterDeaths(...secondsAgo: number[]) {
  return decideRestart(
    secondsAgo.map((seconds) => now - seconds * 1_000),
    now,
  );
}

describe('a part that died', () => {
  it('is started again at once the first time, then after twice the pause each time', () => {
    expect(afterDeaths(0)).toEqual({ kind: 'restart', afterMs: 0 });
    expect(afterDeaths(9, 0)).toEqual({ kind: 'restart', afterMs: 200 });
    expect(afterDeaths(20, 9, 0)).toEqual({ kind: 'restart', afterMs: 400 });
    expect(afterDeaths(30, 20, 9, 0)).toEqual({ kind: 'restart', afterMs: 800 });
  });

  it('is given up at its fifth death within a minute', () => {
    expect(afterDeaths(59, 30, 20, 10, 0)).toEqual({ kind: 'give_up' });
  });

  it('is forgiven what is a minute ago', () => {
    expect(afterDeaths(60, 30, 20, 10, 0)).toEqual({ kind: 'restart', afterMs: 800 });
    expect(afterDeaths(300, 240, 180, 120, 61, 0)).toEqual({ kind: 'restart', afterMs: 0 });
  });

  it('is given up exactly when five deaths still count, whenever they were', () => {
    const ages = fc.array(fc.integer({ min: 0, max: 3 * windowMs }), { minLength: 1 });
    fc.assert(
      fc.property(ages, (agesMs) => {
        const deaths = agesMs.map((age) => now - age);
        const tooMany = recentDeaths(deaths, now).length >= deathsMax;
        expect(decideRestart(deaths, now).kind).toBe(tooMany ? 'give_up' : 'restart');
      }),
    );
  });
});
