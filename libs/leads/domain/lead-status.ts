import { type CallDisposition, type CallEvent, isMachine } from '#events/calls';

/**
 * Where a lead stands, as the api and lists say it (semantics §3.10).
 *
 * `new`: may be dialed, never tried. `queued`: waits for its next call. `dialing`: a call is under
 * way. `qualified`: it passed the prequalification, and a destination is sought. `transferred`: it
 * talks to one. `completed`: that is over. `ineligible`: may not be dialed. The others say why
 * nobody dials it any more.
 */
export const LEAD_STATUSES = [
  'new',
  'ineligible',
  'queued',
  'dialing',
  'qualified',
  'disqualified',
  'transferred',
  'completed',
  'exhausted',
  'opted_out',
] as const;

/** One of them. */
export type LeadStatus = (typeof LEAD_STATUSES)[number];

/** How far calling has come with a lead, whether or not it may be dialed again. */
export type CallingProgress = Exclude<LeadStatus, 'ineligible'>;

/** The two things a status is made of. */
export interface LeadStanding {
  /** Whether the last verdict lets it be dialed. */
  readonly eligible: boolean;
  readonly progress: CallingProgress;
}

/** Who is waiting for a call waits for nothing once it may not be dialed. What happened stays. */
export function statusOf({ eligible, progress }: LeadStanding): LeadStatus {
  const waits = progress === 'new' || progress === 'queued';
  return waits && !eligible ? 'ineligible' : progress;
}

/**
 * What an event on the telephone makes of it. An opt-out may be heard of on an earlier call while
 * another one goes on: whatever comes of that, it stands.
 */
export function progressAfter(progress: CallingProgress, event: CallEvent): CallingProgress {
  if (progress === 'opted_out') return progress;
  switch (event.type) {
    case 'DialDeferred':
      return progress === 'new' ? 'queued' : progress;
    case 'CallAttempted':
      return 'dialing';
    case 'LeadQualified':
      return 'qualified';
    case 'LeadDisqualified':
      return 'disqualified';
    case 'CallBridged':
      return 'transferred';
    case 'ConsumerOptedOut':
      return 'opted_out';
    case 'LeadExhausted':
      return 'exhausted';
    case 'CallEnded':
      return afterCall(progress, event.data.disposition);
    case 'AnswererRecognised':
      return afterRecognition(progress, event.data);
    case 'CallPlaced':
    case 'CallRefused':
    case 'CallRang':
    case 'CallAnswered':
    case 'TalkMeasured':
    case 'PrequalificationStarted':
    case 'QuestionAnswered':
    case 'CallbackRequested':
    case 'PrequalificationAbandoned':
    case 'NoDestinationFound':
    case 'TransferRequested':
    case 'DestinationDialed':
    case 'DestinationAnswered':
    case 'WhisperPlayed':
    case 'TransferFailed':
      return progress;
  }
}

/** What a mailbox seemed to say is no result: the consumer was not reached. */
function afterRecognition(
  progress: CallingProgress,
  { transferId, answeredBy }: Extract<CallEvent, { type: 'AnswererRecognised' }>['data'],
): CallingProgress {
  const wasHeard = progress === 'qualified' || progress === 'disqualified';
  const isMailbox = transferId === null && isMachine(answeredBy);
  return isMailbox && wasHeard ? 'dialing' : progress;
}

const RESULTS: Partial<Record<CallDisposition, CallingProgress>> = {
  transferred: 'completed',
  disqualified: 'disqualified',
  opted_out: 'opted_out',
};

/** A call that came to no result is followed by another one, or by the end of patience. */
function afterCall(progress: CallingProgress, disposition: CallDisposition): CallingProgress {
  if (progress === 'transferred') return 'completed';
  const underWay = progress === 'dialing' || progress === 'qualified';
  return underWay ? (RESULTS[disposition] ?? 'queued') : progress;
}
