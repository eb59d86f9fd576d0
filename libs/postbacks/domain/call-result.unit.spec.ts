import { describe, expect, it } from '@jest/globals';
import {
  callBridged,
  callEnded,
  revenueConfirmed,
  revenueReversed,
  revenueRevised,
  transferFailed,
  transferRequested,
} from '#events/testing';
import { callResultOf, type LeadStreamEvent } from './call-result.js';
import { type PayoutTerms } from './postback-target.events.js';

const estimate = { amountMinor: 3_000, currency: 'USD', billable: true, rule: 'fixed' };
const half: PayoutTerms = { model: 'share', basisPoints: 5_000, billableSeconds: 0 };
const ended = callEnded({ transferId: 'transfer-1', connectedSeconds: 95, estimate });

describe('what came of a call', () => {
  it('is told from its request, its bridge and its end', () => {
    const history = [transferRequested(), callBridged(), ended];
    expect(callResultOf(history, 'transfer-1', null)).toEqual({
      ...{ leadId: 'lead-1', callId: 'call-1', transferId: 'transfer-1', mode: 'live' },
      ...{ source: 'my-webform', destinationId: 'buyer-1', buyer: 'Bright Solar' },
      ...{ stage: 'over', reason: null },
      ...{ connectedSeconds: 95, billable: true, amountMinor: null, currency: null },
      ...{ bridgedAt: '2026-01-06T16:00:35.000Z', endedAt: ended.data.endedAt },
    });
  });

  it('is worth nothing known where nothing was estimated', () => {
    const history = [transferRequested(), callBridged(), callEnded({ transferId: 'transfer-1' })];
    expect(callResultOf(history, 'transfer-1', half)).toMatchObject({
      ...{ amountMinor: null, billable: false, currency: null },
    });
  });

  it('is of the transfer that was connected, not of those before it', () => {
    const before = { transferId: 'transfer-0', destinationName: 'Busy' };
    const history = [
      ...[transferRequested(before), transferFailed({ transferId: 'transfer-0' })],
      ...[transferRequested(), callBridged(), ended],
    ];
    expect(callResultOf(history, 'transfer-1', null)?.buyer).toBe('Bright Solar');
    expect(callResultOf(history, 'transfer-0', null)).toBeNull();
  });

  it('is nothing before the call is over', () => {
    expect(callResultOf([transferRequested(), callBridged()], 'transfer-1', null)).toBeNull();
  });

  it('never tells what we earn to a target that has no terms', () => {
    const history = [transferRequested(), callBridged(), ended, revenueConfirmed()];
    const told = JSON.stringify(callResultOf(history, 'transfer-1', null));
    expect(told).not.toMatch(/3000|4500|USD/);
  });
});

describe('a share of what we earn', () => {
  const call = [transferRequested(), callBridged(), ended];
  const shareAfter = (...entries: readonly LeadStreamEvent[]) =>
    callResultOf([...call, ...entries], 'transfer-1', half)?.amountMinor;

  it('follows the books, and before a report the estimate', () => {
    expect(shareAfter()).toBe(1_500);
    expect(shareAfter(revenueConfirmed())).toBe(2_250);
    expect(shareAfter(revenueConfirmed(), revenueRevised())).toBe(3_500);
    expect(shareAfter(revenueConfirmed(), revenueReversed())).toBe(0);
    expect(shareAfter(revenueReversed({ toMinor: -3_500 }))).toBe(-1_750);
  });

  it('is one of the estimate again once no report says what it is worth', () => {
    const taken = revenueReversed({ toMinor: 0, confirmed: false, reason: 'detached' });
    expect(shareAfter(revenueConfirmed(), taken)).toBe(1_500);
  });

  it('is not one of another transfer', () => {
    expect(shareAfter(revenueConfirmed({ transferId: 'transfer-0' }))).toBe(1_500);
  });
});
