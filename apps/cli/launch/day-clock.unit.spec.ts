import { describe, expect, it } from '@jest/globals';
import { minutesToDaytime } from './day-clock.js';

const texas = { state: 'TX', zip: '75201', areaCode: '214', countries: ['US'], isUnread: false };
const hawaii = { state: 'HI', zip: '96813', areaCode: '808', countries: ['US'], isUnread: false };

function momentAfter(now: string): string {
  const minutes = minutesToDaytime(new Date(now), [texas]);
  return new Date(Date.parse(now) + minutes * 60_000).toISOString();
}

describe('the clock of a demonstration', () => {
  it.each([
    ['a night', '2026-12-01T08:30:10.000Z', '2026-12-01T17:00:10.000Z'],
    ['an afternoon', '2026-12-01T21:00:00.000Z', '2026-12-02T17:00:00.000Z'],
    ['a Friday evening', '2026-11-27T23:59:00.000Z', '2026-11-30T17:00:00.000Z'],
    ['that very moment', '2026-12-01T17:00:59.000Z', '2026-12-01T17:00:59.000Z'],
    ['the weekend the clocks change', '2027-03-13T12:00:00.000Z', '2027-03-15T16:00:00.000Z'],
  ])('goes on from %s to 11:00 in Texas on a weekday', (_, now, then) => {
    expect(momentAfter(now)).toBe(then);
  });

  it('gives up where somebody is never called at that hour', () => {
    expect(() => minutesToDaytime(new Date('2026-12-01T00:00:00Z'), [texas, hawaii])).toThrow(
      'On no day',
    );
  });
});
