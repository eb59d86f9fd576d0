import { describe, expect, it } from '@jest/globals';
import type { PostbackDeliveryEvent } from '#events/postbacks';
import { foldInMemory } from '#libs/read-db';
import {
  history,
  postbackAttemptFailed,
  postbackDelivered,
  postbackGivenUp,
  postbackRescheduled,
  postbackScheduled,
} from '#events/testing';
import { postbackDeliveriesProjection } from './index.js';

const after = (...events: PostbackDeliveryEvent[]) =>
  foldInMemory(postbackDeliveriesProjection, history(events))[0];

const pending = {
  ...{ tenantId: 'acme', deliveryId: 'delivery-1', targetId: 'target-1', leadId: 'lead-1' },
  ...{ callId: 'call-1', transferId: 'transfer-1', status: 'pending', attempts: 0 },
  ...{ scheduledAt: '2026-01-06T16:03:00.000Z', nextAttemptAt: '2026-01-06T16:03:00.000Z' },
  ...{ lastAttemptAt: null, lastFailure: null, lastStatus: null, lastBody: null },
  ...{ lastTookMs: null, givenUpReason: null, position: 100n, scheduledPosition: 100n },
  ...{ amountMinor: 3_000n, currency: 'USD' },
};
const failedOnce = {
  ...{ ...pending, attempts: 1, lastAttemptAt: '2026-01-06T16:03:01.000Z' },
  ...{ lastFailure: 'status', lastStatus: 503, lastBody: 'v1.data-key-3.answer' },
  ...{ lastTookMs: 84, nextAttemptAt: '2026-01-06T16:03:06.000Z', position: 200n },
};

describe('a delivery in the list', () => {
  it('is due from when it was scheduled', () => {
    expect(after(postbackScheduled())).toEqual(pending);
  });

  it('has no amount where its target is told none', () => {
    const { result } = postbackScheduled().data;
    const told = postbackScheduled({ result: { ...result, amountMinor: null, currency: null } });
    expect(after(told)).toMatchObject({ amountMinor: null, currency: null });
  });

  it('shows the last answer, and when it is tried again', () => {
    expect(after(postbackScheduled(), postbackAttemptFailed())).toEqual(failedOnce);
  });

  it('is over when it was taken', () => {
    const events = [postbackScheduled(), postbackAttemptFailed(), postbackDelivered()];
    expect(after(...events)).toMatchObject({
      ...{ status: 'delivered', attempts: 2, lastFailure: null, lastStatus: 200 },
      ...{ nextAttemptAt: null, givenUpReason: null, position: 300n },
    });
  });

  it('is over when it was given up, with the reason', () => {
    const refused = { status: 404, body: null, tookMs: 9 };
    const over = postbackGivenUp({ attempt: 1, reason: 'rejected', answer: refused });
    expect(after(postbackScheduled(), over)).toMatchObject({
      ...{ status: 'given_up', attempts: 1, lastFailure: 'status', lastStatus: 404 },
      ...{ lastBody: null, nextAttemptAt: null, givenUpReason: 'rejected' },
    });
  });

  it('is due again once somebody has it tried again', () => {
    const events = [postbackScheduled(), postbackAttemptFailed(), postbackGivenUp()];
    expect(after(...events, postbackRescheduled())).toMatchObject({
      ...{ status: 'pending', attempts: 2, lastStatus: 410, givenUpReason: null },
      ...{ nextAttemptAt: '2026-01-07T09:00:00.000Z', position: 400n },
    });
  });

  it('keeps the answer before when its target was removed and nothing was sent', () => {
    const over = postbackGivenUp({ failure: null, answer: null, reason: 'target_removed' });
    expect(after(postbackScheduled(), postbackAttemptFailed(), over)).toEqual({
      ...{ ...failedOnce, status: 'given_up', nextAttemptAt: null },
      ...{ givenUpReason: 'target_removed', position: 300n },
    });
  });
});
