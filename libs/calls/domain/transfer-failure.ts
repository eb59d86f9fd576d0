import { endCall } from './call-end.js';
import { type CallableLead, type OpenCall, type Transfer } from './lead-calls.js';
import { type CallEvent } from './lead-stream.events.js';
import { onCall } from './open-call.js';
import { type TransferFailure } from './transfer.events.js';

/**
 * The consumer was gone before the destination was with them. The call is over, too: nobody is to
 * be found another destination.
 */
export function leftAlone(
  lead: CallableLead,
  call: OpenCall,
  transfer: Transfer,
  { durationSeconds, at }: { readonly durationSeconds: number | null; readonly at: string },
): CallEvent[] {
  const missed = failedTransfer(lead, call, transfer, 'consumer_gone', at);
  const ending = { leg: 'consumer', unanswered: 'failed', durationSeconds, at } as const;
  return [missed, ...endCall(lead, onCall(call, missed), ending)];
}

/** A transfer that comes to nothing. */
export function failedTransfer(
  { leadId }: CallableLead,
  { callId }: OpenCall,
  { transferId, destinationId, destinationVersion }: Transfer,
  reason: TransferFailure,
  at: string,
): Extract<CallEvent, { type: 'TransferFailed' }> {
  const transfer = { transferId, destinationId, destinationVersion };
  return { type: 'TransferFailed', data: { leadId, callId, ...transfer, reason, failedAt: at } };
}
