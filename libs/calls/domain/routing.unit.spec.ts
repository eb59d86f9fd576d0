import { type FilterSet } from '#libs/filters';
import { fold } from '#libs/kernel';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type DestinationSettings } from './destination.events.js';
import { NOW, someCaps, someSettings } from './destination.fixtures.js';
import { initialState as unused } from './destination-usage.js';
import { destinationUsageDecider } from './destination-usage.decider.js';
import { type RoutableDestination, ranked, route, type RoutingInput } from './routing.js';
import { type RoutingDecision } from './transfer.events.js';

interface Fate {
  readonly paused?: boolean;
  readonly usage?: RoutableDestination['usage'];
}

const destination = (
  destinationId: string,
  settings: Partial<DestinationSettings> = {},
  { paused = false, usage = null }: Fate = {},
): RoutableDestination => ({
  ...{ destinationId, version: 4, settings: someSettings(settings), paused, usage },
});

const inTexas: FilterSet = { op: 'and', rules: [{ field: 'lead.state', op: 'eq', value: 'TX' }] };

const routed = (candidates: RoutableDestination[], more: Partial<RoutingInput> = {}) =>
  route({
    candidates,
    facts: { 'lead.state': 'TX' },
    at: NOW,
    draw: 0,
    triedIds: [],
    ...LISTLESS,
    ...more,
  });

const LISTLESS = { suppressedSellers: [], dncFinding: null };

const reasonsOf = (candidate: RoutableDestination, more: Partial<RoutingInput> = {}) =>
  routed([candidate], more).decision.candidates[0]?.reasons;

describe('a destination is not dialed', () => {
  it('a second time in the same call', () => {
    expect(reasonsOf(destination('a'), { triedIds: ['a'] })).toEqual(['already_tried']);
  });

  it('to a consumer who is suppressed for its seller, by its name or that of its brand', () => {
    const refused = { suppressedSellers: ['Acme'] };
    expect(reasonsOf(destination('a', { name: 'Acme' }), refused)).toEqual([
      'suppressed_for_seller',
    ]);
    expect(reasonsOf(destination('a', { brandName: 'Acme' }), refused)).toEqual([
      'suppressed_for_seller',
    ]);
    expect(reasonsOf(destination('a', { name: 'Other' }), refused)).toEqual([]);
  });

  it('while it is paused', () => {
    expect(reasonsOf(destination('a', {}, { paused: true }))).toEqual(['contract_paused']);
  });

  it('out of its hours, on its holidays and after its end', () => {
    const { schedule } = someSettings();
    const hours = { monday: [{ from: '09:00', to: '10:00' }] };
    const withSchedule = (more: object) =>
      reasonsOf(destination('a', { schedule: { ...schedule, ...more } }));
    expect(withSchedule({ hours })).toEqual(['outside_schedule']);
    expect(withSchedule({ closedOn: ['2026-11-30'] })).toEqual(['holiday']);
    expect(withSchedule({ hours, closedOn: ['2026-11-30'] })).toEqual(['outside_schedule']);
    expect(withSchedule({ expiresAt: NOW })).toEqual(['contract_expired']);
    expect(withSchedule({ hours: { monday: [{ from: '10:00', to: '10:01' }] } })).toEqual([]);
  });

  it('for a consumer its filter does not take', () => {
    const facts = { 'lead.state': 'CA' };
    const picky = destination('a', { filter: inTexas });
    expect(reasonsOf(picky, { facts })).toEqual(['custom_filter:lead.state']);
    expect(reasonsOf(picky)).toEqual([]);
    const nobody: FilterSet = { op: 'or', rules: [] };
    expect(reasonsOf(destination('a', { filter: nobody }))).toEqual([
      expect.stringMatching(/^custom_filter/),
    ]);
  });

  it('beyond its caps, and the counters are told', () => {
    const caps = someCaps({ day: 1, concurrent: 1 });
    const windows = { hour: '2026-11-30T10-05:00', day: '2026-11-30' };
    const usage = fold(destinationUsageDecider, [
      {
        type: 'DestinationSlotReserved',
        data: {
          ...{ destinationId: 'a', destinationVersion: 4, transferId: 't', reservedAt: NOW },
          windows: { ...windows, week: '2026-11-30', month: '2026-11' },
          counts: { hour: 1, day: 1, week: 1, month: 1, total: 1, concurrent: 1 },
        },
      },
    ]);
    const full = destination('a', { caps }, { usage });
    expect(routed([full]).decision.candidates[0]).toMatchObject({
      outcome: 'refused',
      reasons: ['daily_cap_reached', 'concurrency_cap_reached'],
      usage: { day: 1, week: 1, month: 1, total: 1, concurrent: 1 },
    });
    expect(routed([destination('a', {}, { usage })]).decision.candidates[0]?.usage).toBeNull();
  });

  it('for every reason at once', () => {
    const caps = someCaps({ total: 0 });
    const settings = { caps, filter: inTexas };
    const usage = unused();
    const all = destination('a', settings, { paused: true, usage });
    expect(reasonsOf(all, { triedIds: ['a'], facts: { 'lead.state': 'CA' } })).toEqual([
      ...['already_tried', 'contract_paused', 'custom_filter:lead.state', 'total_cap_reached'],
    ]);
  });
});

describe('destinations are ranked', () => {
  it('by priority, lowest number first, whatever their weights', () => {
    const { chosen, decision } = routed([
      destination('second', { priority: 2, weight: 1_000 }),
      destination('first', { priority: 1 }),
      destination('paused', { priority: 0 }, { paused: true }),
    ]);
    expect(chosen?.destinationId).toBe('first');
    expect(decision.candidates.map((one) => [one.destinationId, one.outcome])).toEqual([
      ['first', 'chosen'],
      ['second', 'eligible'],
      ['paused', 'refused'],
    ]);
  });

  it('and nobody is chosen when nobody is fit', () => {
    const { chosen, decision } = routed([destination('a', {}, { paused: true })]);
    expect([chosen, decision.candidates.length]).toEqual([null, 1]);
    expect(routed([]).decision.candidates).toEqual([]);
  });

  /** How often each order comes out of draws that are spread evenly. */
  const ordersOf = (weights: Record<string, number>, draws: number) => {
    const equals = Object.entries(weights).map(([destinationId, weight]) => ({
      ...{ destinationId, weight, priority: 1 },
    }));
    const orders: Record<string, number> = {};
    for (let n = 0; n < draws; n += 1) {
      const order = ranked(equals, (n + 0.5) / draws).map((one) => one.destinationId);
      orders[order.join('')] = (orders[order.join('')] ?? 0) + 1;
    }
    return orders;
  };
  const sumOf = (orders: Record<string, number>, beginning: string) =>
    Object.entries(orders)
      .filter(([order]) => order.startsWith(beginning))
      .reduce((sum, [, count]) => sum + count, 0);

  it('among equals in exactly the shares of their weights', () => {
    const orders = ordersOf({ a: 1, b: 2, c: 5 }, 8_000);
    const firsts = ['a', 'b', 'c'].map((id) => sumOf(orders, id));
    expect(firsts).toEqual([1_000, 2_000, 5_000]);
  });

  it('with the second of them in the shares of those that are left', () => {
    const orders = ordersOf({ a: 1, b: 2, c: 3 }, 12_000);
    expect(sumOf(orders, 'c')).toBe(6_000);
    expect(sumOf(orders, 'cb')).toBe(4_000);
    expect(sumOf(orders, 'ba')).toBe(1_000);
  });

  it('so that shares converge to any weights', () => {
    const weights = fc.array(fc.integer({ min: 1, max: 1_000 }), { minLength: 1, maxLength: 9 });
    fc.assert(
      fc.property(weights, (given) => {
        const total = given.reduce((sum, weight) => sum + weight, 0);
        const draws = 2_000;
        const orders = ordersOf(Object.fromEntries(given.entries()), draws);
        for (const [id, weight] of given.entries()) {
          const share = sumOf(orders, String(id)) / draws;
          expect(Math.abs(share - weight / total)).toBeLessThanOrEqual(1 / draws + 1e-9);
        }
      }),
      { numRuns: 25 },
    );
  });
});

describe('any choice', () => {
  const cap = fc.option(fc.integer({ min: 0, max: 2 }), { nil: null });
  const anyCandidate = fc.record({
    priority: fc.integer({ min: 0, max: 2 }),
    weight: fc.integer({ min: 1, max: 1_000 }),
    paused: fc.boolean(),
    filtered: fc.boolean(),
    day: cap,
    used: fc.integer({ min: 0, max: 2 }),
  });
  const anyInput = fc
    .record({
      ones: fc.array(anyCandidate, { maxLength: 8 }),
      draw: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      tried: fc.array(fc.integer({ min: 0, max: 8 }), { maxLength: 3 }),
      state: fc.constantFrom('TX', 'CA'),
    })
    .map(({ ones, draw, tried, state }): RoutingInput => {
      const candidates = ones.map((one, n) => {
        const { priority, weight, paused, filtered, day, used } = one;
        const caps = someCaps({ day });
        const named = { name: `d${n}`, priority, weight, caps };
        const settings = { ...named, filter: filtered ? inTexas : null };
        const windows = { hour: '', day: '2026-11-30', week: '', month: '' };
        const counts = { ...unused().counts, day: used };
        return destination(`d${n}`, settings, { paused, usage: { ...unused(), windows, counts } });
      });
      const triedIds = tried.map((n) => `d${n}`);
      return { candidates, facts: { 'lead.state': state }, at: NOW, draw, triedIds, ...LISTLESS };
    });

  it('rests on its input alone, in whatever order destinations come', () => {
    fc.assert(
      fc.property(anyInput, (input) => {
        const decided = route(input);
        expect(route(input)).toEqual(decided);
        const reversed = { ...input, candidates: input.candidates.toReversed() };
        expect(route(reversed)).toEqual(decided);
      }),
    );
  });

  it('never falls on who was refused, and on somebody whenever one is fit', () => {
    fc.assert(
      fc.property(anyInput, (input) => {
        const { chosen, decision } = route(input);
        expect(decision.candidates).toHaveLength(input.candidates.length);
        const fit = decision.candidates.filter(({ reasons }) => reasons.length === 0);
        expect(fit.map(({ outcome }) => outcome)).toEqual(
          fit.map((_, rank) => (rank === 0 ? 'chosen' : 'eligible')),
        );
        expect(chosen?.destinationId).toBe(fit[0]?.destinationId);
        for (const { outcome, reasons } of decision.candidates) {
          expect(outcome === 'refused').toBe(reasons.length > 0);
        }
      }),
    );
  });

  it('falls as if sellers who are suppressed for the consumer were not there', () => {
    const someNames = fc.subarray(['d0', 'd1', 'd2', 'd3', 'd4', 'd5', 'd6', 'd7']);
    fc.assert(
      fc.property(anyInput, someNames, (input, suppressedSellers) => {
        const left = input.candidates.filter(
          ({ destinationId }) => !suppressedSellers.includes(destinationId),
        );
        const { chosen } = route({ ...input, suppressedSellers });
        expect(chosen).toEqual(route({ ...input, candidates: left }).chosen);
      }),
    );
  });

  it('can be repeated from what the event holds', () => {
    fc.assert(
      fc.property(anyInput, (input) => {
        const { decision } = route(input);
        const stored = JSON.parse(JSON.stringify(decision)) as RoutingDecision;
        expect(stored).toEqual(decision);
        const fit = stored.candidates.filter(({ reasons }) => reasons.length === 0);
        const again = ranked(fit.toReversed(), stored.draw).map((one) => one.destinationId);
        expect(again).toEqual(fit.map((one) => one.destinationId));
      }),
    );
  });
});
