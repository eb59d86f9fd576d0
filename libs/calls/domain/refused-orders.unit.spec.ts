import { describe, expect, it } from '@jest/globals';
import { type RecordRefusal } from './calls.commands.js';
import {
  after,
  aLead,
  beginConversation,
  CALL_ID,
  consumerLeg,
  decide,
  historyOf,
  someSettings,
  startCall,
} from './calls.fixtures.js';
import { type LeadStreamEvent } from './lead-calls.js';

const types = (events: readonly LeadStreamEvent[]) => events.map(({ type }) => type);
const called = historyOf([aLead()], startCall());
const talking = historyOf(called, consumerLeg('placed'), beginConversation());

describe('an order that the provider refuses', () => {
  const refusal = (concerns: 'request' | 'account'): RecordRefusal => ({
    type: 'RecordRefusal',
    ...{ callId: CALL_ID, provider: 'twilio', providerCode: 20_003, concerns, at: after(2) },
  });
  const again = (settings = {}) =>
    startCall({ callId: 'another', at: after(60), settings: someSettings(settings) });

  it('ends the call as failed, with the provider’s code', () => {
    const refused = historyOf(called, refusal('account'));
    expect(types(refused).slice(2)).toEqual(['CallRefused', 'CallEnded']);
    expect(refused.at(-2)).toMatchObject({ data: { providerCode: 20_003 } });
    expect(refused.at(-1)).toMatchObject({ data: { disposition: 'failed', talkSeconds: 0 } });
    expect(decide(refused, refusal('account'))).toEqual([]);
    expect(decide(talking, refusal('account'))).toEqual([]);
  });

  it('for reasons of the account counts for no limit: not as attempt, and no pause follows', () => {
    const refused = historyOf(called, refusal('account'));
    const only = again({ attemptsMax: 1, attempts24HoursMax: 1 });
    expect(types(decide(refused, only))).toEqual(['CallAttempted']);
  });

  it('for reasons of its own counts as an attempt', () => {
    const refused = historyOf(called, refusal('request'));
    expect(types(decide(refused, again({ attemptsMax: 1 })))).toEqual(['LeadExhausted']);
    expect(decide(refused, again())).toMatchObject([{ data: { obstacles: ['spacing'] } }]);
  });

  it('or that we gave up before it was sent counts as none', () => {
    const givenUp = historyOf(called, consumerLeg('canceled', { providerCallId: null }));
    expect(types(decide(givenUp, again({ attemptsMax: 1 })))).toEqual(['CallAttempted']);
  });
});
