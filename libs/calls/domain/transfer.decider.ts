import { isSpokenToMachine } from './answerer.js';
import { isMachine } from './call.events.js';
import {
  type CloseLostTransfer,
  type ConnectDestination,
  type GiveUpRouting,
  type ReportDestinationLeg,
  type RequestTransfer,
  type WithdrawTransfer,
} from './calls.commands.js';
import { endCall } from './call-end.js';
import { recognised } from './consumer-leg.js';
import {
  type CallableLead,
  mayBeCalled,
  type OpenCall,
  openTransfer,
  type Transfer,
} from './lead-calls.js';
import { type CallEvent } from './lead-stream.events.js';
import { onCall } from './open-call.js';
import { chooseNobody } from './routing.js';
import { type TransferFailure } from './transfer.events.js';
import { failedTransfer, leftAlone } from './transfer-failure.js';
import { unreportedMeeting } from './unseen-meeting.js';

/**
 * Whether a consumer waits for a destination: a person, qualified, and nobody is dialed or bridged.
 * One who has opted out since waits to be told that there is nobody.
 */
export function awaitsDestination(call: OpenCall): boolean {
  if (call.qualifiedAt === null || isSpokenToMachine(call)) return false;
  return !call.routedOut && openTransfer(call) === null;
}

/**
 * Hands the consumer to a destination, if they still wait and this is the next attempt (TR-8); to
 * nobody if they may not be called any more by now (CO-8).
 */
export function requestTransfer(
  { transferId, attempt, destination, routing, at }: RequestTransfer,
  lead: CallableLead,
  call: OpenCall,
): CallEvent[] {
  if (!awaitsDestination(call) || call.transfers.length !== attempt - 1) return [];
  if (!mayBeCalled(lead)) return giveUpRouting({ routing: chooseNobody(at), at }, lead, call);
  const { leadId, mode, source, campaign, phoneHash: consumerHash } = lead;
  const { callId } = call;
  const ids = { leadId, callId, transferId, attempt, consumerHash };
  const data = { ...ids, mode, source, campaign, ...destination, routing, requestedAt: at };
  return [{ type: 'TransferRequested', data }];
}

/** Nobody is left to hand the consumer to. */
export function giveUpRouting(
  { routing, at }: Pick<GiveUpRouting, 'routing' | 'at'>,
  { leadId }: CallableLead,
  call: OpenCall,
): CallEvent[] {
  if (!awaitsDestination(call)) return [];
  const { callId, transfers } = call;
  const data = { leadId, callId, attempts: transfers.length, routing, decidedAt: at };
  return [{ type: 'NoDestinationFound', data }];
}

/** Follows a destination’s leg, forward only; its end is the transfer’s, or that of the call. */
export function reportDestinationLeg(
  report: ReportDestinationLeg,
  lead: CallableLead,
  call: OpenCall,
): CallEvent[] {
  const transfer = openTransfer(call);
  if (transfer?.transferId !== report.transferId) return [];
  // Of a leg that is not ours to follow.
  const named = transfer.providerCallId !== null && report.providerCallId !== null;
  if (named && transfer.providerCallId !== report.providerCallId) return [];
  const { status, at } = report;
  const dialed = dialedAs(report, lead, call, transfer);
  switch (status) {
    case 'placed':
    case 'ringing':
      return dialed;
    case 'in_progress':
      return [...dialed, ...destinationAnswered(report, lead, call, transfer)];
    case 'completed':
    case 'busy':
    case 'no_answer':
    case 'failed':
    case 'canceled': {
      const { durationSeconds } = report;
      const ending = { leg: 'destination', unanswered: 'failed', durationSeconds, at } as const;
      const met = unreportedMeeting(lead, call, ending);
      if (transfer.bridgedAt === null && met.length === 0) {
        return [...dialed, failedTransfer(lead, call, transfer, FAILURES[status], at)];
      }
      return [...dialed, ...met, ...endCall(lead, met.reduce<OpenCall>(onCall, call), ending)];
    }
  }
}

const FAILURES = {
  // Answered and over before anybody was connected: it hung up during the whisper.
  completed: 'declined',
  busy: 'busy',
  no_answer: 'no_answer',
  failed: 'failed',
  canceled: 'canceled',
} as const satisfies Record<string, TransferFailure>;

function dialedAs(
  { providerCallId, at }: ReportDestinationLeg,
  { leadId }: CallableLead,
  { callId }: OpenCall,
  transfer: Transfer,
): CallEvent[] {
  if (transfer.providerCallId !== null || providerCallId === null) return [];
  const { transferId } = transfer;
  const data = { leadId, callId, transferId, providerCallId, dialedAt: at };
  return [{ type: 'DestinationDialed', data }];
}

/** A person is told who is to be connected; a machine is not connected at all (TR-2). */
function destinationAnswered(
  { answeredBy, at }: ReportDestinationLeg,
  lead: CallableLead,
  call: OpenCall,
  transfer: Transfer,
): CallEvent[] {
  const { transferId } = transfer;
  const ids = { leadId: lead.leadId, callId: call.callId, transferId };
  const answered = { ...ids, answeredBy: answeredBy ?? 'unknown', answeredAt: at } as const;
  const said: CallEvent[] =
    transfer.answeredAt === null
      ? [{ type: 'DestinationAnswered', data: answered }]
      : recognised(ids, transfer.answeredBy, answeredBy, at);
  const refused = isMachine(answeredBy) && said.length > 0 && transfer.bridgedAt === null;
  return [...said, ...(refused ? [failedTransfer(lead, call, transfer, 'machine', at)] : [])];
}

/**
 * The whisper is over: the destination is sent to the consumer, unless it declined, the consumer
 * may not be called any more, or is not known to be there, so that nobody pays for an empty room.
 * The billable clock begins once the provider has seen it there, not here (TR-2). Said again, or
 * for a transfer that is over, it changes nothing.
 */
export function connectDestination(
  { transferId, accepted, consumer, at }: ConnectDestination,
  lead: CallableLead,
  call: OpenCall,
): CallEvent[] {
  const transfer = openTransfer(call);
  if (transfer?.transferId !== transferId || transfer.whisperedAt !== null) return [];
  const whispered = {
    leadId: lead.leadId,
    callId: call.callId,
    transferId,
    accepted,
    playedAt: at,
  };
  const played: CallEvent = { type: 'WhisperPlayed', data: whispered };
  if (accepted === false) return [played, failedTransfer(lead, call, transfer, 'declined', at)];
  if (isSpokenToMachine(call))
    return [played, failedTransfer(lead, call, transfer, 'canceled', at)];
  // They opted out while it rang, and nobody has taken them back yet (CO-8).
  if (!mayBeCalled(lead)) return [played, failedTransfer(lead, call, transfer, 'suppressed', at)];
  switch (consumer.kind) {
    case 'there':
      return [played];
    case 'unknown':
      return [played, failedTransfer(lead, call, transfer, 'failed', at)];
    case 'gone':
      return [played, ...leftAlone(lead, call, transfer, { ...consumer, at })];
  }
}

/**
 * Takes a consumer back who is not connected with anybody yet. Once a destination was sent to them
 * the two are about to talk, or do: they are not torn apart.
 */
export function withdrawTransfer(
  { transferId, reason, at }: WithdrawTransfer,
  lead: CallableLead,
  call: OpenCall,
): CallEvent[] {
  const transfer = openTransfer(call);
  if (transfer?.transferId !== transferId || transfer.whisperedAt !== null) return [];
  return [failedTransfer(lead, call, transfer, reason, at)];
}

/** Closes a transfer of which nothing is heard any more, so that its slot is free again (BU-7). */
export function closeLostTransfer(
  { transferId, at }: CloseLostTransfer,
  lead: CallableLead,
  call: OpenCall,
): CallEvent[] {
  const transfer = openTransfer(call);
  if (transfer?.transferId !== transferId || transfer.bridgedAt !== null) return [];
  return [failedTransfer(lead, call, transfer, 'lost', at)];
}
