import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseCallTime } from './call-time.js';

describe('the time of a call as Americans write it', () => {
  it.each([
    ['3/1/2026 12:00 PM', '2026-03-01T12:00:00.000Z'],
    ['03/01/2026 12:00:00', '2026-03-01T12:00:00.000Z'],
    ['3/1/2026 1:05 p.m.', '2026-03-01T13:05:00.000Z'],
    ['3/1/2026, 11:59:59\u202fPM', '2026-03-01T23:59:59.000Z'],
    ['3/1/2026 12:00am', '2026-03-01T00:00:00.000Z'],
    ['12/31/2026 00:30', '2026-12-31T00:30:00.000Z'],
  ])('is read where it is %s, of the zone that was set', (text, expected) => {
    const parsed = parseCallTime(text, 'UTC');
    expect(parsed).toMatchObject({ value: Date.parse(expected), warning: 'time_zone_assumed' });
    const inNewYork = parseCallTime(text, 'America/New_York').value;
    expect(inNewYork).toBe(Date.parse(expected) + 5 * 3_600_000);
  });

  it.each([
    ['3/1/2026', 'time_of_day_missing'],
    ['3/1/2026 13:00 PM', 'time_unreadable'],
    ['3/1/2026 0:30 AM', 'time_unreadable'],
    ['3/1/2026 24:00', 'time_unreadable'],
    ['2/30/2026 12:00', 'time_unreadable'],
    ['31/1/2026 12:00', 'time_unreadable'],
    ['3/1/26 12:00', 'time_unreadable'],
    ['3/1/1926 12:00', 'time_out_of_range'],
  ])('is not read where it is %s: %s', (text, problem) => {
    expect(parseCallTime(text, 'UTC')).toEqual({ value: null, problem });
  });

  it.each([
    ['3/1/2026 12:00', 'ambiguous_date'],
    ['03/12/2026 3:05 PM', 'ambiguous_date'],
    ['3/3/2026 12:00', undefined],
    ['3/13/2026 12:00', undefined],
    ['2026-03-01 12:00', undefined],
  ])('is warned of where it would be another day with the day first: %s', (text, expected) => {
    const parsed = parseCallTime(text, 'UTC');
    expect('problem' in parsed ? 'problem' : parsed.alsoOdd).toBe(expected);
  });

  it('comes back from what any spreadsheet of theirs shows', () => {
    const seconds = fc.integer({ min: Date.UTC(2020) / 1_000, max: Date.UTC(2030) / 1_000 });
    fc.assert(
      fc.property(seconds, fc.boolean(), (second, hour12) => {
        const shown = new Date(second * 1_000).toLocaleString('en-US', {
          ...{ timeZone: 'UTC', hourCycle: hour12 ? 'h12' : 'h23' },
        });
        expect(parseCallTime(shown, 'UTC').value).toBe(second * 1_000);
      }),
    );
  });
});

describe('the time of a call where the day comes first', () => {
  const read = (text: string) => parseCallTime(text, 'UTC', 'day_first');

  it.each([
    ['13/02/2026 15:05', '2026-02-13T15:05:00.000Z', undefined],
    ['02/01/2026 3:05 PM', '2026-01-02T15:05:00.000Z', 'ambiguous_date'],
    ['2.1.2026 15:05:09', '2026-01-02T15:05:09.000Z', 'ambiguous_date'],
    ['31-12-2026, 00:30', '2026-12-31T00:30:00.000Z', undefined],
    ['03/03/2026 12:00', '2026-03-03T12:00:00.000Z', undefined],
    ['2026-02-01 12:00', '2026-02-01T12:00:00.000Z', undefined],
  ])('is read where it is %s', (text, expected, odd) => {
    const parsed = read(text);
    expect(parsed.value).toBe(Date.parse(expected));
    expect('problem' in parsed ? 'problem' : parsed.alsoOdd).toBe(odd);
  });

  it.each([
    ['02/13/2026 15:05', 'time_unreadable'],
    ['13.02.2026', 'time_of_day_missing'],
    ['13/02.2026 12:60', 'time_unreadable'],
  ])('is not read where it is %s: %s', (text, problem) => {
    expect(read(text)).toEqual({ value: null, problem });
  });

  it('is the one that Americans write with the other number first', () => {
    const seconds = fc.integer({ min: Date.UTC(2020) / 1_000, max: Date.UTC(2030) / 1_000 });
    fc.assert(
      fc.property(seconds, (second) => {
        const time = new Date(second * 1_000);
        const shown = (locale: string) =>
          time.toLocaleString(locale, { timeZone: 'UTC', hourCycle: 'h23' });
        const parsed = read(shown('en-GB'));
        expect(parsed).toEqual(parseCallTime(shown('en-US'), 'UTC'));
        expect(parsed.value).toBe(second * 1_000);
      }),
    );
  });
});
