import { describe, expect, it } from '@jest/globals';
import type { CallEvent } from '#events/calls';
import type { RevenueEvent } from '#events/revenue';
import { foldInMemory } from '#libs/read-db';
import {
  aTransferReport,
  callBridged,
  callEnded,
  destinationDialed,
  history,
  postbackDetached,
  postbackMatched,
  revenueConfirmed,
  revenueReversed,
  revenueRevised,
  transferFailed,
  transferRequested,
} from '#events/testing';
import { transferRevenueProjection } from './index.js';

const after = (...events: (CallEvent | RevenueEvent)[]) =>
  foldInMemory(transferRevenueProjection, history(events))[0];

const ended = (billable = true) =>
  callEnded({
    ...{ disposition: 'transferred', transferId: 'transfer-1', connectedSeconds: 120 },
    estimate: { amountMinor: 3_000, currency: 'USD', billable, rule: 'fixed' },
  });
const call = [transferRequested(), destinationDialed(), callBridged(), ended()];
const matched = (report: Parameters<typeof aTransferReport>[0]) =>
  postbackMatched({ report: aTransferReport(report) });

describe('the revenue of a transfer', () => {
  it('is unknown when it is requested', () => {
    const { requestedAt } = transferRequested().data;
    const recordedAt = history([transferRequested()])[0]?.recordedAt.toISOString();
    expect(after(transferRequested())).toEqual({
      ...{ tenantId: 'acme', transferId: 'transfer-1', leadId: 'lead-1', callId: 'call-1' },
      ...{ mode: 'live', source: 'my-webform', campaign: {} },
      ...{ destinationId: 'buyer-1', destinationName: 'Bright Solar', requestedAt },
      ...{ dialedAt: null, bridgedAt: null, endedAt: null, callAt: requestedAt },
      ...{ requestKnownAt: recordedAt, dialKnownAt: null, bridgeKnownAt: null },
      ...{ endKnownAt: null, failureKnownAt: null, connectedSeconds: null, worths: [] },
      ...{ failure: null, state: 'estimated', estimatedMinor: null, currency: 'USD' },
      ...{ estimatedBillable: false, billableSeconds: 90, billable: false },
      ...{ confirmedMinor: null, confirmedCurrency: null, confirmedAt: null },
      ...{ firstConfirmedMinor: null, firstConfirmedCurrency: null },
      ...{ buyer: null, reportedSeconds: null, uncounted: [], reportCount: 0 },
      ...{ reports: [], sayings: [], matchRule: null, ambiguous: false, matchedAt: null },
    });
  });

  it('is of the moment of its bridge, else its dialing', () => {
    const { dialedAt } = destinationDialed().data;
    const { bridgedAt } = callBridged().data;
    expect(after(transferRequested(), destinationDialed())).toMatchObject({ callAt: dialedAt });
    expect(after(...call)).toMatchObject({ callAt: bridgedAt, bridgedAt });
    expect(after(transferRequested(), callBridged(), destinationDialed())).toMatchObject({
      callAt: bridgedAt,
    });
  });

  it('is estimated when the call is over', () => {
    expect(after(...call)).toMatchObject({
      ...{ state: 'estimated', estimatedMinor: 3_000n, billable: true, connectedSeconds: 120 },
      endedAt: ended().data.endedAt,
    });
    expect(after(transferRequested(), transferFailed(), callEnded())).toMatchObject({
      ...{ failure: 'busy', estimatedMinor: null, endedAt: null },
    });
  });

  it('is confirmed beside the estimate, whichever comes first', () => {
    const reported = [postbackMatched(), revenueConfirmed()];
    const row = after(...call, ...reported);
    expect(row).toMatchObject({
      ...{ state: 'confirmed', estimatedMinor: 3_000n, confirmedMinor: 4_500n, billable: true },
      ...{ confirmedCurrency: 'USD', firstConfirmedMinor: 4_500n, buyer: 'Bright' },
      ...{ reportedSeconds: 95, reportCount: 1, matchRule: 'caller', ambiguous: false },
      confirmedAt: revenueConfirmed().data.recordedAt,
    });
    expect(after(...call.slice(0, 3), ...reported, ended(false))).toEqual({
      ...{ ...row, estimatedBillable: false },
    });
  });

  it('is revised and reversed, and remembers what was reported first', () => {
    const revised = [...call, postbackMatched(), revenueConfirmed(), revenueRevised()];
    expect(after(...revised)).toMatchObject({
      ...{ state: 'revised', confirmedMinor: 7_000n, firstConfirmedMinor: 4_500n },
    });
    expect(after(...revised, revenueReversed())).toMatchObject({
      ...{ state: 'reversed', confirmedMinor: 0n, billable: false, firstConfirmedMinor: 4_500n },
    });
  });

  it('remembers what was reported first in the currency of then', () => {
    const euros = revenueConfirmed({ currency: 'EUR' });
    const back = revenueReversed({ currency: 'EUR', reason: 'currency_changed' });
    const dollars = revenueRevised({ fromMinor: 0, toMinor: 5_000, currency: 'USD' });
    expect(after(...call, postbackMatched(), euros, back, dollars)).toMatchObject({
      ...{ confirmedMinor: 5_000n, confirmedCurrency: 'USD' },
      ...{ firstConfirmedMinor: 4_500n, firstConfirmedCurrency: 'EUR' },
    });
  });

  it('is the estimate again when the only report is taken off', () => {
    const back = revenueReversed({ confirmed: false });
    const row = after(...call, postbackMatched(), revenueConfirmed(), postbackDetached(), back);
    expect(row).toMatchObject({
      ...{ state: 'estimated', confirmedMinor: null, confirmedCurrency: null, billable: true },
      ...{ reportCount: 0, buyer: null, reportedSeconds: null, estimatedMinor: 3_000n },
    });
  });

  it('is of the buyer that the last report names, in the order of receipt', () => {
    const second = matched({
      postbackId: 'b',
      buyer: 'Second',
      receivedAt: '2026-01-07T00:00:00Z',
    });
    const first = matched({ postbackId: 'a', buyer: 'First', receivedAt: '2026-01-06T00:00:00Z' });
    const third = matched({ postbackId: 'c', buyer: null, receivedAt: '2026-01-08T00:00:00Z' });
    expect(after(...call, second, first, third)).toMatchObject({ buyer: 'Second', reportCount: 3 });
    const detached = postbackDetached({ postbackId: 'b' });
    expect(after(...call, second, first, third, detached)).toMatchObject({
      ...{ buyer: 'First', reportCount: 2 },
    });
  });

  it('is what the last of several that came together says, in their order', () => {
    const last = matched({ postbackId: 'a', buyer: 'Last', sequence: 1, payoutMinor: null });
    const first = matched({ postbackId: 'b', buyer: 'First', sequence: 0, payoutMinor: null });
    expect(after(...call, last, first)).toMatchObject({ buyer: 'Last' });
  });

  it.each([
    [{ billable: false, durationSeconds: null }, true, false],
    [{ billable: true, durationSeconds: 5 }, false, true],
    [{ billable: null, durationSeconds: 90 }, false, true],
    [{ billable: null, durationSeconds: 89 }, true, false],
    [{ billable: null, durationSeconds: null }, true, true],
    [{ billable: null, durationSeconds: 90, isDuplicate: true }, true, false],
    [{ billable: true, durationSeconds: 90, isDuplicate: true }, false, true],
  ])('without an amount is as billable as %j says, else as estimated', (said, estimate, is) => {
    const report = matched({ payoutMinor: null, ...said });
    expect(after(...call.slice(0, 3), ended(estimate), report)).toMatchObject({ billable: is });
    expect(after(...call.slice(0, 3), report, ended(estimate))).toMatchObject({ billable: is });
  });
});

describe('a transfer that was requested', () => {
  it('knows where its lead came from', () => {
    const requested = transferRequested({ source: 'webform', campaign: { utm_source: 'mail' } });
    expect(after(requested)).toMatchObject({
      ...{ mode: 'live', source: 'webform', campaign: { utm_source: 'mail' } },
    });
  });
});
