import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { fold } from '#libs/kernel';
import { leadDecider, type LeadStreamEvent } from '#libs/leads';
import { foldInMemory } from '#libs/read-db';
import {
  aVerdict,
  callAnswered,
  callAttempted,
  callbackRequested,
  callBridged,
  callEnded,
  callPlaced,
  callRang,
  consentRecorded,
  consentRevoked,
  consumerOptedOut,
  destinationAnswered,
  destinationDialed,
  dialDeferred,
  history,
  leadDeduplicated,
  leadDisqualified,
  leadExhausted,
  leadFoundEligible,
  leadFoundIneligible,
  leadQualified,
  leadReceived,
  noDestinationFound,
  postbackDetached,
  postbackMatched,
  prequalificationAbandoned,
  prequalificationStarted,
  questionAnswered,
  revenueConfirmed,
  revenueReversed,
  revenueRevised,
  transferFailed,
  transferRequested,
  whisperPlayed,
} from '#events/testing';
import { leadListProjection } from './index.js';

const everyHappening = [
  ...[leadFoundEligible(), leadFoundIneligible(['suppressed']), consentRecorded()],
  ...[dialDeferred(), callAttempted(), callPlaced(), callRang(), callAnswered()],
  ...[prequalificationStarted(), questionAnswered(), leadQualified(), leadDisqualified()],
  ...[callbackRequested(), consumerOptedOut(), prequalificationAbandoned(), noDestinationFound()],
  ...[transferRequested(), destinationDialed(), destinationAnswered(), whisperPlayed()],
  ...[callBridged(), transferFailed(), leadExhausted(), callEnded()],
  ...[callEnded({ disposition: 'transferred' }), callEnded({ disposition: 'opted_out' })],
  ...[postbackMatched(), postbackDetached()],
  ...[revenueConfirmed(), revenueRevised(), revenueReversed()],
];

const after = (...events: readonly LeadStreamEvent[]) =>
  foldInMemory(leadListProjection, history(events));

describe('a lead in the list', () => {
  it('stands as it was judged at receipt', () => {
    expect(after(leadReceived())).toEqual([
      {
        tenantId: 'acme',
        leadId: 'lead-1',
        mode: 'live',
        status: 'new',
        eligible: true,
        progress: 'new',
        ineligibleReasons: [],
        source: 'my-webform',
        channel: 'api',
        state: 'TX',
        phoneHash: 'phone-1',
        personal: 'v1.data-key-1.sealed',
        receivedAt: '2026-01-05T11:59:59.000Z',
        updatedAt: '2026-01-05T12:00:00.000Z',
        duplicateCount: 0,
        lastDuplicateAt: null,
        callCount: 0,
        lastCallAt: null,
        revision: 0n,
        position: 100n,
      },
    ]);
  });

  it('carries its reasons while it is ineligible, and none afterwards', () => {
    const received = leadReceived({ verdict: aVerdict('consent_missing', 'suppressed') });
    expect(after(received)).toMatchObject([
      { status: 'ineligible', ineligibleReasons: ['consent_missing', 'suppressed'] },
    ]);
    const suppressed = [received, leadFoundIneligible(['suppressed'])] as const;
    expect(after(...suppressed)).toMatchObject([
      { status: 'ineligible', ineligibleReasons: ['suppressed'], revision: 1n, position: 200n },
    ]);
    expect(after(...suppressed, leadFoundEligible())).toMatchObject([
      { status: 'new', ineligibleReasons: [], revision: 2n, position: 300n },
    ]);
  });

  it('is ineligible from the instant its consent is revoked, for that and what else there was', () => {
    const received = leadReceived({ verdict: aVerdict('consent_missing', 'suppressed') });
    expect(after(received, consentRevoked())).toMatchObject([
      { status: 'ineligible', ineligibleReasons: ['consent_revoked', 'suppressed'], revision: 1n },
    ]);
    expect(after(leadReceived(), consentRevoked())).toMatchObject([
      { status: 'ineligible', ineligibleReasons: ['consent_revoked'] },
    ]);
  });

  it('that came without a verdict, as version 1, is not to be dialed before it has one', () => {
    const received = leadReceived({ verdict: null });
    expect(after(received)).toMatchObject([{ status: 'ineligible', ineligibleReasons: [] }]);
    expect(after(received, leadFoundEligible())).toMatchObject([{ status: 'new' }]);
  });

  it('counts its duplicates and stays as it is otherwise', () => {
    const [before] = after(leadReceived());
    const [lead] = after(
      leadReceived(),
      leadDeduplicated('2026-01-06T10:00:00.000Z'),
      leadDeduplicated('2026-01-07T10:00:00.000Z'),
    );
    expect(lead).toEqual({
      ...before,
      duplicateCount: 2,
      lastDuplicateAt: '2026-01-07T10:00:00.000Z',
      revision: 2n,
      position: 300n,
    });
  });

  it('notices that consent arrived', () => {
    expect(after(leadReceived(), consentRecorded())).toMatchObject([
      { status: 'new', revision: 1n },
    ]);
  });

  it('shows how often and when it was called, and that something happened', () => {
    const again = callAttempted({ attempt: 2, attemptedAt: '2026-01-07T16:00:00.000Z' });
    expect(after(leadReceived(), callAttempted(), callRang(), callEnded(), again)).toMatchObject([
      ...[{ status: 'dialing', callCount: 2, lastCallAt: '2026-01-07T16:00:00.000Z' }],
    ]);
    expect(after(leadReceived(), callAttempted(), callRang())).toMatchObject([
      ...[{ revision: 2n, position: 300n }],
    ]);
  });

  it('stands where the lead itself stands, whatever happens to it', () => {
    const happenings = fc.array(fc.constantFrom<LeadStreamEvent>(...everyHappening));
    fc.assert(
      fc.property(happenings, (events) => {
        const whole = [leadReceived(), ...events];
        const lead = fold(leadDecider, whole);
        if (lead.status === 'absent') throw new Error('It was received.');
        const { status, eligible, progress, calls: callCount, lastCallAt } = lead;
        expect(after(...whole)).toMatchObject([
          { status, eligible, progress, callCount, lastCallAt, revision: BigInt(events.length) },
        ]);
      }),
    );
  });

  it('is left out when it was erased, whatever else happens to it', () => {
    expect(after(leadFoundEligible(), leadDeduplicated('2026-01-06T10:00:00.000Z'))).toEqual([]);
  });
});
