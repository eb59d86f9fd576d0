import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  firstMinute,
  plainlyAllowed,
  someInstants,
  somePlaces,
  somewhere,
} from '../../laws/calling-hours.fixtures.js';
import { CALLING_HOURS_PACK } from './calling-hours-pack.data.js';
import { callingHoursAt, nextCallingInstant } from './calling-hours.js';
import { candidateZones, type Places } from './candidate-zones.js';

const FLORIDA_850 = somewhere({ state: 'FL', areaCode: '850' });
const CALIFORNIA = somewhere({ state: 'CA', areaCode: '415' });
const DALLAS_212 = somewhere({ state: 'TX', zip: '75201', areaCode: '212' });
const NEW_YORK = somewhere({ state: 'NY' });
const HAWAII = somewhere({ state: 'HI' });
const PHOENIX = somewhere({ state: 'AZ', zip: '85001' });
const only = (state: string) => somewhere({ state });
const allowed = (places: Places, instant: string) => callingHoursAt(places, instant).allowed;

describe('calling hours', () => {
  it.each<[string, Places, string, boolean]>([
    ['Florida with 850, 08:59 Eastern', FLORIDA_850, '2026-11-16T08:59-05:00', false],
    ['Florida with 850, 09:00 Eastern', FLORIDA_850, '2026-11-16T09:00-05:00', true],
    ['Florida with 850, 19:59 Eastern', FLORIDA_850, '2026-11-16T19:59:59.999-05:00', true],
    ['Florida with 850, 20:00 Eastern', FLORIDA_850, '2026-11-16T20:00-05:00', false],
    ['a state of federal rules, 07:59', CALIFORNIA, '2026-11-16T07:59:59.999-08:00', false],
    ['a state of federal rules, 08:00', CALIFORNIA, '2026-11-16T08:00-08:00', true],
    ['a state of federal rules, 20:59', CALIFORNIA, '2026-11-16T20:59:59.999-08:00', true],
    ['a state of federal rules, 21:00', CALIFORNIA, '2026-11-16T21:00-08:00', false],
    ['Dallas with 212, 08:59 Central', DALLAS_212, '2026-11-16T08:59-06:00', false],
    ['Dallas with 212, 09:00 Central', DALLAS_212, '2026-11-16T09:00-06:00', true],
    ['Dallas with 212, 19:59 Central', DALLAS_212, '2026-11-16T19:59-06:00', true],
    ['Dallas with 212, 20:00 Central', DALLAS_212, '2026-11-16T20:00-06:00', false],
    ['no state and a toll-free number', somewhere({ areaCode: '800' }), '2026-11-16T18:00Z', false],
    ['on the day clocks go back, 07:59', NEW_YORK, '2026-11-01T07:59-05:00', false],
    ['on the day clocks go back, 08:00', NEW_YORK, '2026-11-01T08:00-05:00', true],
    ['on the day clocks go back, 20:59', NEW_YORK, '2026-11-01T20:59-05:00', true],
    ['on the day clocks go back, 21:00', NEW_YORK, '2026-11-01T21:00-05:00', false],
    ['on the day clocks go forward, 07:59', NEW_YORK, '2027-03-14T07:59-04:00', false],
    ['on the day clocks go forward, 08:00', NEW_YORK, '2027-03-14T08:00-04:00', true],
    ['on the day clocks go forward, 21:00', NEW_YORK, '2027-03-14T21:00-04:00', false],
    ['where clocks never change, 08:00', HAWAII, '2027-03-14T08:00-10:00', true],
    ['where clocks never change, 07:59', HAWAII, '2027-03-14T07:59-10:00', false],
    ['Phoenix in summer, 20:59', PHOENIX, '2026-07-06T20:59-07:00', true],
    ['Phoenix in summer, 21:00', PHOENIX, '2026-07-06T21:00-07:00', false],
    ['Alabama on a Sunday', only('AL'), '2026-11-15T12:00-06:00', false],
    ['Alabama on a Monday', only('AL'), '2026-11-16T12:00-06:00', true],
    [
      'Alabama on the Friday before a Saturday holiday',
      only('AL'),
      '2026-07-03T12:00-05:00',
      false,
    ],
    ['Mississippi on that Friday', only('MS'), '2026-07-03T12:00-05:00', true],
    [
      'Mississippi on the Monday after a Sunday holiday',
      only('MS'),
      '2027-07-05T12:00-05:00',
      false,
    ],
    ['Pennsylvania on a Saturday at noon', only('PA'), '2026-11-14T12:00-05:00', false],
    ['Pennsylvania on a Saturday morning', only('PA'), '2026-11-14T11:59-05:00', true],
    ['Pennsylvania on Thanksgiving', only('PA'), '2026-11-26T12:00-05:00', false],
    ['Connecticut on Thanksgiving', only('CT'), '2026-11-26T12:00-05:00', true],
    ['Rhode Island on a Saturday at 17:00', only('RI'), '2026-11-14T17:00-05:00', false],
    ['Texas on a Sunday before noon', only('TX'), '2026-11-15T12:59-06:00', false],
    ['Texas on a Sunday, noon in both its zones', only('TX'), '2026-11-15T13:00-06:00', true],
    ['Utah on Pioneer Day', only('UT'), '2026-07-24T12:00-06:00', false],
    ['Kentucky, 10:00 in both its zones', only('KY'), '2026-11-16T11:00-05:00', true],
    ['Kentucky, 10:00 in one of them', only('KY'), '2026-11-16T10:59-05:00', false],
    [
      'Ohio with a number of Florida after 20:00',
      somewhere({ state: 'OH', areaCode: '305' }),
      '2026-11-16T20:00-05:00',
      false,
    ],
  ])('%s', (_, places, instant, expected) => {
    expect(allowed(places, instant)).toBe(expected);
  });

  it('are those of a table, state by state: from, to, Saturday, Sunday, holidays, attempts', () => {
    const cell = (window: { from: string; to: string } | null) =>
      window === null ? 'none' : `${window.from.slice(0, 2)}-${window.to.slice(0, 2)}`;
    const rows = Object.entries(CALLING_HOURS_PACK.states).map(([state, rule]) =>
      [
        state,
        cell(rule.weekdays),
        cell(rule.saturday),
        cell(rule.sunday),
        cell(rule.holidays),
        String(rule.attempts24HoursMax ?? '-'),
        rule.verify === null ? '' : 'verify',
      ]
        .join(' ')
        .trim(),
    );
    expect(rows).toEqual([
      'AL 08-20 08-20 none none -',
      'CT 09-20 09-20 09-20 09-20 -',
      'FL 08-20 08-20 08-20 08-20 3',
      'KY 10-21 10-21 10-21 10-21 -',
      'LA 08-20 08-20 none none - verify',
      'MA 08-20 08-20 08-20 08-20 -',
      'MD 08-20 08-20 08-20 08-20 -',
      'MI 09-21 09-21 09-21 09-21 -',
      'MN 09-21 09-21 09-21 09-21 -',
      'MS 08-20 08-20 none none - verify',
      'NM 09-21 09-21 09-21 09-21 -',
      'NV 09-20 09-20 09-20 09-20 -',
      'OK 08-20 08-20 08-20 08-20 3',
      'PA 08-21 08-12 08-21 none - verify',
      'RI 09-18 10-17 none none - verify',
      'SD 09-21 09-21 none 09-21 - verify',
      'TN 08-21 08-21 08-21 08-21 - verify',
      'TX 09-21 09-21 12-21 09-21 - verify',
      'UT 08-21 08-21 none none - verify',
      'WA 08-20 08-20 08-20 08-20 - verify',
      'WY 08-20 08-20 08-20 08-20 - verify',
    ]);
  });

  it('say what they rest on', () => {
    expect(callingHoursAt(DALLAS_212, '2026-11-16T12:00:00.000Z').facts).toEqual({
      rulePackVersion: '2026-11-16',
      zones: ['America/Chicago', 'America/New_York'],
      states: ['NY', 'TX'],
    });
  });

  it('follow another pack, if one is given', () => {
    const pack = { version: 'mine', federal: { from: '00:00', to: '24:00' }, states: {} };
    expect(callingHoursAt(only('AL'), '2026-11-15T07:00:00.000Z', pack)).toEqual({
      allowed: true,
      facts: { rulePackVersion: 'mine', zones: ['America/Chicago'], states: ['AL'] },
    });
  });

  it('are what plain rules say, at any instant and in any place', () => {
    fc.assert(
      fc.property(somePlaces, someInstants, (places, ms) => {
        expect(allowed(places, new Date(ms).toISOString())).toBe(plainlyAllowed(places, ms));
      }),
      { numRuns: 1000 },
    );
  });

  it('are never wider with one more zone the consumer may be in', () => {
    fc.assert(
      fc.property(somePlaces, someInstants, (places, ms) => {
        const known = { ...places, areaCode: null };
        fc.pre(candidateZones(known).zones.length > 0);
        const instant = new Date(ms).toISOString();
        expect(allowed(places, instant) && !allowed(known, instant)).toBe(false);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('the next instant within calling hours', () => {
  it.each<[string, Places, string, string | null]>([
    ['is now, within them', NEW_YORK, '2026-11-16T13:00:00.001Z', '2026-11-16T13:00:00.001Z'],
    [
      'is the first of them, a millisecond before',
      NEW_YORK,
      '2026-11-16T12:59:59.999Z',
      '2026-11-16T13:00:00.000Z',
    ],
    [
      'is the next morning, at their end',
      NEW_YORK,
      '2026-11-17T02:00:00.000Z',
      '2026-11-17T13:00:00.000Z',
    ],
    [
      'is 08:00 of the day clocks go back',
      NEW_YORK,
      '2026-11-01T01:30:00.000Z',
      '2026-11-01T13:00:00.000Z',
    ],
    [
      'is 08:00 of the day clocks go forward',
      NEW_YORK,
      '2027-03-14T03:00:00.000Z',
      '2027-03-14T12:00:00.000Z',
    ],
    [
      'does not move where clocks never change',
      HAWAII,
      '2027-03-14T10:00:00.000Z',
      '2027-03-14T18:00:00.000Z',
    ],
    [
      'is when the last zone opens',
      FLORIDA_850,
      '2026-11-16T13:00:00.000Z',
      '2026-11-16T14:00:00.000Z',
    ],
    ['is after a Sunday', only('AL'), '2026-11-15T02:00:00.000Z', '2026-11-16T14:00:00.000Z'],
    [
      'is after a holiday, a Sunday and a holiday',
      only('LA'),
      '2026-12-25T14:00:00.000Z',
      '2026-12-26T14:00:00.000Z',
    ],
    [
      'is after a whole weekend of holidays',
      only('AL'),
      '2026-07-03T01:00:00.000Z',
      '2026-07-06T13:00:00.000Z',
    ],
    [
      'is none, where zones have no hour in common',
      somewhere({ state: 'RI', areaCode: '671' }),
      '2026-11-16T15:00:00.000Z',
      null,
    ],
    ['is none, if nothing is known', somewhere(), '2026-11-16T15:00:00.000Z', null],
  ])('%s', (_, places, from, next) => {
    expect(nextCallingInstant(places, from)).toBe(next);
  });

  it('waits out a day on which zones have no hour in common', () => {
    const hours = { from: '08:00', to: '20:00' };
    const state = CALLING_HOURS_PACK.states.PA!;
    const pack = {
      ...CALLING_HOURS_PACK,
      states: {
        HI: { ...state, weekdays: null, saturday: hours, sunday: { from: '19:00', to: '20:00' } },
      },
    };
    const places = somewhere({ state: 'HI', areaCode: '212' });
    expect(nextCallingInstant(places, '2026-11-16T00:00:00.000Z', pack)).toBe(
      '2026-11-21T18:00:00.000Z',
    );
  });

  it('knows hours that begin when clocks skip them or show them twice', () => {
    const at = (from: string, to: string) => ({ version: 'x', federal: { from, to }, states: {} });
    const next = (from: string, window: ReturnType<typeof at>) =>
      nextCallingInstant(NEW_YORK, from, window);
    expect(next('2027-03-14T06:00:00.000Z', at('02:30', '04:00'))).toBe('2027-03-14T07:00:00.000Z');
    expect(next('2026-11-01T05:45:00.000Z', at('00:30', '01:30'))).toBe('2026-11-01T06:00:00.000Z');
    expect(next('2026-11-01T06:15:00.000Z', at('01:30', '02:00'))).toBe('2026-11-01T06:30:00.000Z');
  });

  it('is the first that plain rules allow, minute by minute', () => {
    fc.assert(
      fc.property(somePlaces, someInstants, (places, ms) => {
        const next = nextCallingInstant(places, new Date(ms).toISOString());
        const fits = (at: number) => plainlyAllowed(places, at);
        const known = candidateZones(places).zones.length > 0;
        const expected = known ? firstMinute(fits, ms, ms + 14 * 86_400_000) : null;
        expect(next).toBe(expected === null ? null : new Date(expected).toISOString());
      }),
      { numRuns: 60 },
    );
  });

  it('is allowed, and the millisecond before is not, unless it is now', () => {
    fc.assert(
      fc.property(somePlaces, someInstants, (places, ms) => {
        const from = new Date(ms).toISOString();
        const next = nextCallingInstant(places, from);
        fc.pre(next !== null && next !== from);
        expect(allowed(places, next)).toBe(true);
        expect(allowed(places, new Date(Date.parse(next) - 1).toISOString())).toBe(false);
      }),
      { numRuns: 300 },
    );
  });
});
