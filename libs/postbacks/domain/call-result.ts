import { type CallEvent } from '#events/calls';
import { type LeadEvent } from '#events/leads';
import { type CallResult } from './postback-delivery.events.js';

export { type CallResult } from './postback-delivery.events.js';

type LeadStreamEvent = LeadEvent | CallEvent;

/**
 * What came of a call that was handed over, from its lead's history; `null` if this transfer was
 * never connected, or its call is not over.
 */
export function callResultOf(
  history: readonly LeadStreamEvent[],
  transferId: string,
): CallResult | null {
  const facts = history.filter(isOfTransfer).filter(({ data }) => data.transferId === transferId);
  const requested = facts.findLast((event) => event.type === 'TransferRequested');
  const bridged = facts.findLast((event) => event.type === 'CallBridged');
  const ended = facts.findLast((event) => event.type === 'CallEnded');
  if (requested === undefined || bridged === undefined || ended === undefined) return null;
  const { leadId, callId, connectedSeconds, estimate, endedAt } = ended.data;
  const { mode, source, destinationId, destinationName: buyer, payout } = requested.data;
  return {
    ...{ leadId, callId, transferId, mode, source, destinationId, buyer, connectedSeconds },
    billable: estimate?.billable ?? false,
    amountMinor: estimate?.amountMinor ?? null,
    currency: estimate?.currency ?? payout.currency,
    ...{ bridgedAt: bridged.data.bridgedAt, endedAt },
  };
}

type OfTransfer = Extract<CallEvent, { type: 'TransferRequested' | 'CallBridged' | 'CallEnded' }>;

function isOfTransfer(event: LeadStreamEvent): event is OfTransfer {
  return ['TransferRequested', 'CallBridged', 'CallEnded'].includes(event.type);
}
