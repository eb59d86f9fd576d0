import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type DialFacts, dialVerdict } from './dial-verdict.js';
import { DIAL_OBSTACLES, type DialObstacle } from './call.events.js';
import {
  firstMinute,
  plainlyAllowed,
  someInstants,
  somePlaces,
  somewhere,
} from '../laws/calling-hours.fixtures.js';
import { candidateZones } from './hours/candidate-zones.js';

const NOON = '2026-11-17T18:00:00.000Z';
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const before = (ms: number, instant = NOON) => new Date(Date.parse(instant) - ms).toISOString();
const after = (ms: number) => before(-ms);
const facts = (overrides: Partial<DialFacts> = {}): DialFacts => ({
  places: somewhere({ state: 'IL' }),
  attempts: [],
  lastCallEndedAt: null,
  callbackAt: null,
  limits: { attempts24HoursMax: 3, spacingMinutes: 30 },
  until: '2026-12-17T18:00:00.000Z',
  ...overrides,
});
const threeCalls = [before(20 * HOUR_MS), before(2 * HOUR_MS), before(5 * HOUR_MS)];

describe('the permission to dial', () => {
  it('is given when nothing is in the way, and says what it rests on', () => {
    expect(dialVerdict(facts({ attempts: [before(HOUR_MS)] }), NOON)).toEqual({
      allowed: true,
      hours: { rulePackVersion: '2026-11-16', zones: ['America/Chicago'], states: ['IL'] },
      attemptsIn24Hours: 1,
      attemptsMax24Hours: 3,
    });
  });

  it.each<[string, Partial<DialFacts>, string, DialObstacle[], string | null]>([
    [
      'outside calling hours',
      {},
      '2026-11-17T13:59:59.999Z',
      ['outside_calling_hours'],
      '2026-11-17T14:00:00.000Z',
    ],
    ['where the zone is unknown', { places: somewhere() }, NOON, ['timezone_unknown'], null],
    [
      'after three calls in 24 hours',
      { attempts: threeCalls },
      NOON,
      ['attempt_limit_24h'],
      after(4 * HOUR_MS),
    ],
    [
      'a millisecond before the first of three calls is 24 hours old',
      { attempts: [before(DAY_MS - 1), before(HOUR_MS), before(2 * HOUR_MS)] },
      NOON,
      ['attempt_limit_24h'],
      after(1),
    ],
    [
      'after calls that the clock now puts ahead',
      { attempts: [after(1), after(2), after(3)] },
      NOON,
      ['attempt_limit_24h'],
      after(DAY_MS + 1),
    ],
    [
      'where no calls are allowed at all',
      { limits: { attempts24HoursMax: 0, spacingMinutes: 0 } },
      NOON,
      ['attempt_limit_24h'],
      null,
    ],
    [
      'too soon after the last call',
      { lastCallEndedAt: before(30 * 60_000 - 1) },
      NOON,
      ['spacing'],
      after(1),
    ],
    [
      'before the callback that was asked for',
      { callbackAt: after(HOUR_MS) },
      NOON,
      ['callback_scheduled'],
      after(HOUR_MS),
    ],
    [
      'before a callback at night, which waits for the morning',
      { callbackAt: '2026-11-18T05:00:00.000Z' },
      NOON,
      ['callback_scheduled'],
      '2026-11-18T14:00:00.000Z',
    ],
    [
      'for every reason at once; the pause between calls is none before one that was asked for',
      { attempts: threeCalls, lastCallEndedAt: before(1), callbackAt: after(DAY_MS) },
      '2026-11-17T10:00:00.000Z',
      ['outside_calling_hours', 'attempt_limit_24h', 'callback_scheduled'],
      '2026-11-18T18:00:00.000Z',
    ],
    ['at the end of the lead’s time', { until: NOON }, NOON, [], null],
    [
      'when the morning is after the end of the lead’s time',
      { until: '2026-11-18T14:00:00.000Z' },
      '2026-11-18T03:00:00.000Z',
      ['outside_calling_hours'],
      null,
    ],
    [
      'with a callback that cannot be read',
      { callbackAt: 'soon' },
      NOON,
      ['callback_scheduled'],
      null,
    ],
    [
      'with an attempt that cannot be read',
      { attempts: ['a', 'b', 'c'] },
      NOON,
      ['attempt_limit_24h'],
      null,
    ],
  ])('is not given %s', (_, overrides, at, obstacles, nextAllowedAt) => {
    expect(dialVerdict(facts(overrides), at)).toMatchObject({
      allowed: false,
      obstacles,
      nextAllowedAt,
    });
  });

  it.each<[string, Partial<DialFacts>]>([
    [
      'when the first of three calls is exactly 24 hours old',
      { attempts: [before(DAY_MS), before(HOUR_MS), before(2 * HOUR_MS)] },
    ],
    ['exactly when the spacing is over', { lastCallEndedAt: before(30 * 60_000) }],
    ['exactly at the callback', { callbackAt: NOON }],
    ['a millisecond before the end of the lead’s time', { until: after(1) }],
  ])('is given %s', (_, overrides) => {
    expect(dialVerdict(facts(overrides), NOON).allowed).toBe(true);
  });

  it('counts at most as many calls as the strictest state allows', () => {
    const limits = { attempts24HoursMax: 10, spacingMinutes: 0 };
    const florida = facts({ places: somewhere({ state: 'FL' }), limits, attempts: threeCalls });
    const illinois = facts({ limits, attempts: threeCalls });
    const byAreaCode = { ...illinois, places: somewhere({ state: 'IL', areaCode: '405' }) };
    expect(dialVerdict(florida, NOON)).toMatchObject({ obstacles: ['attempt_limit_24h'] });
    expect(dialVerdict(byAreaCode, NOON)).toMatchObject({ obstacles: ['attempt_limit_24h'] });
    expect(dialVerdict(illinois, NOON)).toMatchObject({ allowed: true, attemptsMax24Hours: 10 });
  });
});

describe('the verdict on dialing, whatever the facts', () => {
  const minutesAround = fc.integer({ min: -3 * 1440, max: 2 * 1440 });
  const someFacts = fc
    .record({
      at: someInstants,
      places: somePlaces,
      attempts: fc.array(fc.integer({ min: 0, max: 40 * 60 }), { maxLength: 5 }),
      ended: fc.option(fc.integer({ min: 0, max: 90 })),
      callback: fc.option(minutesAround),
      max: fc.integer({ min: 1, max: 4 }),
      days: fc.integer({ min: 0, max: 8 }),
    })
    .map(({ at, places, attempts, ended, callback, max, days }) => {
      // Whole minutes, so that an oracle that goes by minutes meets every instant that matters.
      const minute = Math.floor(at / 60_000) * 60_000;
      const shifted = (minutes: number) => new Date(minute + minutes * 60_000).toISOString();
      const overrides = {
        places,
        attempts: attempts.map((minutes) => shifted(-minutes)),
        lastCallEndedAt: ended === null ? null : shifted(-ended),
        callbackAt: callback === null ? null : shifted(callback),
        limits: { attempts24HoursMax: max, spacingMinutes: 30 },
        until: shifted(days * 1440),
      };
      return { at, facts: facts(overrides) };
    });

  /** The rules once more, as plainly as they can be put. */
  function isUntriedCallback({ callbackAt, attempts }: DialFacts): boolean {
    return callbackAt !== null && attempts.every((at) => Date.parse(at) < Date.parse(callbackAt));
  }

  function plainly(lead: DialFacts, ms: number): boolean {
    const { states } = candidateZones(lead.places);
    const strict = states.includes('FL') || states.includes('OK') ? 3 : Infinity;
    const recent = lead.attempts.filter((attempt) => Date.parse(attempt) > ms - DAY_MS);
    return (
      plainlyAllowed(lead.places, ms) &&
      recent.length < Math.min(lead.limits.attempts24HoursMax, strict) &&
      (isUntriedCallback(lead) ||
        lead.lastCallEndedAt === null ||
        ms >= Date.parse(lead.lastCallEndedAt) + HOUR_MS / 2) &&
      (lead.callbackAt === null || ms >= Date.parse(lead.callbackAt)) &&
      ms < Date.parse(lead.until)
    );
  }

  it('allows exactly what plain rules allow', () => {
    fc.assert(
      fc.property(someFacts, ({ at, facts: lead }) => {
        expect(dialVerdict(lead, new Date(at).toISOString()).allowed).toBe(plainly(lead, at));
      }),
      { numRuns: 1000 },
    );
  });

  it('names as next the first minute that plain rules allow', () => {
    fc.assert(
      fc.property(someFacts, ({ at, facts: lead }) => {
        const verdict = dialVerdict(lead, new Date(at).toISOString());
        fc.pre(!verdict.allowed);
        const first = firstMinute((ms) => plainly(lead, ms), at, Date.parse(lead.until));
        const expected = first === null ? null : new Date(first).toISOString();
        expect(verdict.nextAllowedAt).toBe(expected);
      }),
      { numRuns: 100 },
    );
  });

  it('allows the instant it names, and not the millisecond before', () => {
    fc.assert(
      fc.property(someFacts, fc.nat(59_999), ({ at, facts: lead }, shift) => {
        const odd = { ...lead, callbackAt: lead.callbackAt && before(-shift, lead.callbackAt) };
        const verdict = dialVerdict(odd, new Date(at).toISOString());
        fc.pre(!verdict.allowed && verdict.nextAllowedAt !== null);
        const next = verdict.nextAllowedAt;
        expect(dialVerdict(odd, next).allowed).toBe(true);
        expect(dialVerdict(odd, before(1, next)).allowed).toBe(false);
      }),
      { numRuns: 300 },
    );
  });

  it('names obstacles in their order, and some before the end of the lead’s time', () => {
    fc.assert(
      fc.property(someFacts, ({ at, facts: lead }) => {
        const verdict = dialVerdict(lead, new Date(at).toISOString());
        fc.pre(!verdict.allowed);
        const { obstacles } = verdict;
        const inOrder = DIAL_OBSTACLES.filter((obstacle) => obstacles.includes(obstacle));
        expect(obstacles).toEqual(inOrder);
        expect(obstacles.length > 0 || at >= Date.parse(lead.until)).toBe(true);
      }),
    );
  });
});
