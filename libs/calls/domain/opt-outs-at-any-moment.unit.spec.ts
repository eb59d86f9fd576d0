import { describe, expect, it } from '@jest/globals';
import { fold } from '#libs/kernel';
import { type CallCommand, type HearConsumer } from './calls.commands.js';
import { callsDecider } from './calls.decider.js';
import {
  after,
  aLead,
  beginConversation,
  CALL_ID,
  consumerLeg,
  decide,
  destinationLeg,
  hearConsumer,
  historyOf,
  meeting,
  requestTransfer,
  startCall,
  TRANSFER_ID,
} from './calls.fixtures.js';
import { type CallableLead, type LeadStreamEvent } from './lead-calls.js';

const SECOND = '44444444-4444-5444-8444-444444444444';
const types = (events: readonly LeadStreamEvent[]) => events.map(({ type }) => type);
const stateOf = (history: readonly LeadStreamEvent[]) =>
  fold(callsDecider, history) as CallableLead;
const says = (words: string, more: Partial<HearConsumer> = {}) =>
  hearConsumer(null, { heard: { kind: 'opt_out', given: 'speech', words }, ...more });
const agentSays = (words: string): CallCommand => ({
  type: 'ConcludeConversation',
  ...{ callId: CALL_ID, answers: {}, personal: null, at: after(30) },
  result: { kind: 'opt_out', words },
});
const agentFails: CallCommand = { ...agentSays(''), result: { kind: 'failed' } } as CallCommand;
const recognise = (answeredBy: 'human' | 'machine'): CallCommand => ({
  type: 'RecogniseAnswerer',
  ...{ callId: CALL_ID, providerCallId: 'CA1', answeredBy, at: after(7) },
});
const connect: CallCommand = {
  type: 'ConnectDestination',
  ...{ callId: CALL_ID, transferId: `${TRANSFER_ID}-1`, accepted: null, at: after(20) },
  consumer: { kind: 'there' },
};

const called = historyOf([aLead()], startCall());
const unheard = historyOf(called, beginConversation({ answeredBy: null }));
const talking = historyOf(called, beginConversation());
const qualified = historyOf(talking, hearConsumer('yes'));
const ringing = historyOf(qualified, requestTransfer(), destinationLeg('in_progress'));
const sent = historyOf(ringing, connect);
const bridged = historyOf(sent, meeting());
const over = consumerLeg('completed', { durationSeconds: 9, at: after(25) });

describe('an opt-out counts', () => {
  it.each([
    ['before the script began', historyOf(called, consumerLeg('in_progress'))],
    ['while the script runs', talking],
    ['after the consumer was disqualified', historyOf(talking, hearConsumer('no'))],
    ['after they asked to be called later', historyOf(talking, hearConsumer('later'))],
    ['after the agent was taken to have failed', historyOf(talking, agentFails)],
    ['while they wait for a destination', qualified],
    ['while one rings for them', ringing],
    ['while they talk to one', bridged],
    ['after they hung up', historyOf(talking, over)],
    ['after the talk with a destination', historyOf(bridged, over)],
    [
      'after the call was given up as lost',
      historyOf(talking, { type: 'CloseLostCall', callId: CALL_ID, at: after(25) }),
    ],
  ])('%s, from the consumer and from an agent, once', (_, history) => {
    for (const wish of [says('stop', { at: after(30) }), agentSays('stop calling')]) {
      const heard = decide(history, wish);
      expect(heard).toMatchObject([
        { type: 'ConsumerOptedOut', data: { callId: CALL_ID, phoneHash: 'hash-1' } },
      ]);
      const known = [...history, ...heard];
      expect(stateOf(known)).toMatchObject({ closure: 'opted_out' });
      expect([...decide(known, wish), ...decide(known, agentSays('stop'))]).toEqual([]);
      const later = historyOf(known, over);
      expect(decide(later, wish)).toEqual([]);
      expect(decide(later, startCall({ callId: SECOND, at: after(90_000) }))).toEqual([]);
    }
  });

  it('on an earlier call, while the consumer is on another one', () => {
    const again = historyOf(
      [...historyOf(talking, over)],
      startCall({ callId: SECOND, at: after(4_000) }),
      beginConversation({ callId: SECOND, providerCallId: 'CA5', at: after(4_005) }),
      hearConsumer('yes', { callId: SECOND, at: after(4_010) }),
    );
    const known = historyOf(again, says('stop', { at: after(4_020) }));
    expect(known.at(-1)).toMatchObject({ type: 'ConsumerOptedOut', data: { callId: CALL_ID } });
    expect(stateOf(known).current).toMatchObject({ callId: SECOND, prequalification: 'qualified' });
    const next = requestTransfer(1, { callId: SECOND, at: after(4_021) });
    expect(types(decide(known, next))).toEqual(['NoDestinationFound']);
  });

  it('not on a call that never was, nor otherwise than as one', () => {
    expect(decide(talking, says('stop', { callId: SECOND }))).toEqual([]);
    const ended = historyOf(talking, over);
    expect(decide(ended, hearConsumer('yes'))).toEqual([]);
    expect(decide(ended, agentFails)).toEqual([]);
  });
});

describe('who opted out', () => {
  it('is handed to nobody any more, and told so', () => {
    const waits = historyOf(qualified, says('stop'));
    expect(types(decide(waits, requestTransfer()))).toEqual(['NoDestinationFound']);
    expect(types(decide(historyOf(ringing, says('stop')), connect))).toEqual([
      ...['WhisperPlayed', 'TransferFailed'],
    ]);
    const declined = historyOf(sent, says('stop'), destinationLeg('completed'));
    expect(types(decide(declined, requestTransfer(2)))).toEqual(['NoDestinationFound']);
  });

  it('is not torn from a destination they are with, and hangs up themselves', () => {
    const met = historyOf(sent, says('stop'), meeting());
    for (const history of [met, historyOf(bridged, says('stop'))]) {
      expect(decide(history, over)).toMatchObject([
        { data: { disposition: 'transferred', hungUpBy: 'consumer' } },
      ]);
      expect(stateOf(historyOf(history, over))).toMatchObject({ closure: 'opted_out' });
    }
  });

  it('is not begun to be spoken to, though the consent is not yet taken back', () => {
    const ended = historyOf(talking, over);
    const again = historyOf(ended, startCall({ callId: SECOND, at: after(4_000) }));
    const known = historyOf(again, says('stop', { at: after(4_001) }));
    const begin = beginConversation({ callId: SECOND, providerCallId: 'CA5', at: after(4_002) });
    expect(types(decide(known, begin))).toEqual(['CallPlaced', 'CallRang', 'CallAnswered']);
  });
});

describe('of a machine, after the call as during it,', () => {
  const gone = historyOf(unheard, over);
  const machine = historyOf(unheard, recognise('machine'), over);

  it('only a phrase that names calls is an opt-out', () => {
    expect(decide(machine, says('cancel'))).toEqual([]);
    expect(types(decide(machine, says('stop calling')))).toEqual(['ConsumerOptedOut']);
    expect(types(decide(machine, agentSays('stop')))).toEqual(['ConsumerOptedOut']);
  });

  it('the same holds where it is found out only then, unless it had proved to be a person', () => {
    const answeredBy = 'machine' as const;
    expect(decide(gone, says('cancel', { answeredBy }))).toEqual([]);
    expect(types(decide(gone, says('stop calling', { answeredBy })))).toEqual(['ConsumerOptedOut']);
    expect(types(decide(gone, says('cancel')))).toEqual(['ConsumerOptedOut']);
    const pressed = historyOf(unheard, hearConsumer(null), hearConsumer('yes', { tries: 2 }), over);
    expect(types(decide(pressed, says('cancel', { answeredBy })))).toEqual(['ConsumerOptedOut']);
  });

  it('a destination is not paid for that was sent to it, though it said stop calling', () => {
    const yes = hearConsumer(null, { heard: { kind: 'answer', value: 'yes', given: 'speech' } });
    const way = historyOf(unheard, yes, requestTransfer(), destinationLeg('in_progress'), connect);
    const heard = historyOf(way, recognise('machine'), says('stop calling'));
    expect(types(heard).at(-1)).toBe('ConsumerOptedOut');
    expect(decide(heard, meeting())).toEqual([]);
  });
});
