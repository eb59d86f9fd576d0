import { fold } from '#libs/kernel';
import { foldInMemory } from '#libs/read-db';
import { history } from '#events/testing';
import { dialQueueProjection } from '#projections/dial-queue';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type CallCommand } from './calls.commands.js';
import { callsDecider } from './calls.decider.js';
import {
  after,
  aLead,
  beginConversation,
  CALL_ID,
  consumerLeg,
  hearConsumer,
  historyOf,
  requestTransfer,
  startCall,
} from './calls.fixtures.js';
import { type LeadStreamEvent } from './lead-calls.js';

const SECOND = '44444444-4444-5444-8444-444444444444';
/** After the hour that the consumer asked for. */
const LATER = 4_000;

/** How a call goes that begins so many seconds after the lead was received, step by step. */
function steps(callId: string, from: number): fc.Arbitrary<CallCommand[]> {
  const at = after(from + 1);
  const leg = { callId, providerCallId: null, at };
  const status = fc.constantFrom(
    ...(['placed', 'ringing', 'in_progress', 'completed'] as const),
    ...(['busy', 'no_answer', 'failed', 'canceled'] as const),
  );
  const answer = fc.record({
    value: fc.constantFrom('yes', 'no', 'later', 'later'),
    given: fc.constantFrom('key', 'speech'),
  });
  const said = answer.map(({ value, given }) =>
    hearConsumer(null, { callId, heard: { kind: 'answer', value, given }, at }),
  );
  const ids = { callId, providerCallId: 'CA1', at };
  const step = fc.oneof(
    { weight: 3, arbitrary: status.map((one) => consumerLeg(one, leg)) },
    { weight: 3, arbitrary: fc.constant(beginConversation({ ...ids, answeredBy: null })) },
    { weight: 3, arbitrary: said },
    fc.constant<CallCommand>({ type: 'RecogniseAnswerer', ...ids, answeredBy: 'machine' }),
    fc.constant(requestTransfer(1, { callId, at })),
    fc.constant<CallCommand>({ type: 'CloseLostCall', callId, at }),
    // On this call, or on the one before, of which it is heard only now.
    fc.constantFrom(callId, CALL_ID).map((id) =>
      hearConsumer(null, {
        callId: id,
        heard: { kind: 'opt_out', given: 'key', words: '9' },
        at,
      }),
    ),
  );
  const rings = fc.boolean().map((so) => (so ? [consumerLeg('ringing', leg)] : []));
  return fc
    .tuple(rings, fc.array(step, { maxLength: 4 }))
    .map(([first, others]) => [...first, ...others]);
}

const ends = (callId: string, from: number) =>
  fc.constantFrom<CallCommand>(
    consumerLeg('completed', { callId, durationSeconds: 30, at: after(from + 2) }),
    consumerLeg('canceled', { callId, at: after(from + 2) }),
    { type: 'CloseLostCall', callId, at: after(from + 2) },
  );
const call = (callId: string, from: number) =>
  fc
    .tuple(steps(callId, from), ends(callId, from))
    .map(([way, end]) => [startCall({ callId, at: after(from) }), ...way, end]);

const asksForAnother: CallCommand[] = [beginConversation(), hearConsumer('later')];
const twoCalls = fc
  .tuple(fc.boolean(), call(CALL_ID, 1), call(SECOND, LATER))
  .map(([asks, [start, ...first], second]) =>
    historyOf([aLead()], start!, ...(asks ? asksForAnother : []), ...first, ...second),
  );

const rowOf = (events: readonly LeadStreamEvent[]) =>
  foldInMemory(dialQueueProjection, history(events))[0];
const leadOf = (events: readonly LeadStreamEvent[]) => {
  const lead = fold(callsDecider, events);
  return lead.status === 'absent' ? null : lead;
};

describe('the dial queue', () => {
  it('knows of every lead what its stream knows: what it waits for, and why it is closed', () => {
    fc.assert(
      fc.property(twoCalls, (events) => {
        for (const [index, { type }] of events.entries()) {
          if (type !== 'CallEnded' && type !== 'ConsumerOptedOut') continue;
          const until = events.slice(0, index + 1);
          const { callbackAt, closure, current } = leadOf(until)!;
          const currentCallId = current?.callId ?? null;
          expect(rowOf(until)).toMatchObject({ callbackAt, closure, currentCallId });
        }
      }),
      { numRuns: 500 },
    );
  });

  it('is held against calls that were asked for, and came to nothing in every way', () => {
    const seen = new Set<unknown>();
    fc.assert(
      fc.property(twoCalls, (events) => {
        const second = events.findLast(({ type }) => type === 'CallEnded');
        const wasAsked = events.some(({ type }) => type === 'CallbackRequested');
        if (second?.type !== 'CallEnded' || second.data.callId !== SECOND || !wasAsked) return;
        const hasRung = events.some(
          ({ type, data }) => type === 'CallRang' && 'callId' in data && data.callId === SECOND,
        );
        seen.add(`${second.data.disposition}${hasRung ? ' after it rang' : ''}`);
      }),
      { numRuns: 500 },
    );
    expect([...seen]).toEqual(
      expect.arrayContaining(['lost', 'canceled', 'canceled after it rang']),
    );
  });
});
