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
  destinationLeg,
  foundIneligible,
  hearConsumer,
  historyOf,
  meeting,
  requestTransfer,
  someSettings,
  startCall,
  TRANSFER_ID,
} from './calls.fixtures.js';
import { type LeadStreamEvent } from './lead-calls.js';

const types = (events: readonly LeadStreamEvent[]) => events.map(({ type }) => type);
const stateOf = (history: readonly LeadStreamEvent[]) => fold(callsDecider, history);
const connect = (accepted: boolean | null = null, attempt = 1, seconds = 20): CallCommand => ({
  type: 'ConnectDestination',
  ...{ callId: CALL_ID, transferId: `${TRANSFER_ID}-${attempt}`, accepted, at: after(seconds) },
  consumer: { kind: 'there' },
});

const received = [aLead()];
const called = historyOf(received, startCall());
const talking = historyOf(called, consumerLeg('placed'), beginConversation());
const qualified = historyOf(talking, hearConsumer('yes'));
const transferring = historyOf(qualified, requestTransfer(), destinationLeg('placed'));
const answered = historyOf(transferring, destinationLeg('in_progress'));
const whispered = historyOf(answered, connect());
const bridged = historyOf(whispered, meeting());

describe('an eligible lead', () => {
  it('is called, with everything the permission rested on', () => {
    expect(decide(received, startCall())).toMatchObject([
      {
        type: 'CallAttempted',
        data: { callId: CALL_ID, attempt: 1, permission: { settingsVersion: 1 } },
      },
    ]);
  });

  it('is on one call at a time', () => {
    expect(decide(called, startCall({ callId: 'another' }))).toEqual([]);
  });

  it.each([
    ['not eligible', [aLead(), foundIneligible('suppressed')]],
    ['transferred', historyOf(bridged, consumerLeg('completed'))],
    ['opted out', historyOf(talking, optOut(), consumerLeg('completed'))],
    ['disqualified', historyOf(talking, hearConsumer('no'), consumerLeg('completed'))],
  ])('is not called once it is %s', (_, history) => {
    expect(decide(history, startCall({ callId: 'another', at: after(90_000) }))).toEqual([]);
  });

  it('waits while its number is suppressed or listed, and is checked again within the hour', () => {
    const dnc = startCall().dnc;
    const listed = { ...dnc, outcome: 'listed' as const, lists: ['national'] };
    const events = decide(received, startCall({ suppressionEntryId: 'entry', dnc: listed }));
    expect(events).toMatchObject([
      {
        type: 'DialDeferred',
        data: { obstacles: ['suppressed', 'dnc_listed'], nextAllowedAt: after(3_601) },
      },
    ]);
  });

  it('waits outside calling hours until they begin, and that is said once', () => {
    const night = startCall({ at: '2026-11-17T08:00:00.000Z' });
    const [deferred] = decide(received, night);
    expect(deferred).toMatchObject({
      type: 'DialDeferred',
      data: { obstacles: ['outside_calling_hours'], nextAllowedAt: '2026-11-17T15:00:00.000Z' },
    });
    const later = startCall({ at: '2026-11-17T09:00:00.000Z' });
    expect(decide(historyOf(received, night), later)).toEqual([]);
  });

  it('is given up after the last attempt, and at the end of its window', () => {
    const busy = historyOf(called, consumerLeg('busy'));
    const once = startCall({ settings: someSettings({ attemptsMax: 1 }), at: after(90_000) });
    expect(decide(busy, once)).toMatchObject([
      { type: 'LeadExhausted', data: { reason: 'attempts_exhausted', attempts: 1 } },
    ]);
    expect(decide(received, startCall({ at: after(30 * 24 * 3_600) }))).toMatchObject([
      { type: 'LeadExhausted', data: { reason: 'window_over' } },
    ]);
  });
});

describe('reports about the consumer’s leg', () => {
  it('move the call forward only, however often and in whatever order they come', () => {
    const reports = [
      consumerLeg('ringing'),
      consumerLeg('in_progress', { answeredBy: 'human' }),
      consumerLeg('completed', { durationSeconds: 30, at: after(40) }),
    ];
    const inOrder = historyOf(called, ...reports);
    expect(types(inOrder).slice(2)).toEqual([
      ...['CallPlaced', 'CallRang', 'CallAnswered', 'CallEnded'],
    ]);
    expect(historyOf(inOrder, ...reports)).toEqual(inOrder);
    const backwards = historyOf(called, ...reports.toReversed());
    expect(types(backwards).slice(2)).toEqual(types(inOrder).slice(2));
  });

  it.each(['busy', 'no_answer', 'failed', 'canceled'] as const)(
    'end an unanswered call as %s',
    (status) => {
      const history = historyOf(called, consumerLeg(status));
      expect(history.at(-1)).toMatchObject({
        type: 'CallEnded',
        data: { disposition: status, talkSeconds: 0, measuredBy: 'nothing' },
      });
      expect(stateOf(history)).toMatchObject({ current: null, closure: null });
    },
  );

  it('of another call change nothing', () => {
    expect(decide(talking, consumerLeg('completed', { providerCallId: 'CA9' }))).toEqual([]);
    expect(decide(talking, consumerLeg('completed', { callId: 'other' }))).toEqual([]);
  });
});

describe('an answered call', () => {
  it('is left alone when a machine answered', () => {
    const history = historyOf(called, beginConversation({ answeredBy: 'machine' }));
    expect(types(history).slice(2)).toEqual(['CallPlaced', 'CallRang', 'CallAnswered']);
    const over = historyOf(history, consumerLeg('completed', { durationSeconds: 3 }));
    expect(over.at(-1)).toMatchObject({ data: { disposition: 'machine', hungUpBy: 'system' } });
  });

  it('begins its script once', () => {
    expect(types(talking)).toContain('PrequalificationStarted');
    expect(decide(talking, beginConversation())).toEqual([]);
  });

  it('qualifies, disqualifies or asks for a call later, by what is answered', () => {
    expect(types(decide(talking, hearConsumer('yes')))).toEqual([
      ...['QuestionAnswered', 'LeadQualified'],
    ]);
    expect(decide(talking, hearConsumer('no')).at(-1)).toMatchObject({
      type: 'LeadDisqualified',
      data: { reason: 'not_interested', answers: { interested: 'no' } },
    });
    expect(decide(talking, hearConsumer('later')).at(-1)).toMatchObject({
      type: 'CallbackRequested',
      data: { callbackAt: after(3_610) },
    });
  });

  it('ends without result when nothing is said as often as the question is put', () => {
    const once = historyOf(talking, hearConsumer(null));
    expect(types(once).slice(-1)).toEqual(['QuestionAnswered']);
    const twice = historyOf(once, hearConsumer(null, { tries: 2 }));
    expect(twice.at(-1)).toMatchObject({
      type: 'PrequalificationAbandoned',
      data: { reason: 'no_input' },
    });
  });

  it('takes an answer once, also if the report comes again after the next question', () => {
    const once = historyOf(talking, hearConsumer(null));
    expect(decide(once, hearConsumer(null))).toEqual([]);
    expect(decide(once, hearConsumer('yes'))).toEqual([]);
  });

  it('hears an opt-out before anything else, and nobody calls again', () => {
    const history = historyOf(talking, optOut());
    expect(history.at(-1)).toMatchObject({
      type: 'ConsumerOptedOut',
      data: { words: 'stop calling', phoneHash: 'hash-1' },
    });
    expect(stateOf(history)).toMatchObject({ closure: 'opted_out' });
  });
});

describe('a qualified consumer', () => {
  it('is handed to one destination at a time', () => {
    expect(types(decide(qualified, requestTransfer()))).toEqual(['TransferRequested']);
    expect(decide(transferring, requestTransfer(2))).toEqual([]);
    expect(decide(talking, requestTransfer())).toEqual([]);
  });

  it.each([
    ['busy', 'busy'],
    ['no_answer', 'no_answer'],
    ['completed', 'declined'],
  ] as const)('may be handed to the next one when the first is %s', (status, reason) => {
    const history = historyOf(transferring, destinationLeg(status));
    expect(history.at(-1)).toMatchObject({ type: 'TransferFailed', data: { reason } });
    expect(types(decide(history, requestTransfer(2)))).toEqual(['TransferRequested']);
  });

  it('is not connected with a machine, nor with who declines', () => {
    const machine = destinationLeg('in_progress', { answeredBy: 'machine' });
    expect(types(decide(transferring, machine))).toEqual(['DestinationAnswered', 'TransferFailed']);
    expect(types(decide(answered, connect(false)))).toEqual(['WhisperPlayed', 'TransferFailed']);
  });

  it('is connected once, and the billable clock begins', () => {
    expect(types(decide(answered, connect(true)))).toEqual(['WhisperPlayed']);
    expect(types(decide(whispered, meeting()))).toEqual(['CallBridged']);
    expect(decide(bridged, connect(true))).toEqual([]);
    expect(decide(bridged, meeting())).toEqual([]);
  });

  it('who hangs up while waiting leaves a canceled transfer and an ended call', () => {
    const events = decide(transferring, consumerLeg('completed', { durationSeconds: 9 }));
    expect(events).toMatchObject([
      { type: 'TransferFailed', data: { reason: 'canceled' } },
      { type: 'CallEnded', data: { disposition: 'hung_up', estimate: null } },
    ]);
  });
});

describe('a bridged call', () => {
  it('is measured from the bridge on, whichever leg is reported first', () => {
    // Answered at 5 s, bridged at 20 s; the consumer’s leg lasted 105 s.
    const consumer = consumerLeg('completed', { durationSeconds: 105, at: after(111) });
    expect(decide(bridged, consumer)).toMatchObject([
      { data: { disposition: 'transferred', connectedSeconds: 90, talkSeconds: 105 } },
    ]);
    // The destination’s, answered at 14 s, lasted 96 s.
    const destination = destinationLeg('completed', { durationSeconds: 96, at: after(111) });
    const [ended] = decide(bridged, destination);
    expect(ended).toMatchObject({
      data: {
        ...{ connectedSeconds: 90, hungUpBy: 'destination', measuredBy: 'provider' },
        estimate: { amountMinor: 4_250, currency: 'USD', billable: true },
      },
    });
  });

  it('lasted for the consumer as long as the provider says, also when it says so later', () => {
    const destination = destinationLeg('completed', { durationSeconds: 96, at: after(111) });
    const over = historyOf(bridged, destination);
    const report = consumerLeg('completed', { durationSeconds: 104, at: after(112) });
    const measured = decide(over, report);
    expect(measured).toMatchObject([{ type: 'TalkMeasured', data: { talkSeconds: 104 } }]);
    const known = [...over, ...measured];
    expect(decide(known, report)).toEqual([]);
    expect(decide(known, { ...report, durationSeconds: 90 })).toEqual([]);
    expect(decide(over, { ...report, durationSeconds: null })).toEqual([]);
    expect(decide(over, { ...report, providerCallId: 'CA-other' })).toEqual([]);
    const first = historyOf(bridged, consumerLeg('completed', { durationSeconds: 105 }));
    expect(decide(first, report)).toEqual([]);
  });

  it('that was closed by the clock is measured when its report comes after all', () => {
    const lost = { type: 'CloseLostCall', callId: CALL_ID, at: after(200) } as const;
    const report = consumerLeg('completed', { durationSeconds: 104, at: after(260) });
    expect(decide(historyOf(bridged, lost), report)).toMatchObject([
      { type: 'TalkMeasured', data: { talkSeconds: 104 } },
    ]);
  });

  it('that was too short is worth nothing yet', () => {
    const short = consumerLeg('completed', { durationSeconds: 70, at: after(75) });
    expect(decide(bridged, short)).toMatchObject([
      { data: { connectedSeconds: 55, estimate: { amountMinor: 0, billable: false } } },
    ]);
  });

  it('of which nothing is heard any more is closed by the clock', () => {
    const lost = { type: 'CloseLostCall', callId: CALL_ID, at: after(200) } as const;
    expect(decide(bridged, lost)).toMatchObject([
      { data: { disposition: 'transferred', connectedSeconds: 180, measuredBy: 'clock' } },
    ]);
  });
});

function optOut(): CallCommand {
  return hearConsumer(null, {
    heard: { kind: 'opt_out', given: 'speech', words: 'stop calling' },
    personal: 'v1.data-key-1.said',
  });
}
