import { describe, expect, it } from '@jest/globals';
import type { CallEvent } from '#events/calls';
import { foldInMemory } from '#libs/read-db';
import {
  callAttempted,
  callBridged,
  callEnded,
  destinationAnswered,
  destinationDialed,
  history,
  transferFailed,
  transferRequested,
  whisperPlayed,
} from '#events/testing';
import { transferMatchingProjection } from './index.js';

const after = (...events: CallEvent[]) => foldInMemory(transferMatchingProjection, history(events));

const requested = {
  ...{ tenantId: 'acme', transferId: 'transfer-1', leadId: 'lead-1', callId: 'call-1' },
  ...{ consumerHash: 'phone-1', presentedCallerId: null, destinationId: 'buyer-1' },
  ...{ destinationName: 'Bright Solar', status: 'requested', failure: null },
  ...{ requestedAt: '2026-01-06T16:00:25.000Z', dialedAt: null, answeredAt: null },
  ...{ bridgedAt: null, endedAt: null, anchorAt: '2026-01-06T16:00:25.000Z' },
  ...{ connectedSeconds: null, estimatedMinor: null, currency: null, billable: null },
  position: 100n,
};

describe('a transfer', () => {
  it('can be matched from the moment it was requested', () => {
    expect(after(transferRequested())).toEqual([requested]);
  });

  it('is compared by when it was bridged, or else dialed, or else requested', () => {
    const dialed = [transferRequested(), destinationDialed()];
    expect(after(...dialed)).toMatchObject([
      { status: 'dialing', anchorAt: '2026-01-06T16:00:26.000Z' },
    ]);
    expect(after(...dialed, destinationAnswered(), whisperPlayed())).toMatchObject([
      { status: 'whispering', anchorAt: '2026-01-06T16:00:26.000Z' },
    ]);
    expect(after(...dialed, destinationAnswered(), callBridged())).toMatchObject([
      { status: 'bridged', anchorAt: '2026-01-06T16:00:35.000Z' },
    ]);
  });

  it('does not go back where news of the provider arrives late', () => {
    const late = [transferRequested(), destinationAnswered(), callBridged(), destinationDialed()];
    expect(after(...late)).toMatchObject([
      { status: 'bridged', anchorAt: '2026-01-06T16:00:35.000Z' },
    ]);
  });

  it('is worth what its call came to when that is over', () => {
    const estimate = { amountMinor: 3_000, currency: 'USD', billable: true, rule: 'fixed' };
    const ended = callEnded({ transferId: 'transfer-1', connectedSeconds: 120, estimate });
    expect(after(transferRequested(), callBridged(), ended)).toMatchObject([
      {
        ...{ status: 'ended', endedAt: '2026-01-06T16:00:15.000Z', connectedSeconds: 120 },
        ...{ estimatedMinor: 3_000n, currency: 'USD', billable: true },
        anchorAt: '2026-01-06T16:00:35.000Z',
      },
    ]);
  });

  it('that failed says why, and the next one of the call is another', () => {
    const second = { transferId: 'transfer-2', attempt: 2, destinationId: 'buyer-2' };
    const failed = { status: 'failed', failure: 'busy', endedAt: '2026-01-06T16:00:30.000Z' };
    const both = after(
      ...[callAttempted(), transferRequested(), transferFailed(), transferRequested(second)],
      ...[callBridged(second), callEnded({ transferId: 'transfer-2' })],
    );
    expect(both).toMatchObject([failed, { status: 'ended', destinationId: 'buyer-2' }]);
  });

  it('is left as it is by a call that ended without one', () => {
    expect(after(transferRequested(), callEnded())).toEqual([requested]);
  });
});
