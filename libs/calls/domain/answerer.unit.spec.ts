import { describe, expect, it } from '@jest/globals';
import { fold } from '#libs/kernel';
import { type CallCommand, type HearConsumer } from './calls.commands.js';
import { callsDecider } from './calls.decider.js';
import {
  after,
  aLead,
  aScript,
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
import { answersOf, type CallableLead, type LeadStreamEvent } from './lead-calls.js';

const types = (events: readonly LeadStreamEvent[]) => events.map(({ type }) => type);
const stateOf = (history: readonly LeadStreamEvent[]) => fold(callsDecider, history);
const connect = (): CallCommand => ({
  type: 'ConnectDestination',
  ...{ callId: CALL_ID, transferId: `${TRANSFER_ID}-1`, accepted: null, at: after(20) },
  consumer: { kind: 'there' },
});

const called = historyOf([aLead()], startCall());
const talking = historyOf(called, consumerLeg('placed'), beginConversation());
const answered = historyOf(
  talking,
  ...[hearConsumer('yes'), requestTransfer()],
  ...[destinationLeg('placed'), destinationLeg('in_progress')],
);
const bridged = historyOf(answered, connect(), meeting());
const recognise = (answeredBy: 'human' | 'machine', seconds = 12): CallCommand => ({
  type: 'RecogniseAnswerer',
  ...{ callId: CALL_ID, providerCallId: 'CA1', answeredBy, at: after(seconds) },
});
const spoken = (value: string, overrides: Partial<HearConsumer> = {}) =>
  hearConsumer(null, { heard: { kind: 'answer', value, given: 'speech' }, ...overrides });
const unheard = historyOf(called, beginConversation({ answeredBy: null }));

describe('who answered', () => {
  it('is often told after the answer itself, and then counts', () => {
    const unknown = historyOf(called, consumerLeg('in_progress'));
    const told = decide(unknown, beginConversation({ answeredBy: 'machine' }));
    expect(told).toMatchObject([{ type: 'AnswererRecognised', data: { answeredBy: 'machine' } }]);
    const person = decide(unknown, beginConversation({ answeredBy: 'human' }));
    expect(types(person)).toEqual(['AnswererRecognised', 'PrequalificationStarted']);
    const over = historyOf([...unknown, ...told], consumerLeg('completed', { durationSeconds: 3 }));
    expect(over.at(-1)).toMatchObject({ data: { disposition: 'machine' } });
  });

  it.each([
    ['two questions', { interested: 'yes', owner: 'no' }, 'unknown'],
    ['one question, as a greeting may', { interested: 'yes' }, 'machine'],
  ])(
    'is told by the answers an agent was given, to %s, which count for routing',
    (_, answers, by) => {
      const conclude: CallCommand = {
        type: 'ConcludeConversation',
        ...{
          callId: CALL_ID,
          answers,
          result: { kind: 'qualified' },
          personal: null,
          at: after(10),
        },
      };
      const concluded = historyOf(unheard, conclude);
      const { current } = stateOf(historyOf(concluded, recognise('machine'))) as CallableLead;
      expect(current?.answeredBy).toBe(by);
      expect(current === null ? {} : answersOf(current)).toEqual(answers);
    },
  );

  it('is a person where nobody can tell', () => {
    const unknown = historyOf(called, consumerLeg('in_progress'));
    expect(types(decide(unknown, beginConversation({ answeredBy: null })))).toEqual([
      'PrequalificationStarted',
    ]);
  });

  it('is a machine whatever its greeting was taken for, and the consumer was not reached', () => {
    for (const value of ['yes', 'no', 'later']) {
      const heard = historyOf(unheard, spoken(value));
      expect(types(heard)).toEqual(expect.not.arrayContaining(['AnswererRecognised']));
      const told = historyOf(heard, recognise('machine'));
      expect(types(told).at(-1)).toBe('AnswererRecognised');
      expect(decide(told, requestTransfer())).toEqual([]);
      const over = historyOf(told, consumerLeg('completed', { durationSeconds: 9 }));
      expect(over.at(-1)).toMatchObject({ data: { disposition: 'machine', hungUpBy: 'system' } });
      expect(stateOf(over)).toMatchObject({ closure: null, callbackAt: null });
    }
  });

  it('is a person who pressed a key, or answered two questions', () => {
    expect(decide(historyOf(unheard, hearConsumer('yes')), recognise('machine'))).toEqual([]);
    const [question] = aScript().questions;
    const script = aScript({ questions: [question!, { ...question!, id: 'insured' }] });
    const first = historyOf(unheard, spoken('yes', { script }));
    expect(types(decide(first, recognise('machine')))).toEqual(['AnswererRecognised']);
    const second = historyOf(first, spoken('yes', { script, questionId: 'insured' }));
    expect(decide(second, recognise('machine'))).toEqual([]);
  });

  it('is never handed to a destination once it is a machine, however far that has got', () => {
    const machine = recognise('machine', 15);
    const waits = historyOf(
      unheard,
      spoken('yes'),
      requestTransfer(),
      destinationLeg('in_progress'),
    );
    expect(types(decide(historyOf(waits, machine), connect()))).toEqual([
      ...['WhisperPlayed', 'TransferFailed'],
    ]);
    const sent = historyOf(waits, connect());
    expect(decide(historyOf(sent, machine), meeting())).toEqual([]);
    expect(decide(historyOf(sent, meeting()), machine)).toEqual([]);
  });

  it('is a machine that wants no more calls only if it says so', () => {
    const machine = historyOf(unheard, recognise('machine'));
    const opts = (words: string, given: 'key' | 'speech' = 'speech') =>
      types(decide(machine, hearConsumer(null, { heard: { kind: 'opt_out', given, words } })));
    expect(['cancel', 'end', 'stop', '9'].flatMap((words) => opts(words))).toEqual([]);
    expect(opts('stop calling')).toEqual(['ConsumerOptedOut']);
    expect(opts('9', 'key')).toEqual(['ConsumerOptedOut']);
    const yet = hearConsumer(null, {
      heard: { kind: 'opt_out', given: 'speech', words: 'cancel' },
    });
    expect(types(decide(unheard, yet))).toEqual(['ConsumerOptedOut']);
  });

  it('keeps a destination from being connected that turns out to be a machine', () => {
    const late = destinationLeg('in_progress', { answeredBy: 'machine' });
    expect(types(decide(answered, late))).toEqual(['AnswererRecognised', 'TransferFailed']);
    expect(decide(bridged, late)).toMatchObject([{ type: 'AnswererRecognised' }]);
  });
});
