import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  after,
  aLead,
  beginConversation,
  consumerLeg,
  decide,
  foundIneligible,
  historyOf,
  someSettings,
  startCall,
  CALL_ID,
} from './calls.fixtures.js';
import { type StartCall } from './calls.commands.js';
import { type Schedule } from './destination.events.js';
import { someSettings as someDestination } from './destination.fixtures.js';
import { callingHoursAt } from './hours/calling-hours.js';
import { type LeadStreamEvent } from './lead-calls.js';
import { type Openable, opennessAt } from './openings.js';

const types = (events: readonly LeadStreamEvent[]) => events.map(({ type }) => type);
const called = historyOf([aLead()], startCall());
/** Ten seconds into the call the consumer asks to be called in two minutes; it is then over. */
const callback: LeadStreamEvent = {
  type: 'CallbackRequested',
  data: {
    ...{ leadId: aLead().data.leadId, callId: CALL_ID, scriptId: 'script-1', scriptVersion: 1 },
    ...{ callbackAt: after(130), requestedAt: after(10) },
  },
};
const asked = historyOf(
  [...historyOf(called, beginConversation()), callback],
  consumerLeg('completed', { durationSeconds: 8, at: after(12) }),
);
const again = (seconds: number, settings = {}, callId = 'call-2') =>
  startCall({ callId, at: after(seconds), settings: someSettings(settings) });

describe('a call that the consumer asked for', () => {
  it('is made at its time, without the usual pause between calls', () => {
    expect(decide(asked, again(129))).toMatchObject([
      { data: { obstacles: ['callback_scheduled'], nextAllowedAt: after(130) } },
    ]);
    expect(types(decide(asked, again(130)))).toEqual(['CallAttempted']);
  });

  it('is made after the last of all others, once', () => {
    const last = again(130, { attemptsMax: 1 });
    expect(types(decide(asked, last))).toEqual(['CallAttempted']);
    const busy = historyOf(asked, last, consumerLeg('busy', { callId: 'call-2', at: after(131) }));
    const more = again(90_000, { attemptsMax: 1 }, 'call-3');
    expect(types(decide(busy, more))).toEqual(['LeadExhausted']);
  });

  it('is still owed where it did not ring, and follows the usual pause then', () => {
    const tried = historyOf(asked, again(130));
    const busy = historyOf(tried, consumerLeg('busy', { callId: 'call-2', at: after(131) }));
    expect(busy.length).toBeGreaterThan(tried.length);
    expect(decide(busy, again(140, {}, 'call-3'))).toMatchObject([
      { data: { obstacles: ['spacing'], nextAllowedAt: after(131 + 1_800) } },
    ]);
    const owed = again(2_000, { attemptsMax: 2 }, 'call-3');
    expect(types(decide(busy, owed))).toEqual(['CallAttempted']);
  });

  it.each(['ringing', 'in_progress', 'no_answer'] as const)('is made once it is %s', (status) => {
    const leg = consumerLeg(status, { callId: 'call-2', at: after(131) });
    const end = consumerLeg('no_answer', { callId: 'call-2', at: after(150) });
    const made = historyOf(asked, again(130), leg, end);
    const more = again(90_000, { attemptsMax: 2 }, 'call-3');
    expect(types(decide(made, more))).toEqual(['LeadExhausted']);
  });
});

describe('a lead that is on a list right before its call', () => {
  const places = startCall().places;
  const isAllowed = (at: string) => callingHoursAt(places, at).allowed;
  const hourLater = (at: string) => new Date(Date.parse(at) + 3_600_000).toISOString();

  it('is looked at again at the first instant from an hour on at which it may be called', () => {
    const minute = fc.integer({ min: 1, max: 20 * 24 * 60 });
    fc.assert(
      fc.property(minute, (minutes) => {
        const at = after(minutes * 60);
        const listed = startCall({ at, suppressionEntryId: 'entry-1' });
        const [deferral] = decide([aLead()], listed);
        const next = String((deferral?.data as { nextAllowedAt: unknown }).nextAllowedAt);
        expect(isAllowed(next)).toBe(true);
        const isSoonest =
          next === hourLater(at) || !isAllowed(new Date(Date.parse(next) - 1).toISOString());
        expect(isSoonest).toBe(true);
        expect(next >= hourLater(at)).toBe(true);
      }),
    );
  });

  it('is told so once in the hour, whoever looks at it meanwhile', () => {
    const refused = (seconds: number) => ({ ...again(seconds), isSuppressedForAllSellers: true });
    const waits = historyOf([aLead()], refused(0));
    expect(waits.at(-1)).toMatchObject({ data: { nextAllowedAt: after(3_600) } });
    for (const seconds of [10, 20, 3_599]) expect(decide(waits, refused(seconds))).toEqual([]);
    expect(types(decide(waits, refused(3_600)))).toEqual(['DialDeferred']);
    expect(types(decide(waits, again(20)))).toEqual(['CallAttempted']);
  });

  it('is not before a callback that was asked for', () => {
    const listed = startCall({ callId: 'call-2', at: after(20), suppressionEntryId: 'entry-1' });
    const later = {
      ...callback,
      data: { ...callback.data, callbackAt: after(7_200) },
    } as typeof callback;
    const history = historyOf([...called, later], consumerLeg('completed', { at: after(12) }));
    expect(decide(history, listed)).toMatchObject([{ data: { nextAllowedAt: after(7_200) } }]);
  });
});

describe('a lead that destinations are closed for', () => {
  const texas = startCall().places;
  const hawaii = { ...texas, state: 'HI', areaCode: '808', zip: null };
  const { schedule: always } = someDestination();
  const open = (from: string, to: string, more: Partial<Schedule> = {}): Openable => {
    const hours = { monday: [{ from, to }], thursday: [{ from, to }] };
    return {
      paused: false,
      settings: { schedule: { ...always, hours, offHours: 'queue', ...more } },
    };
  };
  const waitOf = (command: StartCall) =>
    (decide([aLead()], command)[0]?.data ?? {}) as Partial<
      Extract<LeadStreamEvent, { type: 'DialDeferred' }>['data']
    >;

  it('waits for the first instant at which it may be called and one is open, if there is any', () => {
    const clock = fc.constantFrom('00:00', '06:00', '09:30', '12:00', '17:00', '23:00');
    const offHours = fc.constantFrom('queue', 'queue', 'next');
    const opening = fc.tuple(clock, clock, offHours);
    const wish = fc.record({
      places: fc.constantFrom(texas, hawaii),
      openings: fc.array(opening, { maxLength: 2 }),
      minutes: fc.nat({ max: 10 * 24 * 60 }),
    });
    fc.assert(
      fc.property(wish, ({ places, openings, minutes }) => {
        const destinations = openings.map(([from, to, action]) =>
          open(from, to, { offHours: action }),
        );
        const at = after(minutes * 60);
        const until = after((minutes + 9 * 24 * 60) * 60);
        const isCallable = (instant: string) =>
          callingHoursAt(places, instant).allowed &&
          opennessAt(destinations, instant).kind === 'callable';
        const { nextAllowedAt = at } = waitOf(startCall({ at, until, places, destinations }));
        if (nextAllowedAt !== null) expect(isCallable(nextAllowedAt)).toBe(true);
        const end = Date.parse(nextAllowedAt ?? until);
        for (let ms = Date.parse(at); ms < end; ms += 30 * 60_000) {
          expect(isCallable(new Date(ms).toISOString())).toBe(false);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('is told so, be it that they are closed only when it may be called', () => {
    const mornings = [open('09:00', '12:00')];
    const night = '2026-11-17T07:00:00.000Z';
    const waits = waitOf(startCall({ at: night, places: hawaii, destinations: mornings }));
    expect(waits).toMatchObject({
      ...{ obstacles: ['outside_calling_hours', 'no_destination_open'], nextAllowedAt: null },
    });
  });

  it.each([
    ['is none', []],
    ['is none that is not paused', [{ ...open('00:00', '00:00'), paused: true }]],
  ])('waits without an end where there %s, and is called once there is', (_, destinations) => {
    const waits = waitOf(startCall({ destinations }));
    expect(waits).toMatchObject({ obstacles: ['no_destination_open'], nextAllowedAt: null });
    const waiting = historyOf([aLead()], startCall({ destinations }));
    expect(types(decide(waiting, startCall()))).toEqual(['CallAttempted']);
  });
});

describe('consent', () => {
  const consent = {
    timestamp: after(-89 * 86_400),
    textVersion: null,
    hasSourceUrl: true,
    problems: [],
  };
  const received = [aLead({ consent })];

  it('that grows too old while the lead waits blocks the call, which is said once', () => {
    expect(types(decide(received, startCall({ at: after(86_400) })))).toEqual(['CallAttempted']);
    const late = startCall({ at: after(86_401) });
    expect(decide(received, late)).toMatchObject([
      { type: 'DialDeferred', data: { obstacles: ['consent_too_old'], nextAllowedAt: null } },
    ]);
    expect(decide(historyOf(received, late), startCall({ at: after(86_402) }))).toEqual([]);
  });

  it('that is given anew ends the wait', () => {
    const renewed: LeadStreamEvent = {
      type: 'ConsentRecorded',
      data: {
        ...{ leadId: aLead().data.leadId, consent: { ...consent, timestamp: after(0) } },
        ...{ personal: 'sealed', apiKeyId: null, recordedAt: after(10) },
      },
    };
    const late = startCall({ at: after(86_401) });
    expect(types(decide([...received, renewed], late))).toEqual(['CallAttempted']);
  });
});

describe('older consent that comes after a newer one', () => {
  it('holds no call up', () => {
    const consentAt = (timestamp: string) => ({
      ...{ timestamp, textVersion: 'v2', hasSourceUrl: true, problems: [] },
    });
    const older: LeadStreamEvent = {
      type: 'ConsentRecorded',
      data: {
        ...{ leadId: aLead().data.leadId, consent: consentAt(after(-120 * 86_400)) },
        ...{ personal: 'sealed', apiKeyId: null, recordedAt: after(10) },
      },
    };
    const received = [aLead({ consent: consentAt(after(-60)) }), older];
    expect(types(decide(received, startCall({ at: after(20) })))).toEqual(['CallAttempted']);
  });
});

describe('a consumer who opted out while it rang', () => {
  it('hears nothing of the script', () => {
    const optedOut = [...called, foundIneligible('suppressed')];
    expect(types(decide(optedOut, beginConversation()))).not.toContain('PrequalificationStarted');
    expect(types(decide(called, beginConversation()))).toContain('PrequalificationStarted');
  });
});

describe('a lead whose person was erased', () => {
  it('is given up once, and not while it is on a call', () => {
    const giveUp = { type: 'GiveUpErased', at: after(5) } as const;
    const given = historyOf([aLead()], giveUp);
    expect(given.at(-1)).toMatchObject({ type: 'LeadExhausted', data: { reason: 'erased' } });
    expect(decide(given, giveUp)).toEqual([]);
    expect(decide(called, giveUp)).toEqual([]);
  });
});
