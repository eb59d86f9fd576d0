import { type ReportMeeting, type PresumeMeeting } from './calls.commands.js';
import { type CallableLead } from './lead-calls.js';
import { type CallEvent } from './lead-stream.events.js';
import { type OpenCall, openTransfer, type Transfer } from './open-call.js';

/** A leg that lasted less than that past the whisper may have ended before anybody was heard. */
const MET_MS_MIN = 1_000;
/** A report of a meeting is under way no longer than that, unless it is lost. */
const REPORTED_WITHIN_MS = 10_000;

type Bridge = Extract<CallEvent, { type: 'CallBridged' }>;
type Whispered = Transfer & { readonly whisperedAt: string };

/** What is known of a leg that is over. */
export interface LegEnd {
  readonly leg: 'consumer' | 'destination' | 'none';
  /** From its answer to its end; `null`: not known. */
  readonly durationSeconds: number | null;
}

/**
 * The provider saw the destination in the room where the consumer waits: the billable clock begins
 * (TR-2). Never before the whisper was over, and never later than it is known, whatever the
 * provider’s clock says.
 */
export function reportMeeting(
  { providerCallId, since, at }: ReportMeeting,
  lead: CallableLead,
  call: OpenCall,
): Bridge[] {
  const transfer = awaitsMeeting(call);
  if (transfer === null || transfer.providerCallId !== providerCallId) return [];
  const { whisperedAt } = transfer;
  const told = since ?? whisperedAt;
  const known = told > at ? at : told;
  return [bridge(lead, call, transfer, known < whisperedAt ? whisperedAt : known)];
}

/**
 * The provider says that the destination’s leg goes on, long after the whisper: it is in the room,
 * and the report of that was lost.
 */
export function presumeMeeting(
  { transferId, at }: PresumeMeeting,
  lead: CallableLead,
  call: OpenCall,
): Bridge[] {
  const transfer = awaitsMeeting(call);
  if (transfer?.transferId !== transferId || !isPresumedMet(transfer, at)) return [];
  return [bridge(lead, call, transfer, transfer.whisperedAt)];
}

/** Whether the report of a meeting is overdue: until somebody knows better, the two talk. */
export function isPresumedMet({ whisperedAt }: Transfer, at: string): boolean {
  return whisperedAt !== null && msBetween(whisperedAt, at) >= REPORTED_WITHIN_MS;
}

/**
 * The meeting nobody reported before a leg ended: it lasted on past the whisper, after which the
 * destination was sent into the room, so the two met. Later reports of the meeting change nothing.
 */
export function unreportedMeeting(
  lead: CallableLead,
  call: OpenCall,
  { leg, durationSeconds }: LegEnd,
): Bridge[] {
  const transfer = awaitsMeeting(call);
  if (transfer === null || leg === 'none' || durationSeconds === null) return [];
  const answeredAt = leg === 'consumer' ? call.answeredAt : transfer.answeredAt;
  if (answeredAt === null) return [];
  const { whisperedAt } = transfer;
  const pastWhisperMs = durationSeconds * 1_000 - msBetween(answeredAt, whisperedAt);
  return pastWhisperMs < MET_MS_MIN ? [] : [bridge(lead, call, transfer, whisperedAt)];
}

/** The transfer whose destination was sent to the consumer, and has not been seen there. */
function awaitsMeeting(call: OpenCall): Whispered | null {
  const transfer = openTransfer(call);
  if (transfer === null || transfer.bridgedAt !== null) return null;
  const { whisperedAt } = transfer;
  return whisperedAt === null ? null : { ...transfer, whisperedAt };
}

function bridge(
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

function msBetween(from: string, to: string): number {
  return Date.parse(to) - Date.parse(from);
}
