import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { callingHoursAt } from '../../../libs/calls/domain/hours/calling-hours.js';
import { plainlyMayRing } from './plain-hours.js';
import { minutesAhead, STORM_PLACES } from './storm-places.js';

const YEAR_MS = 365 * 24 * 3_600_000;
const BEGIN_MS = Date.parse('2026-11-02T12:00:00.000Z');

describe('the plain judge of calling hours', () => {
  it.each([
    ['303', '2026-11-30T14:59:59.999Z', false],
    ['303', '2026-11-30T15:00:00.000Z', true],
    ['512', '2026-11-30T14:59:59.999Z', false],
    ['512', '2026-11-30T15:00:00.000Z', true],
    ['212', '2026-12-01T01:59:59.999Z', true],
    ['212', '2026-12-01T02:00:00.000Z', false],
    ['303', '2027-07-05T13:59:59.999Z', false],
    ['303', '2027-07-05T14:00:00.000Z', true],
    ['808', '2027-07-05T17:59:59.999Z', false],
    ['808', '2027-07-05T18:00:00.000Z', true],
    ['212', '2026-11-29T17:00:00.000Z', false],
  ])('in %s at %s says %j', (areaCode, at, expected) => {
    expect(plainlyMayRing(areaCode, at)).toBe(expected);
  });

  it('and the rules of calling hours agree on every day but Sundays', () => {
    const place = fc.constantFrom(...STORM_PLACES);
    const instant = fc.integer({ min: BEGIN_MS, max: BEGIN_MS + YEAR_MS });
    fc.assert(
      fc.property(place, instant, ({ state, zip, areaCode }, ms) => {
        const at = new Date(ms).toISOString();
        // Wherever it is Sunday somewhere in the country, nobody is asked.
        fc.pre(new Date(ms).getUTCDay() !== 0 && new Date(ms - 12 * 3_600_000).getUTCDay() !== 0);
        const places = { state, zip, areaCode, countries: ['US'], isUnread: false };
        expect(plainlyMayRing(areaCode, at)).toBe(callingHoursAt(places, at).allowed);
      }),
      { numRuns: 1_000 },
    );
  });

  it('knows no other places', () => {
    expect(() => plainlyMayRing('800', '2026-11-30T15:00:00.000Z')).toThrow(RangeError);
  });
});

describe('the beginning of a storm', () => {
  it.each(['2026-11-28T13:00:00.000Z', '2027-07-03T16:00:00.000Z', '2027-03-13T23:00:00.000Z'])(
    'is within a week of %s, minutes before Colorado and Texas open',
    (now) => {
      const minutes = minutesAhead(Date.parse(now), 5);
      const beginMs = Date.parse(now) + minutes * 60_000;
      const begin = new Date(beginMs).toISOString();
      const soon = new Date(beginMs + 6 * 60_000).toISOString();
      const open = (at: string) =>
        STORM_PLACES.filter(({ areaCode }) => plainlyMayRing(areaCode, at)).map(
          ({ state }) => state,
        );
      expect(open(begin)).toEqual(['NY', 'GA', 'IL']);
      expect(open(soon)).toEqual(['NY', 'GA', 'IL', 'TX', 'CO']);
    },
  );
});
