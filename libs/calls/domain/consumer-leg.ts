import { type AnsweredBy, type CallDisposition } from './call.events.js';
import {
  type LegStatus,
  type RecogniseAnswerer,
  type RecordPlacement,
  type ReportConsumerLeg,
  type TurnAway,
} from './calls.commands.js';
import { endCall } from './call-end.js';
import { type CallableLead, type OpenCall } from './lead-calls.js';
import { believed } from './answerer.js';
import { type CallEvent } from './lead-stream.events.js';

/** The provider’s name for the call, noted once. */
export function recordPlacement(
  { provider, providerCallId, at }: Pick<RecordPlacement, 'provider' | 'providerCallId' | 'at'>,
  { leadId }: CallableLead,
  call: OpenCall,
): CallEvent[] {
  if (call.providerCallId !== null) return [];
  const data = { leadId, callId: call.callId, provider, providerCallId, placedAt: at };
  return [{ type: 'CallPlaced', data }];
}

/**
 * Follows the consumer’s leg. Reports may repeat, come late and in any order: the call only moves
 * forward, and its end is final (TR-6).
 */
export function reportConsumerLeg(
  report: ReportConsumerLeg,
  lead: CallableLead,
  call: OpenCall,
): CallEvent[] {
  const { status, provider, providerCallId, at } = report;
  if (call.providerCallId !== null && providerCallId !== null) {
    // Of a call that is not ours to follow.
    if (call.providerCallId !== providerCallId) return [];
  }
  const placed =
    providerCallId === null ? [] : recordPlacement({ provider, providerCallId, at }, lead, call);
  return [...placed, ...progress(report, lead, call, status)];
}

/** Who answered, as was found out while the call went on; it may overtake the answer itself. */
export function recogniseAnswerer(
  { providerCallId, answeredBy, at }: RecogniseAnswerer,
  lead: CallableLead,
  call: OpenCall,
): CallEvent[] {
  if (call.providerCallId !== null && call.providerCallId !== providerCallId) return [];
  return answered(lead, call, { answeredBy, at });
}

/**
 * Whoever answered under a stop hears nothing, and with that the call is over: no report could tell
 * that it was not they who hung up (TR-5). Whoever hears the script already is not cut off.
 */
export function turnAway(command: TurnAway, lead: CallableLead, call: OpenCall): CallEvent[] {
  if (call.prequalification !== null) return [];
  const [durationSeconds, { at }] = [null, command];
  const after = withAnswer(call, { ...command, durationSeconds });
  return [
    ...recordPlacement(command, lead, call),
    ...answered(lead, call, command),
    ...endCall(lead, after, { leg: 'system', unanswered: 'canceled', durationSeconds, at }),
  ];
}

function progress(
  report: ReportConsumerLeg,
  lead: CallableLead,
  call: OpenCall,
  status: LegStatus,
): CallEvent[] {
  switch (status) {
    case 'placed':
      return [];
    case 'ringing':
      return rang(lead, call, report);
    case 'in_progress':
      return answered(lead, call, report);
    case 'completed':
    case 'busy':
    case 'no_answer':
    case 'failed':
    case 'canceled': {
      const { durationSeconds, at } = report;
      const talked = status === 'completed' && (durationSeconds ?? 0) > 0;
      const known = talked ? answerUntold(lead, call, report) : ringUntold(lead, call, report);
      const after = talked ? withAnswer(call, report) : call;
      const unanswered = UNANSWERED[status];
      return [
        ...known,
        ...endCall(lead, after, { leg: 'consumer', unanswered, durationSeconds, at }),
      ];
    }
  }
}

function rang(
  { leadId }: CallableLead,
  call: OpenCall,
  { at }: Pick<ReportConsumerLeg, 'at'>,
): CallEvent[] {
  const { callId, rangAt, answeredAt } = call;
  if (rangAt !== null || answeredAt !== null) return [];
  return [{ type: 'CallRang', data: { leadId, callId, rangAt: at } }];
}

/** What the report of a talk’s end shows about its beginning. */
function answerUntold(lead: CallableLead, call: OpenCall, report: ReportConsumerLeg): CallEvent[] {
  const at = call.answeredAt === null ? startOf(report) : report.at;
  return answered(lead, call, { answeredBy: report.answeredBy, at });
}

/** One that was canceled counts as an attempt if the phone rang, though nobody reported it then. */
function ringUntold(lead: CallableLead, call: OpenCall, report: ReportConsumerLeg): CallEvent[] {
  const isCanceled = report.status === 'canceled' || report.status === 'completed';
  return isCanceled && report.hasRung === true ? rang(lead, call, report) : [];
}

/** The call as the report of its end shows it: who answered may become known only by it. */
function withAnswer(
  call: OpenCall,
  report: Pick<ReportConsumerLeg, 'answeredBy' | 'durationSeconds' | 'at'>,
): OpenCall {
  const isOpenYet = call.answeredBy === null || call.answeredBy === 'unknown';
  return {
    ...call,
    answeredAt: call.answeredAt ?? startOf(report),
    answeredBy: isOpenYet ? (believed(call, report.answeredBy) ?? 'unknown') : call.answeredBy,
  };
}

/** When a leg was answered whose answer was never reported. */
function startOf({
  durationSeconds,
  at,
}: Pick<ReportConsumerLeg, 'durationSeconds' | 'at'>): string {
  return new Date(Date.parse(at) - (durationSeconds ?? 0) * 1_000).toISOString();
}

/**
 * That somebody answered, said once. The answer itself is reported before anybody can tell a person
 * from a machine; that follows. A phone that was answered rang before, though that may be reported
 * later, or never.
 */
export function answered(
  lead: CallableLead,
  call: OpenCall,
  { answeredBy: told, at }: Pick<ReportConsumerLeg, 'answeredBy' | 'at'>,
): CallEvent[] {
  const { leadId } = lead;
  const { callId, answeredAt, answeredBy: known } = call;
  const answeredBy = believed(call, told);
  if (answeredAt !== null) {
    const ids = { leadId, callId, transferId: null };
    return recognised(ids, known, answeredBy, at);
  }
  const data = { leadId, callId, answeredBy: answeredBy ?? 'unknown', answeredAt: at } as const;
  return [...rang(lead, call, { at }), { type: 'CallAnswered', data }];
}

/** Who answered, where that was not known yet. */
export function recognised(
  ids: { readonly leadId: string; readonly callId: string; readonly transferId: string | null },
  known: AnsweredBy | null,
  answeredBy: AnsweredBy | null,
  at: string,
): CallEvent[] {
  if (known !== 'unknown' || answeredBy === null || answeredBy === 'unknown') return [];
  return [{ type: 'AnswererRecognised', data: { ...ids, answeredBy, recognisedAt: at } }];
}

const UNANSWERED = {
  completed: 'canceled',
  busy: 'busy',
  no_answer: 'no_answer',
  failed: 'failed',
  canceled: 'canceled',
} as const satisfies Partial<Record<LegStatus, CallDisposition>>;
