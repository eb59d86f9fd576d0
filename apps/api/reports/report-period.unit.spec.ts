import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  datesOf,
  dayWithin,
  daysAtMost,
  daysOf,
  hourWithin,
  periodOf,
  periodOrLastDays,
} from './report-period.js';

describe('the period of a report', () => {
  it.each([
    ['2026-01-06', 'UTC', '2026-01-06T00:00:00.000Z'],
    ['2026-01-06', 'America/Chicago', '2026-01-06T06:00:00.000Z'],
    ['2026-01-06', 'Asia/Kolkata', '2026-01-05T18:30:00.000Z'],
    // Clocks skip midnight there.
    ['2026-04-24', 'Africa/Cairo', '2026-04-23T22:00:00.000Z'],
    ['2026-01-06T10:00:00+05:30', 'America/Chicago', '2026-01-06T04:30:00.000Z'],
  ])('begins with %s in %s at %s', (from, timeZone, expected) => {
    expect(periodOf(from, '2026-12-31', timeZone).from).toBe(expected);
  });

  it.each([
    ['2026-01-06', '2026-01-06', 'UTC'],
    ['2026-01-07', '2026-01-06', 'UTC'],
    ['2026-01-06', '2026-01-07', '+05:30'],
    ['2026-01-06', '2026-01-07', 'Mars/Base'],
  ])('is refused from %s to %s in %s', (from, to, timeZone) => {
    expect(() => periodOf(from, to, timeZone)).toThrow(
      expect.objectContaining({ code: 'validation_failed' }),
    );
  });

  it.each<[{ from?: string; to?: string }, string, string, string[]]>([
    [{}, 'UTC', '2026-01-12T23:00:00Z', ['2026-01-06', '2026-01-12']],
    [{}, 'Asia/Kolkata', '2026-01-12T23:00:00Z', ['2026-01-07', '2026-01-13']],
    [{ to: '2026-01-06' }, 'America/Chicago', '2026-03-01T00:00:00Z', ['2025-12-30', '2026-01-05']],
    [{ from: '2026-01-06' }, 'UTC', '2026-02-01T12:00:00Z', ['2026-01-06', '2026-02-01']],
    // An hour is lost on the way.
    [{}, 'America/Chicago', '2026-03-10T12:00:00Z', ['2026-03-04', '2026-03-10']],
  ])('with %j in %s at %s is of the last seven days', (named, timeZone, now, expected) => {
    const period = periodOrLastDays(named, timeZone, now);
    expect(datesOf(period)).toEqual(expected);
    if (named.from === undefined) expect(daysOf(period)).toHaveLength(7);
  });

  it('cannot begin after today where no end is named', () => {
    for (const [from, tz] of [
      ['2026-01-07', 'UTC'],
      ['2026-01-01', 'Mars/Base'],
    ] as const) {
      expect(() => periodOrLastDays({ from }, tz, '2026-01-06T12:00:00Z')).toThrow(
        expect.objectContaining({ code: 'validation_failed' }),
      );
    }
  });

  it('has the days it touches, each as long as clocks say', () => {
    const period = periodOf('2026-03-07T18:00:00Z', '2026-03-10', 'America/Chicago');
    expect(daysOf(period)).toEqual(['2026-03-07', '2026-03-08', '2026-03-09']);
    const lengths = daysOf(period).map((day) => {
      const { from, to } = dayWithin(day, period);
      return (Date.parse(to) - Date.parse(from)) / 3_600_000;
    });
    expect(lengths).toEqual([12, 23, 24]);
  });

  it('has no more days than are counted without going through them', () => {
    const instant = fc.integer({ min: 0, max: 4_000 }).map((hours) => Date.UTC(2026, 0, 1, hours));
    const zone = fc.constantFrom('UTC', 'America/Chicago', 'Asia/Kolkata', 'Pacific/Apia');
    fc.assert(
      fc.property(instant, instant, zone, (one, other, timeZone) => {
        fc.pre(one !== other);
        const [from, to] = [one, other].sort((a, b) => a - b).map((ms) => new Date(ms));
        const period = periodOf(from!.toISOString(), to!.toISOString(), timeZone);
        expect(daysOf(period).length).toBeLessThanOrEqual(daysAtMost(period));
      }),
    );
  });

  it('cuts the hours at its ends', () => {
    const period = periodOf('2026-01-06T10:15:00Z', '2026-01-06T10:45:00Z', 'UTC');
    expect(hourWithin('2026-01-06T10:00:00.000Z', period)).toEqual(period);
  });
});
