import { describe, expect, it } from '@jest/globals';
import { fold } from '#libs/kernel';
import { type CallCommand } from './calls.commands.js';
import { callsDecider } from './calls.decider.js';
import {
  after,
  aLead,
  beginConversation,
  CALL_ID,
  consumerLeg,
  decide,
  foundIneligible,
  historyOf,
  startCall,
} from './calls.fixtures.js';
import { type LeadStreamEvent } from './lead-calls.js';

const types = (events: readonly LeadStreamEvent[]) => events.map(({ type }) => type);
const called = historyOf([aLead()], startCall(), consumerLeg('ringing'));
const over = consumerLeg('completed', { durationSeconds: 1, at: after(7) });
const turnAway = (answeredBy: 'human' | 'machine' = 'human'): CallCommand => ({
  type: 'TurnAway',
  ...{ callId: CALL_ID, provider: 'twilio', providerCallId: 'CA1', answeredBy, at: after(6) },
});

describe('a call that ends before anything was said', () => {
  it('was hung up on by us where the consumer may not be called any more by then', () => {
    const unfit = [...called, foundIneligible('suppressed')];
    for (const begin of [beginConversation(), consumerLeg('in_progress')]) {
      const history = historyOf(unfit, begin, over);
      expect(types(history)).not.toContain('PrequalificationStarted');
      expect(history.at(-1)).toMatchObject({
        type: 'CallEnded',
        data: { disposition: 'hung_up', hungUpBy: 'system', talkSeconds: 1 },
      });
    }
  });

  it('was hung up on by the consumer where nothing spoke against it', () => {
    const history = historyOf(called, consumerLeg('in_progress'), over);
    expect(history.at(-1)).toMatchObject({ data: { hungUpBy: 'consumer' } });
  });

  it('was hung up on by nobody where nobody answered', () => {
    const unfit = [...called, foundIneligible('suppressed')];
    expect(historyOf(unfit, consumerLeg('canceled')).at(-1)).toMatchObject({
      data: { disposition: 'canceled', hungUpBy: 'unknown' },
    });
  });
});

describe('whoever begins to hear the script and hangs up', () => {
  it('did so themselves, though they may not be called any more by then', () => {
    const talking = historyOf(called, beginConversation());
    const history = historyOf([...talking, foundIneligible('suppressed')], over);
    expect(history.at(-1)).toMatchObject({
      data: { disposition: 'hung_up', hungUpBy: 'consumer' },
    });
  });
});

describe('whoever answers under a stop', () => {
  it('is hung up on by us: the call is over with that, once', () => {
    const history = historyOf(called, turnAway());
    expect(types(history).slice(-2)).toEqual(['CallAnswered', 'CallEnded']);
    expect(history.at(-1)).toMatchObject({
      data: { disposition: 'hung_up', hungUpBy: 'system', talkSeconds: 0, measuredBy: 'clock' },
    });
    expect(decide(history, turnAway())).toEqual([]);
    expect(fold(callsDecider, history)).toMatchObject({ current: null, closure: null });
  });

  it('is hung up on likewise where the answer was reported before', () => {
    const history = historyOf(called, consumerLeg('in_progress'), turnAway());
    expect(history.at(-1)).toMatchObject({ data: { hungUpBy: 'system', talkSeconds: 4 } });
  });

  it('is the machine that it is', () => {
    expect(historyOf(called, turnAway('machine')).at(-1)).toMatchObject({
      data: { disposition: 'machine', hungUpBy: 'system' },
    });
  });

  it('lasted for as long as the provider says', () => {
    const history = historyOf(called, turnAway());
    expect(decide(history, over)).toMatchObject([
      { type: 'TalkMeasured', data: { talkSeconds: 1 } },
    ]);
  });

  it('is not cut off who hears the script already', () => {
    expect(decide(historyOf(called, beginConversation()), turnAway())).toEqual([]);
  });
});
