import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type Schedule } from './destination.events.js';
import { type Openable, openingWaitedFor } from './openings.js';
import { scheduleOpenAt } from './schedule.js';

/** A Monday, 11:00 in Chicago. */
const NOON = '2026-11-30T17:00:00.000Z';

const opening = (from: string, to: string): Schedule['hours'] => ({ monday: [{ from, to }] });

function destination(more: Partial<Schedule>, paused = false): Openable {
  const always = { timeZone: 'America/Chicago', hours: {}, closedOn: [], expiresAt: null };
  return { paused, settings: { schedule: { ...always, offHours: 'queue', ...more } } };
}

const closed = destination({ hours: opening('14:00', '18:00') });
const later = destination({ hours: opening('15:00', '18:00') });

describe('leads', () => {
  it('wait for the first destination to open, where all are closed', () => {
    expect(openingWaitedFor([later, closed], NOON)).toBe('2026-11-30T20:00:00.000Z');
  });

  it('wait for nobody while one is open, or where none is to be waited for', () => {
    expect(openingWaitedFor([closed, destination({})], NOON)).toBeNull();
    expect(openingWaitedFor([], NOON)).toBeNull();
    const others = destination({ hours: opening('14:00', '18:00'), offHours: 'next' });
    expect(openingWaitedFor([others], NOON)).toBeNull();
    expect(openingWaitedFor([destination({ expiresAt: NOON })], NOON)).toBeNull();
  });

  it('wait for none that is paused, nor are called for it', () => {
    expect(openingWaitedFor([closed, destination({}, true)], NOON)).toBe(
      '2026-11-30T20:00:00.000Z',
    );
    expect(
      openingWaitedFor([destination({ hours: opening('14:00', '18:00') }, true)], NOON),
    ).toBeNull();
  });

  it('find one open when they have waited, and none before', () => {
    const clock = fc.constantFrom('00:00', '06:00', '09:30', '17:00', '23:00');
    const schedule = fc.record({
      from: clock,
      to: clock,
      offHours: fc.constantFrom('next', 'queue'),
    });
    const minutes = fc.nat({ max: 14 * 24 * 60 });
    fc.assert(
      fc.property(fc.array(schedule, { maxLength: 4 }), minutes, (schedules, after) => {
        const all = schedules.map(({ from, to, offHours }) =>
          destination({ hours: opening(from, to), offHours: offHours }),
        );
        const at = new Date(Date.parse(NOON) + after * 60_000).toISOString();
        const isOpen = (instant: string, of = all) =>
          of.some(({ settings }) => scheduleOpenAt(settings.schedule, instant));
        const next = openingWaitedFor(all, at);
        if (next === null) return;
        const awaited = all.filter(({ settings }) => settings.schedule.offHours === 'queue');
        expect([isOpen(at), isOpen(next, awaited)]).toEqual([false, true]);
        expect(isOpen(new Date(Date.parse(next) - 1).toISOString(), awaited)).toBe(false);
      }),
    );
  });
});
