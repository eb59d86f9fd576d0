import { type CallDisposition, isMachine } from './call.events.js';
import { type ReportConsumerLeg } from './calls.commands.js';
import { msBetween } from './instants.js';
import {
  type CallableLead,
  mayBeCalled,
  type OpenCall,
  openTransfer,
  type PastCall,
  type Transfer,
} from './lead-calls.js';
import { type CallEvent } from './lead-stream.events.js';
import { legEndOf } from './leg-end.js';
import { onCall } from './open-call.js';
import { estimateRevenue } from './payout.js';
import { unreportedMeeting } from './unseen-meeting.js';

/** Which end of a call was reported to be over; `system`: it is hung up on by this decision. */
export type Leg = 'consumer' | 'destination' | 'system' | 'none';

/** How the end of a call came to be known. */
export interface CallEnding {
  /** The leg whose end was reported first; `none`: nobody reported, it was closed. */
  readonly leg: Leg;
  /** What is known of a call that nobody answered. */
  readonly unanswered: Extract<
    CallDisposition,
    'busy' | 'no_answer' | 'failed' | 'canceled' | 'lost'
  >;
  /** From that leg’s answer to its end, if the provider said so. */
  readonly durationSeconds: number | null;
  readonly at: string;
}

/**
 * What a call comes to when it is over: the events that close whatever is still open, and its end.
 *
 * Both legs leave the bridge together, so the first report of either tells how long it lasted: that
 * leg’s duration less what it waited before the bridge, and no longer than from the bridge to the
 * report ({@link legEndOf}). Who is reported first is who hung up.
 */
export function endCall(lead: CallableLead, call: OpenCall, ending: CallEnding): CallEvent[] {
  const met = unreportedMeeting(lead, call, ending);
  return [...met, ...closed(lead, met.reduce<OpenCall>(onCall, call), ending)];
}

function closed(lead: CallableLead, call: OpenCall, ending: CallEnding): CallEvent[] {
  const { leadId } = lead;
  const { callId } = call;
  const transfer = openTransfer(call);
  const bridged = transfer?.bridgedAt == null ? null : transfer;
  const events: CallEvent[] = [];
  if (transfer !== null && bridged === null) {
    const { transferId, destinationId, destinationVersion } = transfer;
    const reason = ending.unanswered === 'lost' ? 'lost' : 'canceled';
    const failed = {
      leadId,
      callId,
      transferId,
      destinationId,
      destinationVersion,
      reason,
    } as const;
    events.push({ type: 'TransferFailed', data: { ...failed, failedAt: ending.at } });
  }
  if (call.prequalification === 'running') {
    const abandoned = { leadId, callId, reason: 'hung_up', abandonedAt: ending.at } as const;
    events.push({ type: 'PrequalificationAbandoned', data: abandoned });
  }
  const connectedSeconds = bridged === null ? 0 : secondsConnected(call, bridged, ending);
  const ended = {
    ...{ leadId, callId, disposition: dispositionOf(call, bridged, ending) },
    ...{ talkSeconds: secondsTalked(call, ending), connectedSeconds },
    ...{ transferId: bridged?.transferId ?? null, hungUpBy: hungUpBy(lead, call, bridged, ending) },
    measuredBy: measuredBy(call, ending),
    estimate: bridged === null ? null : estimateRevenue(bridged.payout, connectedSeconds),
    endedAt: ending.at,
  };
  return [...events, { type: 'CallEnded', data: ended }];
}

/**
 * The length of the consumer’s leg, where the end of the call was told by the destination’s leg or
 * by nobody: then the provider’s report of the consumer’s, which comes later, replaces our clock,
 * once.
 */
export function measureTalk(
  { callId, providerCallId, status, durationSeconds, at }: ReportConsumerLeg,
  { leadId }: CallableLead,
  call: PastCall,
): CallEvent[] {
  if (call.isTalkMeasured) return [];
  if (status !== 'completed' || durationSeconds === null) return [];
  // Of a leg that is not ours to follow.
  const named = call.providerCallId !== null && providerCallId !== null;
  if (named && call.providerCallId !== providerCallId) return [];
  if (durationSeconds === call.talkSeconds) return [];
  const measured = { leadId, callId, talkSeconds: durationSeconds, measuredAt: at };
  return [{ type: 'TalkMeasured', data: measured }];
}

function dispositionOf(
  call: OpenCall,
  bridged: Transfer | null,
  { unanswered }: CallEnding,
): CallDisposition {
  if (bridged !== null) return 'transferred';
  if (call.answeredAt === null) return unanswered;
  if (isMachine(call.answeredBy)) return 'machine';
  switch (call.prequalification) {
    case 'disqualified':
    case 'callback':
    case 'opted_out':
    case 'no_input':
      return call.prequalification;
    case 'agent_failed':
      return 'failed';
    case 'qualified':
      return call.routedOut ? 'not_transferred' : abandonedBy(unanswered);
    case 'running':
    case 'hung_up':
    case null:
      return abandonedBy(unanswered);
  }
}

function abandonedBy(unanswered: CallEnding['unanswered']): CallDisposition {
  return unanswered === 'lost' ? 'lost' : 'hung_up';
}

function hungUpBy(
  lead: CallableLead,
  call: OpenCall,
  bridged: Transfer | null,
  { leg }: CallEnding,
): 'consumer' | 'destination' | 'system' | 'unknown' {
  if (leg === 'none' || call.answeredAt === null) return 'unknown';
  if (leg !== 'consumer') return leg;
  return bridged === null && isHungUpOn(lead, call) ? 'system' : 'consumer';
}

/**
 * After these the system itself says goodbye; and whoever may not be called any more by the time
 * they answer is hung up on with nothing said (TR-5).
 */
function isHungUpOn(
  lead: CallableLead,
  { prequalification, answeredBy, routedOut }: OpenCall,
): boolean {
  if (isMachine(answeredBy) || routedOut) return true;
  if (prequalification === null) return !mayBeCalled(lead);
  return ['disqualified', 'callback', 'opted_out', 'no_input', 'agent_failed'].includes(
    prequalification,
  );
}

function measuredBy(
  call: OpenCall,
  { durationSeconds }: CallEnding,
): 'provider' | 'clock' | 'nothing' {
  if (durationSeconds !== null) return 'provider';
  return call.answeredAt === null ? 'nothing' : 'clock';
}

function secondsTalked(call: OpenCall, { leg, durationSeconds, at }: CallEnding): number {
  if (call.answeredAt === null) return 0;
  if (leg === 'consumer' && durationSeconds !== null) return durationSeconds;
  return wholeSeconds(msBetween(call.answeredAt, at));
}

function secondsConnected(
  call: OpenCall,
  { requestedAt, answeredAt: destinationAnsweredAt, bridgedAt }: Transfer,
  { leg, durationSeconds, at }: CallEnding,
): number {
  if (bridgedAt === null) return 0;
  const askedAt = leg === 'consumer' ? call.attemptedAt : requestedAt;
  const answeredAt = leg === 'consumer' ? call.answeredAt : destinationAnsweredAt;
  const isTold = durationSeconds !== null && answeredAt !== null;
  const endedAt = isTold ? legEndOf({ askedAt, answeredAt, durationSeconds, at }) : at;
  return wholeSeconds(msBetween(bridgedAt, endedAt));
}

function wholeSeconds(ms: number): number {
  return Math.max(0, Math.floor(ms / 1_000));
}
