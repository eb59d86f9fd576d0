import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type CallCommand } from './calls.commands.js';
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
import { legEndOf } from './leg-end.js';
import { type LeadStreamEvent } from './lead-calls.js';

/** Seconds after the lead was received at which things are taken in. */
interface Instants {
  readonly consumerAnswer: number;
  readonly destinationAnswer: number;
  readonly bridge: number;
}

const connect = (seconds: number): CallCommand => ({
  type: 'ConnectDestination',
  ...{ callId: CALL_ID, transferId: `${TRANSFER_ID}-1`, accepted: true },
  ...{ consumer: { kind: 'there' }, at: after(seconds) },
});

/** A call that is bridged; the consumer was dialed at 1 s. */
const bridgedAt = ({ consumerAnswer, destinationAnswer, bridge }: Instants): LeadStreamEvent[] =>
  historyOf(
    [aLead()],
    startCall(),
    beginConversation({ at: after(consumerAnswer) }),
    hearConsumer('yes', { at: after(consumerAnswer) }),
    requestTransfer(1, { at: after(consumerAnswer) }),
    destinationLeg('in_progress', { at: after(destinationAnswer) }),
    connect(bridge),
    meeting({ at: after(bridge) }),
  );

describe('the end of a leg', () => {
  const leg = { askedAt: after(10), answeredAt: after(14), at: after(81) };

  it('is so long after its answer as the provider says', () => {
    expect(legEndOf({ ...leg, durationSeconds: 60 })).toBe(after(74));
  });

  it('is never after it was known, though the answer was taken in late', () => {
    expect(legEndOf({ ...leg, answeredAt: after(34), durationSeconds: 67 })).toBe(after(81));
  });

  it('is as the provider says where its clock is faster than ours', () => {
    expect(legEndOf({ ...leg, durationSeconds: 90 })).toBe(after(104));
  });

  it('is known as well where the provider rounds up', () => {
    const long = { ...leg, askedAt: after(14), durationSeconds: 68 };
    expect(legEndOf(long)).toBe(after(81));
  });
});

describe('a destination whose answer was taken in late', () => {
  it('talked no longer than from the bridge to the end, and is not paid for more', () => {
    // It picked up at 14 s, which was known at 34 s, and was on the line until 81 s.
    const bridged = bridgedAt({ consumerAnswer: 5, destinationAnswer: 34, bridge: 36 });
    const report = destinationLeg('completed', { durationSeconds: 67, at: after(81) });
    expect(decide(bridged, report)).toMatchObject([
      {
        type: 'CallEnded',
        data: { connectedSeconds: 45, estimate: { amountMinor: 0, billable: false } },
      },
    ]);
  });

  it('is not taken to have stayed for long after the whisper where it left soon', () => {
    const history = bridgedAt({ consumerAnswer: 5, destinationAnswer: 34, bridge: 36 });
    const whispered = history.filter(({ type }) => type !== 'CallBridged');
    const report = destinationLeg('completed', { durationSeconds: 30, at: after(44) });
    expect(decide(whispered, report)).toMatchObject([
      { type: 'TransferFailed', data: { reason: 'declined' } },
    ]);
  });
});

describe('whenever answers and ends are taken in', () => {
  const wait = fc.integer({ min: 0, max: 120 });
  const waits = fc.record({
    rings: wait,
    answerLate: wait,
    joins: wait,
    talks: wait,
    endLate: wait,
  });

  it('consumer and destination talked no longer than from the bridge to the end', () => {
    fc.assert(
      fc.property(waits, fc.boolean(), ({ rings, answerLate, joins, talks, endLate }, isOurs) => {
        const answer = 5 + rings;
        const known = answer + answerLate;
        const bridge = known + joins;
        const bridged = isOurs
          ? bridgedAt({ consumerAnswer: known, destinationAnswer: known, bridge })
          : bridgedAt({ consumerAnswer: 5, destinationAnswer: known, bridge });
        const leg = isOurs ? consumerLeg : destinationLeg;
        const durationSeconds = bridge + talks - answer;
        const at = after(bridge + talks + endLate);
        const [ended] = decide(bridged, leg('completed', { durationSeconds, at }));
        if (ended?.type !== 'CallEnded') throw new Error('The call is not over.');
        expect(ended.data.connectedSeconds).toBeGreaterThanOrEqual(talks);
        expect(ended.data.connectedSeconds).toBeLessThanOrEqual(talks + endLate);
      }),
    );
  });
});
