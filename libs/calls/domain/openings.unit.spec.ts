import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type Schedule } from './destination.events.js';
import { type Openable, opennessAt } from './openings.js';
import { scheduleOpenAt } from './schedule.js';

/** A Monday, 11:00 in Chicago. */
const NOON = '2026-11-30T17:00:00.000Z';

const opening = (from: string, to: string): Schedule['hours'] => ({ monday: [{ from, to }] });

function destination(more: Partial<Schedule>, paused = false): Openable {
  const always = { timeZone: 'America/Chicago', hours: {}, closedOn: [], expiresAt: null };
  return {
    paused,
    settings: { schedule: { ...always, offHours: 'queue', standInId: null, ...more } },
  };
}

const closed = destination({ hours: opening('14:00', '18:00') });
const later = destination({ hours: opening('15:00', '18:00') });

describe('leads', () => {
  const callable = { kind: 'callable' };
  const nobody = { kind: 'nobody' };
  const expired = destination({ expiresAt: NOON });
  const unawaited = destination({ hours: opening('14:00', '18:00'), offHours: 'next' });

  it('wait for the first destination to open, where all are closed', () => {
    const first = { kind: 'opens', at: '2026-11-30T20:00:00.000Z' };
    expect(opennessAt([later, closed], NOON)).toEqual(first);
    expect(opennessAt([later, unawaited], NOON)).toEqual(first);
  });

  it('wait for nobody while one is open, or where none of the closed is to be waited for', () => {
    expect(opennessAt([closed, destination({})], NOON)).toEqual(callable);
    expect(opennessAt([unawaited], NOON)).toEqual(callable);
  });

  it.each([
    ['there is none', []],
    ['all have expired', [expired]],
    [
      'all are paused, open or not',
      [destination({}, true), destination({ offHours: 'next' }, true)],
    ],
    ['the others are paused', [expired, destination({}, true)]],
  ])('have nobody to be handed to where %s', (_, destinations) => {
    expect(opennessAt(destinations, NOON)).toEqual(nobody);
  });

  it('do not wait for one that is paused', () => {
    const open = destination({}, true);
    expect(opennessAt([closed, open], NOON)).toMatchObject({ kind: 'opens' });
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
          destination({ hours: opening(from, to), offHours }),
        );
        const at = new Date(Date.parse(NOON) + after * 60_000).toISOString();
        const isOpen = (instant: string) =>
          all.some(({ settings }) => scheduleOpenAt(settings.schedule, instant));
        const openness = opennessAt(all, at);
        if (openness.kind !== 'opens') return;
        const before = new Date(Date.parse(openness.at) - 1).toISOString();
        expect([at, before, openness.at].map(isOpen)).toEqual([false, false, true]);
      }),
    );
  });
});
