import { describe, expect, it } from '@jest/globals';
import { type DestinationSettings } from './destination.events.js';
import { NOW, someSettings } from './destination.fixtures.js';
import { type RoutableDestination, route } from './routing.js';

const { schedule: ALWAYS } = someSettings();

/** Closed at the hour of the choice. */
const CLOSED = { ...ALWAYS, hours: { monday: [{ from: '09:00', to: '10:00' }] } };

const destination = (
  destinationId: string,
  settings: Partial<DestinationSettings>,
  paused = false,
): RoutableDestination => ({
  ...{ destinationId, version: 1, paused, usage: null, settings: someSettings(settings) },
});

/** Whom the third of the ranks stands in for, which comes first. */
const first = (settings: Partial<DestinationSettings>, paused = false) => {
  const { schedule = CLOSED, ...more } = settings;
  const named = { ...schedule, standInId: 'third' };
  return destination('first', { ...more, schedule: named, priority: 1 }, paused);
};
const second = destination('second', { priority: 2 });
const third = destination('third', { priority: 3 });

const chosenOf = (...candidates: RoutableDestination[]) =>
  route({
    ...{ candidates, facts: { 'lead.state': 'TX' }, at: NOW, draw: 0, triedIds: [] },
    ...{ suppressedSellers: [], dncFinding: null },
  });

describe('a destination that stands in for another', () => {
  it('comes in its place while that is closed, by hours or holidays', () => {
    const { chosen, decision } = chosenOf(first({}), second, third);
    expect(chosen?.destinationId).toBe('third');
    expect(decision.candidates).toMatchObject([
      { destinationId: 'third', priority: 1, outcome: 'chosen' },
      { destinationId: 'second', priority: 2, outcome: 'eligible' },
      { destinationId: 'first', priority: 1, reasons: ['outside_schedule'] },
    ]);
    const holiday = first({ schedule: { ...ALWAYS, closedOn: [NOW.slice(0, 10)] } });
    expect(chosenOf(holiday, second, third).chosen?.destinationId).toBe('third');
  });

  it.each([
    ['is open', first({ schedule: ALWAYS }), 'first'],
    ['is paused', first({}, true), 'second'],
    ['is past its end', first({ schedule: { ...CLOSED, expiresAt: NOW } }), 'second'],
    [
      'would not take the consumer',
      first({
        filter: { op: 'and', rules: [{ field: 'lead.state', op: 'eq', value: 'OH' }] },
      }),
      'second',
    ],
  ])('comes in its own place where the other %s', (_, other, expected) => {
    expect(chosenOf(other, second, third).chosen?.destinationId).toBe(expected);
  });

  it('is passed over where it is closed, too, and keeps its place where it comes earlier', () => {
    const closed = destination('third', { priority: 3, schedule: CLOSED });
    expect(chosenOf(first({}), second, closed).chosen?.destinationId).toBe('second');
    const early = destination('third', { priority: 0 });
    const { decision } = chosenOf(first({}), second, early);
    expect(decision.candidates[0]).toMatchObject({ destinationId: 'third', priority: 0 });
  });
});
