import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readPhone } from '../intake/phone.js';
import { readState } from '../intake/regions.js';
import { Agenda } from './agenda.js';
import { AREA_CODES_BY_STATE } from './area-codes.js';
import { arrivals } from './arrivals.js';
import { FictionalPhones } from './fictional-phones.js';
import { Random } from './random.js';
import { SHARES } from './shares.js';

const COUNTRIES = ['US'];

const phones = (seed: number, count: number): string[] => {
  const all = new FictionalPhones(seed);
  return Array.from({ length: count }, () => all.next().digits);
};

describe('fictional phones', () => {
  it('are valid in every area code, in the country of its state', () => {
    for (const [state, codes] of Object.entries(AREA_CODES_BY_STATE)) {
      expect(readState(state)).toBe(state);
      for (const code of codes) {
        const phone = readPhone(`${code}5550100`, COUNTRIES);
        const country = state === 'ON' ? 'CA' : 'US';
        expect(phone).toMatchObject({ ok: true, facts: { valid: true, country } });
      }
    }
  });

  it('name no area code twice', () => {
    const codes = Object.values(AREA_CODES_BY_STATE).flat();
    expect(new Set(codes).size).toBe(codes.length);
  });

  it('all have the exchange nobody owns, and are nobody’s directory assistance', () => {
    for (const digits of phones(3, 20_000)) expect(digits).toMatch(/^\d{3}555(?!1212)\d{4}$/);
  });

  it('are different ones, for one seed and between small seeds', () => {
    const all = [1, 2, 3, 4, 5].flatMap((seed) => phones(seed, 20_000));
    expect(new Set(all).size).toBe(all.length);
  });

  it('are the same ones for the same seed', () => {
    expect(phones(9, 100)).toEqual(phones(9, 100));
  });
});

describe('arrivals', () => {
  const from = Date.parse('2026-05-04T00:00:00Z');
  const until = Date.parse('2026-05-18T00:00:00Z');

  it('are as many as asked for, in order and in time, for any count and span', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 500 }),
        fc.integer({ min: 1, max: 10 * 24 * 3_600_000 }),
        fc.integer(),
        (count, span, seed) => {
          const times = [...arrivals(new Random(seed), count, from, from + span)];
          expect(times).toHaveLength(count);
          expect(times).toEqual([...times].sort((a, b) => a - b));
          expect(times[0]).toBeGreaterThanOrEqual(from);
          expect(times.at(-1)).toBeLessThan(from + span);
        },
      ),
    );
  });

  it('are many by day and few by night', () => {
    const hours = [...arrivals(new Random(1), 10_000, from, until)].map((at) =>
      new Date(at).getUTCHours(),
    );
    const at = (hour: number) => hours.filter((each) => each === hour).length;
    expect(at(16)).toBeGreaterThan(5 * at(8));
  });
});

describe('an agenda', () => {
  it('gives what is due in order of time, and of two at once the first noted', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(50)), fc.nat(50), (times, now) => {
        const agenda = new Agenda<number>();
        for (const [number, at] of times.entries()) agenda.add(at, number);
        const taken: number[] = [];
        for (let next = agenda.takeDue(now); next !== null; next = agenda.takeDue(now)) {
          taken.push(next.what);
        }
        const due = times.map((at, number) => ({ at, number })).filter(({ at }) => at <= now);
        due.sort((a, b) => a.at - b.at || a.number - b.number);
        expect(taken).toEqual(due.map(({ number }) => number));
        expect(agenda.size).toBe(times.length - due.length);
      }),
    );
  });
});

describe('seeded chance', () => {
  it('has shares that add up', () => {
    for (const shares of [SHARES.consent, SHARES.dnc]) {
      expect(Object.values<number>(shares).reduce((a, b) => a + b, 0)).toBeCloseTo(1, 10);
    }
  });

  it('meets shares and means about as often as it should', () => {
    const random = new Random(1, 2);
    const draws = Array.from({ length: 20_000 }, () => random.chance(0.3));
    expect(draws.filter(Boolean).length / 20_000).toBeCloseTo(0.3, 1);
    const kinds = Array.from({ length: 20_000 }, () => random.weighted({ a: 0.75, b: 0.25 }));
    expect(kinds.filter((kind) => kind === 'b').length / 20_000).toBeCloseTo(0.25, 1);
    const waits = Array.from({ length: 20_000 }, () => random.wait(10));
    expect(waits.reduce((sum, wait) => sum + wait, 0) / 20_000).toBeCloseTo(10, 0);
  });

  it('is another sequence for another seed in any place', () => {
    const first = (...seeds: number[]) => new Random(...seeds).next();
    expect(new Set([first(1), first(2), first(1, 1), first(1, 2), first(2, 1)]).size).toBe(5);
  });
});
