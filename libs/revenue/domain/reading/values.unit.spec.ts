import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseCallTime } from './call-time.js';
import { parseDuration } from './duration.js';
import { currencyIn, parseCents, parseDollars } from './money.js';
import { told } from './parsed.fixtures.js';

describe('an amount in dollars', () => {
  it.each([
    ['4250', 425_000n],
    ['42.50', 4_250n],
    ['$42.50', 4_250n],
    ['42.5 USD', 4_250n],
    ['usd 42.50', 4_250n],
    ['US$42.50', 4_250n],
    ['42.50 CAD', 4_250n],
    ['cad42.50', 4_250n],
    ['-42.50 EUR', -4_250n],
    ['(42.50 GBP)', -4_250n],
    ['42 USD 50', 'amount_unreadable'],
    ['42.50 CAD USD', 'amount_unreadable'],
    ['42.50 min', 'amount_unreadable'],
    ['1,234.50', 123_450n],
    ['1 234.50', 123_450n],
    ['1,234,567', 'amount_out_of_range'],
    ['12,345', 1_234_500n],
    ['45,50', 4_550n],
    ['(5.00)', -500n],
    ['($5.00)', -500n],
    ['-5.00', -500n],
    ['-$5.00', -500n],
    ['$-5.00', -500n],
    ['−5', -500n],
    ['+5', 500n],
    ['0', 0n],
    ['-0', 0n],
    ['0.00', 0n],
    ['.5', 50n],
    ['5.', 500n],
    ['35.000', 3_500n],
    ['0.005', [0n, 'amount_rounded']],
    ['0.015', [2n, 'amount_rounded']],
    ['0.025', [2n, 'amount_rounded']],
    ['0.0251', [3n, 'amount_rounded']],
    ['-0.015', [-2n, 'amount_rounded']],
    ['0.30000000000000004', [30n, 'amount_rounded']],
    ['1000000', 100_000_000n],
    ['-1000000.00', -100_000_000n],
    ['1000000.01', 'amount_out_of_range'],
    ['9'.repeat(40), 'amount_out_of_range'],
    ['9'.repeat(41), 'amount_unreadable'],
    ['1e3', 'amount_unreadable'],
    ['1.234,56', 'amount_unreadable'],
    ['45,5', 'amount_unreadable'],
    ['1,23,456', 'amount_unreadable'],
    ['1,234,50', 'amount_unreadable'],
    ['(-5)', 'amount_unreadable'],
    ['5-', 'amount_unreadable'],
    ['NaN', 'amount_unreadable'],
    ['Infinity', 'amount_unreadable'],
    ['0x10', 'amount_unreadable'],
    ['12.3.4', 'amount_unreadable'],
    ['$', 'amount_unreadable'],
    ['.', 'amount_unreadable'],
    ['forty', 'amount_unreadable'],
  ])('"%s" is %p', (text, expected) => {
    expect(told(parseDollars(text))).toEqual(expected);
  });

  it('is what a naive calculation makes of it', () => {
    const amounts = fc.record({
      negative: fc.boolean(),
      whole: fc.integer({ min: 0, max: 999_999 }),
      fraction: fc.stringMatching(/^\d{0,6}$/),
    });
    fc.assert(
      fc.property(amounts, ({ negative, whole, fraction }) => {
        const millionths = BigInt(whole) * 1_000_000n + BigInt(fraction.padEnd(6, '0'));
        const below = millionths / 10_000n;
        const rest = millionths % 10_000n;
        const up = rest > 5_000n || (rest === 5_000n && below % 2n === 1n);
        const minor = below + (up ? 1n : 0n);
        const text = `${negative ? '-' : ''}${whole}${fraction === '' ? '' : `.${fraction}`}`;
        expect(parseDollars(text).value).toBe(negative ? -minor : minor);
      }),
      { numRuns: 1_000 },
    );
  });

  it('may be grouped, bracketed and decorated without being another one', () => {
    const cents = fc.integer({ min: -99_999_999, max: 99_999_999 });
    fc.assert(
      fc.property(cents, fc.constantFrom('$', 'USD ', ''), (minor, sign) => {
        const size = Math.abs(minor);
        const whole = Math.floor(size / 100).toLocaleString('en-US');
        const amount = `${sign}${whole}.${String(size % 100).padStart(2, '0')}`;
        const text = minor < 0 ? `(${amount})` : amount;
        expect(parseDollars(text).value).toBe(BigInt(minor));
      }),
    );
  });
});

describe('the currency of an amount', () => {
  it.each([
    ['42.50 CAD', 'CAD'],
    ['cad 42.50', 'CAD'],
    ['42.5USD', 'USD'],
    ['US$42.50', 'USD'],
    ['$42.50', null],
    ['42.50', null],
    ['42.50 min', null],
  ])('is told by "%s": %p', (text, currency) => {
    expect(currencyIn(text)).toBe(currency);
  });
});

describe('an amount in cents', () => {
  it.each([
    ['4250', 4_250n],
    ['4250.00', 4_250n],
    ['4,250', 4_250n],
    ['-3500', -3_500n],
    ['(3500)', -3_500n],
    ['100000000', 100_000_000n],
    ['100000001', 'amount_out_of_range'],
    ['42.50', 'cents_not_integer'],
    ['42,50', 'cents_not_integer'],
    ['abc', 'amount_unreadable'],
  ])('"%s" is %p', (text, expected) => {
    expect(told(parseCents(text))).toEqual(expected);
  });
});

describe('a duration', () => {
  it.each([
    ['125', 125],
    ['125.4', 125],
    ['125.999', 125],
    ['2:05', 125],
    ['0:02:05', 125],
    ['00:02:05', 125],
    ['1:00:00', 3_600],
    ['90:00', 5_400],
    ['2m5s', 125],
    ['2m 5s', 125],
    ['1h2m5s', 3_725],
    ['3m', 180],
    ['PT2M5S', 125],
    ['PT1H', 3_600],
    ['PT2M5.9S', 125],
    ['125s', 125],
    ['125 sec', 125],
    ['125 secs', 125],
    ['125 Seconds', 125],
    ['2 min 5 sec', 125],
    ['2 minutes', 120],
    ['1 hr 2 mins', 3_720],
    ['1 hour', 3_600],
    ['125ms', 'duration_unreadable'],
    ['2 months', 'duration_unreadable'],
    ['0', 0],
    ['-1', 'duration_negative'],
    ['-2:05', 'duration_negative'],
    ['2:65', 'duration_unreadable'],
    ['1:60:00', 'duration_unreadable'],
    ['PT', 'duration_unreadable'],
    ['', 'duration_unreadable'],
    ['1e3', 'duration_unreadable'],
    ['two minutes', 'duration_unreadable'],
    ['604800', 604_800],
    ['604801', 'duration_out_of_range'],
  ])('"%s" is %p', (text, expected) => {
    expect(told(parseDuration(text, 'seconds'))).toEqual(expected);
  });

  it.each([
    ['2', 'minutes', 120],
    ['2.5', 'minutes', 150],
    ['1.15', 'minutes', 69],
    ['2:05', 'minutes', 125],
    ['125400', 'ms', 125],
    ['999', 'ms', 0],
    ['125s', 'ms', 125],
  ] as const)('"%s" under a name in %s is %i', (text, unit, expected) => {
    expect(told(parseDuration(text, unit))).toBe(expected);
  });
});

describe('the time of a call', () => {
  const at = Date.parse('2026-03-01T12:00:00.000Z');
  it.each([
    ['2026-03-01T12:00:00Z', at],
    ['2026-03-01T12:00:00.000Z', at],
    ['2026-03-01t12:00:00z', at],
    ['2026-03-01T12:00Z', at],
    ['2026-03-01T07:00:00-05:00', at],
    ['2026-03-01T07:00:00-0500', at],
    ['2026-03-01T07:00:00-05', at],
    ['2026-03-01 12:00:00 UTC', at],
    ['2026-03-01 07:00:00 -0500', at],
    ['2026-03-01T12:00:00.1234567Z', at + 123],
    ['1772366400', at],
    ['1772366400123', at + 123],
    ['1772366400.5', at + 500],
    ['1772366400.1239999', at + 123],
    ['1772366400.0', at],
    ['1772366400123.0', at + 123],
    ['1772366400.', 'time_unreadable'],
    ['2026-03-01 12:00:00', [at, 'time_zone_assumed']],
    ['2026-03-01T12:00:00', [at, 'time_zone_assumed']],
    ['2026-03-01', 'time_of_day_missing'],
    ['2026-02-30T12:00:00Z', 'time_unreadable'],
    ['2026-03-01T25:00:00Z', 'time_unreadable'],
    ['2026-03-01T12:00:00+99:00', 'time_unreadable'],
    ['03/01/2026 12:00:00', [at, 'time_zone_assumed']],
    ['177236640', 'time_unreadable'],
    ['yesterday', 'time_unreadable'],
    ['9999999999999', 'time_out_of_range'],
    ['1970-01-01T00:00:00Z', 'time_out_of_range'],
  ])('"%s" is %p', (text, expected) => {
    expect(told(parseCallTime(text, 'UTC'))).toEqual(expected);
  });

  it.each([
    ['in winter', '2026-01-15 09:00:00', '2026-01-15T14:00:00.000Z'],
    ['in summer', '2026-07-15 09:00:00', '2026-07-15T13:00:00.000Z'],
    ['the first of two', '2026-11-01 01:30:00', '2026-11-01T05:30:00.000Z'],
    ['after clocks were put back', '2026-11-01 02:30:00', '2026-11-01T07:30:00.000Z'],
    ['one that is skipped', '2026-03-08 02:30:00', '2026-03-08T07:30:00.000Z'],
    ['after clocks were put forward', '2026-03-08 03:30:00', '2026-03-08T07:30:00.000Z'],
  ])('without a zone is of the zone that was set: %s', (_, text, expected) => {
    const { value } = parseCallTime(text, 'America/New_York');
    expect(new Date(value ?? NaN).toISOString()).toBe(expected);
  });

  it('is of Greenwich where the zone is unknown', () => {
    expect(parseCallTime('2026-03-01 12:00:00', 'Mars/Olympus').value).toBe(at);
  });

  it('comes back from what clocks of any zone show', () => {
    const zones = fc.constantFrom('UTC', 'America/Los_Angeles', 'Asia/Kathmandu', 'Europe/Berlin');
    const instants = fc.integer({ min: Date.UTC(2020) / 1_000, max: Date.UTC(2030) / 1_000 });
    fc.assert(
      fc.property(instants, zones, (seconds, timeZone) => {
        const shown = new Date(seconds * 1_000).toLocaleString('sv-SE', { timeZone });
        const { value } = parseCallTime(shown, timeZone);
        const hoursBefore = (seconds * 1_000 - (value ?? NaN)) / 3_600_000;
        // An hour that clocks show twice is taken for the first.
        expect([0, 1]).toContain(hoursBefore);
        expect(new Date(value ?? NaN).toLocaleString('sv-SE', { timeZone })).toBe(shown);
      }),
    );
  });
});
