import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type CapWindows } from './destination-usage.events.js';
import { type Schedule, WEEKDAYS } from './destination.events.js';
import { firstMinute, someInstants } from '../laws/calling-hours.fixtures.js';
import { capWindowsAt, nextOpening, scheduleOpenAt } from './schedule.js';

const schedule = (overrides: Partial<Schedule> = {}): Schedule => ({
  timeZone: 'America/Los_Angeles',
  hours: {},
  closedOn: [],
  expiresAt: null,
  offHours: 'next',
  standInId: null,
  ...overrides,
});
const officeHours = schedule({ hours: { monday: [{ from: '09:00', to: '17:00' }] } });
const fridayNight = schedule({ hours: { friday: [{ from: '22:00', to: '06:00' }] } });

describe('the schedule of a destination', () => {
  it.each<[string, Schedule, string, boolean]>([
    ['is open from its first minute', officeHours, '2026-11-16T09:00-08:00', true],
    ['is closed before', officeHours, '2026-11-16T08:59:59.999-08:00', false],
    ['is open to its last', officeHours, '2026-11-16T16:59:59.999-08:00', true],
    ['is closed at its end', officeHours, '2026-11-16T17:00:00-08:00', false],
    ['is closed on days without openings', officeHours, '2026-11-17T12:00-08:00', false],
    ['goes on after midnight', fridayNight, '2026-11-21T02:00-08:00', true],
    ['ends the morning after', fridayNight, '2026-11-21T06:00-08:00', false],
    ['was not open the night before', fridayNight, '2026-11-20T02:00-08:00', false],
    [
      'is closed after midnight, if it was the evening before',
      { ...fridayNight, closedOn: ['2026-11-20'] },
      '2026-11-21T02:00-08:00',
      false,
    ],
    [
      'is open after midnight on a day it is closed, if it began before',
      { ...fridayNight, closedOn: ['2026-11-21'] },
      '2026-11-21T02:00-08:00',
      true,
    ],
    ['without days is always open', schedule(), '2026-11-22T03:00-08:00', true],
    [
      'without days is closed on its holidays',
      schedule({ closedOn: ['2026-12-25'] }),
      '2026-12-25T23:59:59.999-08:00',
      false,
    ],
    [
      'without days opens after its holidays',
      schedule({ closedOn: ['2026-12-25'] }),
      '2026-12-26T00:00-08:00',
      true,
    ],
    [
      'with days but without openings is never open',
      schedule({ hours: { monday: [] } }),
      '2026-11-16T12:00-08:00',
      false,
    ],
    [
      'is open until it expires',
      schedule({ expiresAt: '2026-11-16T12:00:00.000Z' }),
      '2026-11-16T11:59:59.999Z',
      true,
    ],
    [
      'is closed from then on',
      schedule({ expiresAt: '2026-11-16T12:00:00.000Z' }),
      '2026-11-16T12:00:00.000Z',
      false,
    ],
    [
      'may be open to the end of a day',
      schedule({ hours: { monday: [{ from: '18:00', to: '24:00' }] } }),
      '2026-11-16T23:59:59.999-08:00',
      true,
    ],
  ])('%s', (_, hours, instant, open) => {
    expect(scheduleOpenAt(hours, instant)).toBe(open);
  });
});

describe('the next opening of a destination', () => {
  it.each<[string, Schedule, string, string | null]>([
    ['is now, if it is open', officeHours, '2026-11-16T18:00:00.123Z', '2026-11-16T18:00:00.123Z'],
    [
      'is next week, after the only one',
      officeHours,
      '2026-11-17T01:00:00.000Z',
      '2026-11-23T17:00:00.000Z',
    ],
    [
      'is after all days it is closed',
      { ...officeHours, closedOn: ['2026-11-23', '2026-11-30', '2026-12-07'] },
      '2026-11-17T01:00:00.000Z',
      '2026-12-14T17:00:00.000Z',
    ],
    [
      'is by local time when clocks go back before it',
      schedule({ hours: { sunday: [{ from: '09:00', to: '17:00' }] } }),
      '2026-10-31T12:00:00.000Z',
      '2026-11-01T17:00:00.000Z',
    ],
    [
      'is the change of clocks, if they skip its first minute',
      schedule({ hours: { sunday: [{ from: '02:30', to: '04:00' }] } }),
      '2027-03-14T08:00:00.000Z',
      '2027-03-14T10:00:00.000Z',
    ],
    [
      'is none after it expires',
      { ...officeHours, expiresAt: '2026-11-23T17:00:00.000Z' },
      '2026-11-17T01:00:00.000Z',
      null,
    ],
    [
      'is none, if it never opens',
      schedule({ hours: { monday: [] } }),
      '2026-11-17T01:00:00.000Z',
      null,
    ],
  ])('%s', (_, hours, from, next) => {
    expect(nextOpening(hours, from)).toBe(next);
  });

  const times = fc.constantFrom('00:00', '01:30', '02:30', '09:00', '17:00', '22:00');
  const someSchedules = fc
    .record({
      timeZone: fc.constantFrom('America/New_York', 'America/Phoenix', 'Europe/London'),
      days: fc.dictionary(
        fc.constantFrom(...WEEKDAYS),
        fc.array(fc.record({ from: times, to: times }), { maxLength: 2 }),
        { maxKeys: 3 },
      ),
      closedOn: fc.subarray(['2026-11-01', '2026-11-02', '2027-03-14', '2027-03-15']),
    })
    .map(({ days, ...rest }) => schedule({ ...rest, hours: days }));

  it('is the first minute at which it is open', () => {
    const days = 8;
    fc.assert(
      fc.property(someSchedules, someInstants, (hours, ms) => {
        const open = (at: number) => scheduleOpenAt(hours, new Date(at).toISOString());
        const endMs = ms + days * 86_400_000;
        const next = nextOpening(hours, new Date(ms).toISOString());
        const nextMs = next === null ? Infinity : Date.parse(next);
        expect(nextMs < endMs ? nextMs : null).toBe(firstMinute(open, ms, endMs));
      }),
      { numRuns: 60 },
    );
  });
});

describe('cap windows', () => {
  const windows = (zone: string, instant: string) => capWindowsAt(zone, instant);

  it.each([
    ['2026-11-17T23:58:00.000-08:00', '2026-11-17'],
    ['2026-11-17T23:59:59.999-08:00', '2026-11-17'],
    ['2026-11-18T00:00:00.000-08:00', '2026-11-18'],
  ])('of days begin anew at local midnight: %s is in %s', (instant, day) => {
    expect(windows('America/Los_Angeles', instant).day).toBe(day);
  });

  it('are named by the local calendar', () => {
    expect(windows('America/New_York', '2026-11-16T03:30:00.000Z')).toEqual({
      hour: '2026-11-15T22-05:00',
      day: '2026-11-15',
      week: '2026-11-09',
      month: '2026-11',
    });
  });

  it('of weeks begin on Monday at 00:00', () => {
    const week = (instant: string) => windows('America/New_York', instant).week;
    expect(week('2026-11-15T23:59:59.999-05:00')).toBe('2026-11-09');
    expect(week('2026-11-16T00:00:00.000-05:00')).toBe('2026-11-16');
    expect(week('2027-01-01T12:00:00.000-05:00')).toBe('2026-12-28');
  });

  it('tell the hour shown twice apart, and make one day of 25 hours', () => {
    const hours = Array.from({ length: 25 }, (_, index) =>
      windows('America/New_York', new Date(Date.UTC(2026, 10, 1, 4 + index)).toISOString()),
    );
    expect(hours.slice(1, 3).map(({ hour }) => hour)).toEqual([
      '2026-11-01T01-04:00',
      '2026-11-01T01-05:00',
    ]);
    expect(new Set(hours.map(({ hour }) => hour)).size).toBe(25);
    expect(new Set(hours.map(({ day }) => day))).toEqual(new Set(['2026-11-01']));
  });

  it('name zones without an offset, and with half hours', () => {
    expect(windows('UTC', '2026-11-16T03:30:00.000Z').hour).toBe('2026-11-16T03+00:00');
    expect(windows('Asia/Kolkata', '2026-11-16T03:30:00.000Z').hour).toBe('2026-11-16T09+05:30');
  });

  it('partition time: what lies between two instants of a window is in it', () => {
    const zones = fc.constantFrom('America/New_York', 'America/Phoenix', 'Australia/Lord_Howe');
    const kinds = fc.constantFrom<[keyof CapWindows, number]>(
      ['hour', 3_600_000],
      ['day', 25 * 3_600_000],
      ['week', 8 * 86_400_000],
      ['month', 31 * 86_400_000],
    );
    const shares = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(zones, kinds, someInstants, shares, shares, (zone, kind, ms, whole, part) => {
        const [name, lengthMs] = kind;
        const at = (shift: number) =>
          capWindowsAt(zone, new Date(ms + Math.floor(shift * lengthMs)).toISOString())[name];
        fc.pre(at(0) === at(whole));
        expect(at(whole * part)).toBe(at(0));
      }),
      { numRuns: 1000 },
    );
  });
});
