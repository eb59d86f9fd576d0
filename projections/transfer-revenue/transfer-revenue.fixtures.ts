import { type DomainEvent } from '#libs/kernel';
import {
  aTransferReport,
  callBridged,
  callEnded,
  postbackMatched,
  revenueConfirmed,
  revenueRevised,
  transferRequested,
} from '#events/testing';

/** A transfer that was bridged for two minutes and is estimated at 30 dollars. */
export function transfer(transferId: string, bridgedAt: string, more: object = {}): DomainEvent[] {
  const estimate = { amountMinor: 3_000, currency: 'USD', billable: true, rule: 'fixed' };
  const ofTransfer = { transferId, ...more };
  return [
    transferRequested({ ...ofTransfer, requestedAt: bridgedAt }),
    callBridged({ transferId, bridgedAt }),
    callEnded({ transferId, disposition: 'transferred', connectedSeconds: 120, estimate }),
  ];
}

/**
 * Three calls of January 6 and one of the 7th in UTC, one of them to another buyer; 1 confirmed and
 * revised, 2 confirmed in euros, 3 and 4 not at all; one of a test lead.
 */
export function transfersOfJanuary(): DomainEvent[] {
  const report = aTransferReport({ buyer: 'Bright' });
  const first = { transferId: 't-1', leadId: 'lead-1' };
  const second = { transferId: 't-2', leadId: 'lead-2' };
  const euros = { currency: 'EUR', toMinor: 2_000, estimatedMinor: null };
  const other = {
    leadId: 'lead-2',
    source: null,
    destinationId: 'buyer-2',
    destinationName: 'Café Sun',
  };
  return [
    ...transfer('t-1', '2026-01-06T16:00:00.000Z'),
    ...transfer('t-2', '2026-01-06T17:00:00.000Z', { leadId: 'lead-2', source: null }),
    ...transfer('t-3', '2026-01-06T18:30:00.000Z', other),
    ...transfer('t-4', '2026-01-07T00:00:00.000Z', { campaign: { utm_source: 'mail' } }),
    ...transfer('t-5', '2026-01-06T16:00:00.000Z', { leadId: 'lead-3', mode: 'test' }),
    postbackMatched({ ...first, report }),
    revenueConfirmed(first),
    revenueRevised({ ...first, toMinor: 4_000 }),
    postbackMatched({ ...second, report: { ...report, postbackId: 'hit-2' } }),
    revenueConfirmed({ ...second, ...euros }),
    transferRequested({ transferId: 't-6', requestedAt: '2026-01-05T00:00:00.000Z' }),
  ];
}
