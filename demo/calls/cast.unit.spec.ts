import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { personOf } from '../../apps/telephony-simulator/people/population.js';
import { minutesToDaytime } from '../../apps/cli/launch/day-clock.js';
import { callingHoursAt } from '#libs/calls';
import { castOf, LEADS_MAX, LEADS_MIN, masked } from './cast.js';
import { HONOLULU, placesOf, TOWNS } from './places.js';

const sizes = fc.integer({ min: LEADS_MIN, max: LEADS_MAX });
const seeds = fc.integer({ min: 0, max: 2 ** 31 });

describe('the people of a demonstration', () => {
  it('are as many as wished, the same for a seed, with numbers of their own', () => {
    fc.assert(
      fc.property(sizes, seeds, (leads, seed) => {
        const cast = castOf(leads, seed);
        expect(cast).toHaveLength(leads);
        expect(new Set(cast.map(({ phone }) => phone)).size).toBe(leads);
        expect(castOf(leads, seed)).toEqual(cast);
      }),
      { numRuns: 50 },
    );
  });

  it('are told apart by the ends of their numbers, as long as there are enough', () => {
    const ends = castOf(50, 7).map(({ phone }) => masked(phone));
    expect(new Set(ends).size).toBe(50);
  });

  it('are one of each of the sandbox and at least one of each who is not called', () => {
    const parts = castOf(LEADS_MIN, 1).map(({ part }) => part);
    expect(new Set(parts).size).toBe(LEADS_MIN);
    expect(parts).not.toContain('anybody');
  });

  it('have numbers kept for fiction, none of them a buyer’s', () => {
    for (const { phone } of castOf(LEADS_MAX, 3)) {
      expect(phone).toMatch(/^\+1\d{3}55501\d\d$/);
      expect(phone).not.toMatch(/^\+151255501[5-9]\d$/);
      expect(personOf(phone, 3)).toBeDefined();
    }
  });

  it('may all be called at 11:00 in Texas but those who sleep', () => {
    const start = new Date('2026-06-01T00:00:00Z');
    for (let day = 0; day < 360; day += 30) {
      const now = new Date(start.getTime() + day * 86_400_000);
      const minutes = minutesToDaytime(now, TOWNS.map(placesOf));
      const then = new Date(now.getTime() + minutes * 60_000).toISOString();
      expect(callingHoursAt(placesOf(HONOLULU), then).allowed).toBe(false);
    }
  });

  it('are shown without their numbers', () => {
    expect(masked('+15125550100')).toBe('+1•••0100');
  });
});
