import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { clockEdges, clockMsOf, daysAfter, localTime, offsetAt } from './zone-clock.js';

const ZONES = [
  'America/New_York',
  'America/Chicago',
  'America/Phoenix',
  'America/Adak',
  'Pacific/Honolulu',
  'Australia/Lord_Howe',
  'Asia/Kolkata',
  'Africa/Casablanca',
  'UTC',
];
const instants = fc.integer({
  min: Date.parse('2019-12-31T00:00:00Z'),
  max: Date.parse('2031-01-02T00:00:00Z'),
});
const iso = (ms: number) => new Date(ms).toISOString();

describe('the clock of a zone', () => {
  it('shows what Intl says it shows, at any instant', () => {
    fc.assert(
      fc.property(fc.constantFrom(...ZONES), instants, (timeZone, ms) => {
        const { date, clockMs } = localTime(timeZone, ms);
        const shown = new Date(ms).toLocaleString('sv', { timeZone });
        const time = new Date(clockMs).toISOString().slice(11, 19);
        expect(`${date} ${time}`).toBe(shown);
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    ['2026-11-01T05:59:59.999Z', -4],
    ['2026-11-01T06:00:00.000Z', -5],
    ['2027-03-14T06:59:59.999Z', -5],
    ['2027-03-14T07:00:00.000Z', -4],
  ])('of New York is at %s %s hours from UTC, to the millisecond', (instant, hours) => {
    expect(offsetAt('America/New_York', Date.parse(instant))).toBe(hours * 3_600_000);
  });

  it('knows the day of the week of the place, not of UTC', () => {
    expect(localTime('Pacific/Honolulu', Date.parse('2026-11-16T09:59:59.999Z'))).toEqual({
      date: '2026-11-15',
      weekday: 'sunday',
      clockMs: 24 * 3_600_000 - 1,
    });
  });

  it('refuses a zone that does not exist', () => {
    expect(() => localTime('America/Nowhere', 0)).toThrow(RangeError);
  });

  it('reads times of the day up to the end of it', () => {
    expect(['00:00', '08:30', '24:00'].map(clockMsOf)).toEqual([0, 30_600_000, 86_400_000]);
    expect(daysAfter('2026-12-31', 1)).toBe('2027-01-01');
  });
});

describe('the edges of a clock', () => {
  const edges = (time: string, from: string, to: string) =>
    clockEdges('America/New_York', [clockMsOf(time)], Date.parse(from), Date.parse(to)).map(iso);

  it('are the instants of a time on each day, from the first to before the last', () => {
    expect(edges('08:00', '2026-11-16T13:00:00.000Z', '2026-11-18T13:00:00.000Z')).toEqual([
      '2026-11-16T13:00:00.000Z',
      '2026-11-17T13:00:00.000Z',
    ]);
  });

  it('are both instants of a time shown twice, and that of the change', () => {
    expect(edges('01:30', '2026-11-01T04:00:00.000Z', '2026-11-02T05:00:00.000Z')).toEqual([
      '2026-11-01T05:30:00.000Z',
      '2026-11-01T06:00:00.000Z',
      '2026-11-01T06:30:00.000Z',
    ]);
  });

  it('are that of the change for a time that is skipped', () => {
    expect(edges('02:30', '2027-03-14T05:00:00.000Z', '2027-03-15T04:00:00.000Z')).toEqual([
      '2027-03-14T07:00:00.000Z',
    ]);
  });

  it('go over the turn of the year', () => {
    expect(edges('00:00', '2026-12-31T12:00:00.000Z', '2027-01-01T12:00:00.000Z')).toEqual([
      '2027-01-01T05:00:00.000Z',
    ]);
  });
});
