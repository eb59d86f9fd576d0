import { describe, expect, it } from '@jest/globals';
import {
  after,
  aLead,
  beginConversation,
  CALL_ID,
  consumerLeg,
  decide,
  foundIneligible,
  historyOf,
  someSettings,
  startCall,
} from './calls.fixtures.js';
import { type DialingState } from './dialing.js';
import { type CallableLead, evolve, initialState, type LeadStreamEvent } from './lead-calls.js';
import { mayHaveMissedStop, mayStillRing, whyNotHandedOver } from './may-still-ring.js';

const MORNING = '2026-11-16T16:00:00.000Z';
const NIGHT = '2026-11-17T03:00:00.000Z';
const TEXAS = { state: 'TX', zip: '78701', areaCode: '512', countries: ['US'], isUnread: false };
const dialing = (change: Partial<DialingState> = {}): DialingState => ({
  ...{ settings: someSettings(), version: 1, stopped: false, pausedSources: [] },
  ...change,
});
const leadAfter = (...events: readonly LeadStreamEvent[]): CallableLead => {
  const lead = events.reduce(evolve, initialState());
  if (lead.status === 'absent') throw new Error('There is no lead.');
  return lead;
};
const called = historyOf([aLead()], startCall());
const calledLead = leadAfter(...called);
const known = { dialing: dialing(), places: TEXAS, at: MORNING };

describe('a consumer whom the provider dials by now', () => {
  it('may be rung where nothing has changed since the order', () => {
    expect(mayStillRing(calledLead, known)).toBe(true);
  });

  it.each([
    ['the stop is pulled', { dialing: dialing({ stopped: true }) }],
    ['the source is paused', { dialing: dialing({ pausedSources: ['webform'] }) }],
    ['the tenant does not dial', { dialing: null }],
    ['the hours are over', { at: NIGHT }],
    [
      'they are over in one of the zones they may be in',
      { at: '2026-11-17T02:30:00.000Z', places: { ...TEXAS, areaCode: '212' } },
    ],
    ['they were erased', { places: null }],
  ])('may not where %s', (_, change) => {
    expect(mayStillRing(calledLead, { ...known, ...change })).toBe(false);
  });

  it('may where another source is paused', () => {
    const others = dialing({ pausedSources: ['radio'] });
    expect(mayStillRing(calledLead, { ...known, dialing: others })).toBe(true);
  });

  it('may not where the lead is not eligible any more', () => {
    const lead = leadAfter(...called, foundIneligible('suppressed'));
    expect(mayStillRing(lead, known)).toBe(false);
  });
});

describe('a destination that the provider dials by now', () => {
  it('may be rung though a source is paused, and not under a stop or for a lead not eligible', () => {
    const paused = dialing({ pausedSources: ['webform'] });
    expect(whyNotHandedOver(calledLead, paused)).toBeNull();
    expect(whyNotHandedOver(calledLead, dialing({ stopped: true }))).toBe('stopped');
    expect(whyNotHandedOver(calledLead, null)).toBe('stopped');
    const lead = leadAfter(...called, foundIneligible('suppressed'));
    expect(whyNotHandedOver(lead, dialing())).toBe('suppressed');
  });
});

describe('a call that a stop may not have reached', () => {
  const isReached = (history: readonly LeadStreamEvent[]) => {
    const { current } = leadAfter(...history);
    return current !== null && !mayHaveMissedStop(current);
  };

  it('has no name yet, or was answered and nothing was said', () => {
    expect(isReached(called)).toBe(false);
    expect(isReached(historyOf(called, consumerLeg('in_progress')))).toBe(false);
  });

  it('is none that has a name and was not answered, nor one that talks', () => {
    expect(isReached(historyOf(called, consumerLeg('placed')))).toBe(true);
    expect(isReached(historyOf(called, beginConversation()))).toBe(true);
  });
});

describe('a call that was canceled', () => {
  const placed = historyOf(called, consumerLeg('placed'));
  const rang = historyOf(placed, consumerLeg('ringing'));
  const again = startCall({
    callId: 'another',
    at: after(60),
    settings: someSettings({ attemptsMax: 1 }),
  });
  const dialedAgain = (history: readonly LeadStreamEvent[]) =>
    decide(history, again).map(({ type }) => type);

  it('before the phone rang counts as no attempt', () => {
    const canceled = historyOf(placed, consumerLeg('canceled', { hasRung: false }));
    expect(canceled.at(-1)).toMatchObject({ data: { disposition: 'canceled' } });
    expect(dialedAgain(canceled)).toEqual(['CallAttempted']);
  });

  it('while it rang counts as one', () => {
    expect(dialedAgain(historyOf(rang, consumerLeg('canceled')))).toEqual(['LeadExhausted']);
  });

  it.each(['canceled', 'completed'] as const)(
    'while it rang, as the report of its end (%s) tells, counts as one, and the ring is in the log',
    (status) => {
      const told = historyOf(placed, consumerLeg(status, { hasRung: true, durationSeconds: null }));
      expect(told.slice(-2)).toMatchObject([
        { type: 'CallRang', data: { callId: CALL_ID } },
        { type: 'CallEnded', data: { disposition: 'canceled' } },
      ]);
      expect(dialedAgain(told)).toEqual(['LeadExhausted']);
    },
  );
});
