import { msBetween } from './instants.js';
import { type CallableLead } from './lead-calls.js';
import { type CallEvent } from './lead-stream.events.js';
import { legEndOf } from './leg-end.js';
import { type OpenCall, openTransfer, type Transfer } from './open-call.js';

/**
 * For so long, and no longer, the provider may still be asking what a destination’s leg is to do
 * after its whisper (15 s by its own limits). A leg that goes on after that is in the room.
 */
const IN_ROOM_AFTER_MS = 20_000;

type Bridge = Extract<CallEvent, { type: 'CallBridged' }>;
type Whispered = Transfer & { readonly whisperedAt: string };

/** What is known of a leg that is over. */
export interface LegEnd {
  readonly leg: 'consumer' | 'destination' | 'system' | 'none';
  /** From its answer to its end; `null`: not known. */
  readonly durationSeconds: number | null;
  /** When that was known, ISO-8601. */
  readonly at: string;
}

/** The transfer whose destination was sent to the consumer, and has not been seen there. */
export function awaitsMeeting(call: OpenCall): Whispered | null {
  const transfer = openTransfer(call);
  if (transfer === null || transfer.bridgedAt !== null) return null;
  const { whisperedAt } = transfer;
  return whisperedAt === null ? null : { ...transfer, whisperedAt };
}

/** Whether a destination that is on the line at `at` can only be in the room by then. */
export function isInRoomBy({ whisperedAt }: Whispered, at: string): boolean {
  return msBetween(whisperedAt, at) >= IN_ROOM_AFTER_MS;
}

/**
 * The meeting nobody reported before the destination’s leg ended: it lasted on past the whisper,
 * for longer than it would have been without anything to do. The consumer’s leg tells nothing of
 * it: it goes on in music. Later reports of the meeting change nothing.
 */
export function unreportedMeeting(
  lead: CallableLead,
  call: OpenCall,
  { leg, durationSeconds, at }: LegEnd,
): Bridge[] {
  const transfer = awaitsMeeting(call);
  if (transfer === null || leg !== 'destination' || durationSeconds === null) return [];
  const { requestedAt: askedAt, answeredAt, whisperedAt } = transfer;
  if (answeredAt === null) return [];
  const endedAt = legEndOf({ askedAt, answeredAt, durationSeconds, at });
  return isInRoomBy(transfer, endedAt) ? [bridge(lead, call, transfer, whisperedAt)] : [];
}

/** Consumer and destination are together, and the billable clock runs, from `at` on. */
export function bridge(
  { leadId, phoneHash: consumerHash }: CallableLead,
  { callId }: OpenCall,
  transfer: Transfer,
  at: string,
): Bridge {
  const { transferId, destinationId, destinationVersion, presentedCallerId } = transfer;
  const party = {
    transferNumber: transfer.destinationAddress,
    partyName: transfer.destinationName,
  };
  const ids = { leadId, callId, transferId, destinationId, destinationVersion };
  const shown = { consumerHash, presentedCallerId, bridgedAt: at };
  return { type: 'CallBridged', data: { ...ids, ...party, ...shown } };
}
