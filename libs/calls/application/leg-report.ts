import { isOver, type CallStatus, type ProviderCall, type VoiceReport } from '#libs/telephony';
import { type AnsweredBy } from '../domain/call.events.js';
import { type LegStatus } from '../domain/calls.commands.js';

/** Where a leg stands, as commands take it. */
export interface LegReport {
  readonly providerCallId: string;
  readonly status: LegStatus;
  readonly answeredBy: AnsweredBy | null;
  readonly durationSeconds: number | null;
}

/** What the provider reported by itself. */
export function reportedLeg(report: VoiceReport): LegReport {
  const { providerCallId, status, answeredBy, durationSeconds } = report;
  return { providerCallId, status: STATUSES[status], answeredBy, durationSeconds };
}

/** What the provider answered when it was asked. */
export function foundLeg(found: ProviderCall): LegReport {
  const { providerCallId, status, answeredBy, durationSeconds } = found;
  const known = isOver(status) ? durationSeconds : null;
  return { providerCallId, status: STATUSES[status], answeredBy, durationSeconds: known };
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
