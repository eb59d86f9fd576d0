import { isOver, type CallStatus, type ProviderCall, type VoiceReport } from '#libs/telephony';
import { type AnsweredBy } from '../domain/call.events.js';
import { type LegStatus } from '../domain/calls.commands.js';

/** Where a leg stands, as commands take it. */
export interface LegReport {
  readonly providerCallId: string;
  readonly status: LegStatus;
  readonly answeredBy: AnsweredBy | null;
  readonly durationSeconds: number | null;
  /** Of one that is over: whether it rang, though that may not have been told. */
  readonly hasRung: boolean;
}

/** What the provider reported by itself. */
export function reportedLeg(report: VoiceReport): LegReport {
  const { providerCallId, status, answeredBy, durationSeconds, sequence } = report;
  const leg = { providerCallId, answeredBy, durationSeconds };
  return { ...leg, status: STATUSES[status], hasRung: hasRung(status, sequence) };
}

/** Whether it is not answered yet, as far as the provider has said. */
export function isBeforeAnswer(status: CallStatus): boolean {
  return status === 'initiated' || status === 'ringing';
}

/**
 * The provider counts its reports: that it dials is 0, that it rings 1. Without a count, one that
 * was not canceled is taken to have rung.
 */
function hasRung(status: CallStatus, sequence: number | null): boolean {
  return isOver(status) && (sequence === null ? status !== 'canceled' : sequence >= 2);
}

/** What the provider answered when it was asked. */
export function foundLeg(found: ProviderCall): LegReport {
  const { providerCallId, status, answeredBy, durationSeconds } = found;
  const known = isOver(status) ? durationSeconds : null;
  return {
    providerCallId,
    status: STATUSES[status],
    answeredBy,
    durationSeconds: known,
    // One that we gave up may have rung by then, unless it was never dialed.
    hasRung: hasRung(status, null) || (status === 'canceled' && found.startedAt !== null),
  };
}

const STATUSES = {
  queued: 'placed',
  initiated: 'placed',
  ringing: 'ringing',
  in_progress: 'in_progress',
  completed: 'completed',
  busy: 'busy',
  no_answer: 'no_answer',
  failed: 'failed',
  canceled: 'canceled',
} as const satisfies Record<CallStatus, LegStatus>;
