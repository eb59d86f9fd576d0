import { describe, expect, it } from '@jest/globals';
import type { CallEvent } from '#events/calls';
import { foldInMemory } from '#libs/read-db';
import {
  callAnswered,
  callAttempted,
  callBridged,
  callEnded,
  callPlaced,
  callRang,
  consumerOptedOut,
  history,
  prequalificationStarted,
  talkMeasured,
  transferFailed,
  transferRequested,
} from '#events/testing';
import { callListProjection } from './index.js';

const after = (...events: CallEvent[]) => foldInMemory(callListProjection, history(events));

describe('a call in the list', () => {
  it('shows from the beginning what the call record must show', () => {
    expect(after(callAttempted())).toEqual([
      {
        ...{ tenantId: 'acme', callId: 'call-1', leadId: 'lead-1', mode: 'live', attempt: 1 },
        ...{ attemptedAt: '2026-01-06T16:00:00.000Z', provider: null, providerCallId: null },
        ...{ rangAt: null, answeredAt: null, answeredBy: null, greetedAt: null },
        ...{ bridgedAt: null, endedAt: null },
        ...{ disposition: null, talkSeconds: null, hungUpBy: null, transferAttempts: 0 },
        ...{ transferId: null, destinationId: null, destinationName: null, transferNumber: null },
        ...{ connectedSeconds: null, estimatedMinor: null, currency: null, billable: null },
        ...{ scriptId: 'script-1', scriptVersion: 1, telemarketer: 'Acme Calls' },
        ...{ seller: 'Acme Solar', offering: 'solar panels', calledParty: 'consumer' },
        ...{ prerecorded: true, callingNumber: '+15125550100', callerIdName: 'ACME' },
        ...{ callerIdAuthorisation: 'own', calledNumberHash: 'phone-1', position: 100n },
      },
    ]);
  });

  it('shows its way to the buyer, and what it is worth', () => {
    const estimate = { amountMinor: 3_000, currency: 'USD', billable: true, rule: 'fixed' };
    const second = { transferId: 'transfer-2', destinationId: 'buyer-2', attempt: 2 };
    const { transferId, destinationId } = second;
    const [call] = after(
      ...[callAttempted(), callPlaced(), callRang(), callAnswered(), prequalificationStarted()],
      ...[transferRequested(), transferFailed(), transferRequested(second)],
      callBridged({ transferId, destinationId, partyName: 'Sunny' }),
      callEnded({
        ...{ disposition: 'transferred', transferId, talkSeconds: 150, connectedSeconds: 120 },
        estimate,
      }),
    );
    expect(call).toMatchObject({
      ...{ provider: 'twilio', providerCallId: 'CA1', rangAt: '2026-01-06T16:00:02.000Z' },
      ...{ answeredAt: '2026-01-06T16:00:10.000Z', answeredBy: 'human', transferAttempts: 2 },
      greetedAt: prequalificationStarted().data.startedAt,
      ...{ transferId, destinationId, destinationName: 'Sunny', transferNumber: '+15125550200' },
      ...{ bridgedAt: '2026-01-06T16:00:35.000Z', endedAt: '2026-01-06T16:00:15.000Z' },
      ...{ disposition: 'transferred', talkSeconds: 150, connectedSeconds: 120 },
      ...{ estimatedMinor: 3_000n, currency: 'USD', billable: true, position: 1_000n },
    });
  });

  it('names the destination tried last, and no number where nobody was connected', () => {
    const ended = callEnded({ disposition: 'not_transferred' });
    expect(after(callAttempted(), transferRequested(), transferFailed(), ended)).toMatchObject([
      ...[
        { destinationId: 'buyer-1', transferNumber: null, bridgedAt: null, estimatedMinor: null },
      ],
    ]);
  });

  it('lasted as long as the provider says in the end', () => {
    expect(after(callAttempted(), callAnswered(), callEnded(), talkMeasured())).toMatchObject([
      { talkSeconds: 7, disposition: 'hung_up' },
    ]);
  });

  it('came to an opt-out that was heard of only after its end, unless it had its result', () => {
    const [call] = after(callAttempted(), callAnswered(), callEnded(), consumerOptedOut());
    expect(call).toMatchObject({ disposition: 'opted_out', hungUpBy: 'consumer', position: 400n });
    for (const disposition of ['transferred', 'machine'] as const) {
      const ended = callEnded({ disposition });
      expect(after(callAttempted(), ended, consumerOptedOut())).toMatchObject([{ disposition }]);
    }
    expect(after(callAttempted(), consumerOptedOut())).toMatchObject([{ disposition: null }]);
  });

  it('is one of several to a lead', () => {
    const calls = after(
      ...[callAttempted(), callEnded(), callAttempted({ callId: 'call-2', attempt: 2 })],
    );
    expect(calls).toMatchObject([{ disposition: 'hung_up' }, { attempt: 2, disposition: null }]);
  });
});
