import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { fold } from '#libs/kernel';
import {
  type AttemptVerdict,
  postbackDeliveryDecider,
  type RecordAttempt,
  type ReschedulePostback,
} from './postback-delivery.decider.js';
import { type CallResult, type PostbackDeliveryEvent } from './postback-delivery.events.js';

const at = '2026-03-01T12:00:00.000Z';
const later = '2026-03-01T12:00:05.000Z';
const ids = { deliveryId: 'delivery-1', targetId: 'target-1' };
const result: CallResult = {
  ...{ leadId: 'lead-1', callId: 'call-1', transferId: 'transfer-1', mode: 'live' },
  ...{ source: null, destinationId: 'buyer-1', buyer: 'Bright', connectedSeconds: 95 },
  ...{ stage: 'over', reason: null },
  ...{ billable: true, amountMinor: 4_250, currency: 'USD', bridgedAt: at, endedAt: at },
};
const scheduled: PostbackDeliveryEvent = {
  type: 'PostbackScheduled',
  data: { ...ids, result, entryId: null, scheduledAt: at },
};
const answer = { status: 200, body: null, tookMs: 5 };

const delivered: AttemptVerdict = { kind: 'delivered' };
const retry: AttemptVerdict = { kind: 'retry', failure: 'timeout', nextAttemptAt: later };
const gone: AttemptVerdict = { kind: 'give_up', failure: 'status', reason: 'gone' };

const recorded = (attempt: number, verdict: AttemptVerdict): RecordAttempt => ({
  ...{ type: 'RecordAttempt', attempt, answer, verdict, at },
});

type Wish = RecordAttempt | ReschedulePostback;

/** What is in the log after commands, run one after the other. */
function after(...commands: readonly Wish[]): PostbackDeliveryEvent[] {
  return commands.reduce<PostbackDeliveryEvent[]>(
    (history, command) => {
      const state = fold(postbackDeliveryDecider, history);
      return [...history, ...postbackDeliveryDecider.decide(command, state)];
    },
    [scheduled],
  );
}

const typesAfter = (...commands: readonly Wish[]) => after(...commands).map(({ type }) => type);

describe('a delivery', () => {
  it('is decided on once', () => {
    const command = { type: 'SchedulePostback', ...scheduled.data } as const;
    expect(postbackDeliveryDecider.decide(command, fold(postbackDeliveryDecider, []))).toEqual([
      scheduled,
    ]);
    const again = postbackDeliveryDecider.decide(
      command,
      fold(postbackDeliveryDecider, [scheduled]),
    );
    expect(again).toEqual([]);
  });

  it('says when it is tried again', () => {
    expect(after(recorded(1, retry)).at(-1)).toEqual({
      type: 'PostbackAttemptFailed',
      data: {
        ...{ ...ids, attempt: 1, answer, failure: 'timeout' },
        ...{ nextAttemptAt: later, failedAt: at },
      },
    });
  });

  it('is over when it was taken, or given up', () => {
    expect(typesAfter(recorded(1, retry), recorded(2, delivered), recorded(3, delivered))).toEqual([
      ...['PostbackScheduled', 'PostbackAttemptFailed', 'PostbackDelivered'],
    ]);
    expect(typesAfter(recorded(1, gone), recorded(2, retry))).toEqual([
      ...['PostbackScheduled', 'PostbackGivenUp'],
    ]);
  });

  it('is tried again once however often that is asked for, and only if it was given up', () => {
    const again = { type: 'ReschedulePostback', at: later } as const;
    const over = after(recorded(1, retry), recorded(2, gone), again, again);
    expect(over.at(-1)).toEqual({
      ...{ type: 'PostbackRescheduled', data: { ...ids, attempts: 2, rescheduledAt: later } },
    });
    expect(over).toHaveLength(4);
    expect(after(again)).toEqual([scheduled]);
    expect(typesAfter(recorded(1, delivered), again).at(-1)).toBe('PostbackDelivered');
    expect(fold(postbackDeliveryDecider, over)).toMatchObject({
      ...{ status: 'pending', attempts: 2, earlierAttempts: 2, dueSince: later },
    });
  });

  it('has each attempt in the log once, in order, and nothing after its end', () => {
    const verdicts = fc.constantFrom(delivered, retry, gone);
    const commands = fc.array(
      fc.tuple(fc.integer({ min: 1, max: 6 }), verdicts).map((pair) => recorded(...pair)),
    );
    fc.assert(
      fc.property(commands, (made) => {
        const [, ...attempts] = after(...made);
        const numbers = attempts.map(({ data }) => 'attempt' in data && data.attempt);
        expect(numbers).toEqual(attempts.map((_, index) => index + 1));
        const ends = attempts.slice(0, -1).filter(({ type }) => type !== 'PostbackAttemptFailed');
        expect(ends).toEqual([]);
      }),
    );
  });
});
