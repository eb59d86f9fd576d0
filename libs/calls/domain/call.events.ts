import { dncFindingSchema } from '#events/leads';
import { defineEvent, type EventOf } from '#libs/event-store';
import { Type } from 'typebox';
import { callingHours, callRecord, dialPermission } from './dial-facts.js';
import { callId, instant, leadId, Nullable, OneOf } from './field-types.js';
import { MACHINE_DETECTIONS } from './machine-detection.js';

/** Who answered, as far as the provider could tell. `unknown` is treated as a person. */
export const ANSWERED_BY = ['human', 'machine', 'fax', 'unknown'] as const;

/** Whether nobody is there to listen. */
export function isMachine(answeredBy: AnsweredBy | null): boolean {
  return answeredBy === 'machine' || answeredBy === 'fax';
}

/**
 * How a call to a consumer ended. Not answered: `busy`, `no_answer`, `failed`, `canceled`.
 * Answered: `machine`, then what prequalification came to, and `transferred` if a buyer was bridged
 * in; `hung_up` before it came to anything, `hungUpBy` says by whom. `lost`: nothing was heard of it any more, and the watchdog closed it.
 */
export const CALL_DISPOSITIONS = [
  'busy',
  'no_answer',
  'failed',
  'canceled',
  'machine',
  'no_input',
  'hung_up',
  'disqualified',
  'callback',
  'opted_out',
  'not_transferred',
  'transferred',
  'lost',
] as const;

/** Why a lead that may be dialed was not dialed at an instant (semantics §3.7). */
export const DIAL_OBSTACLES = [
  'outside_calling_hours',
  'timezone_unknown',
  'attempt_limit_24h',
  'spacing',
  'callback_scheduled',
  'consent_too_old',
  'suppressed',
  'suppressed_for_brand',
  'suppressed_for_all_sellers',
  'dnc_listed',
  'dnc_check_failed',
  'no_destination_open',
] as const;

export const DialDeferred = defineEvent({
  type: 'DialDeferred',
  version: 1,
  doc: 'A lead may be dialed, but not at that instant; it waits in the queue until it may.',
  schema: Type.Object({
    leadId,
    obstacles: Type.Array(OneOf(DIAL_OBSTACLES, { description: 'A reason code.' }), {
      description: 'Everything that stood in the way, most basic first.',
    }),
    nextAllowedAt: Nullable(
      instant('The first instant at which nothing known then stands in the way; null: none.'),
    ),
    callingHours,
    dncFinding: Nullable(dncFindingSchema),
    settingsVersion: Type.Integer({ description: 'Version of the tenant’s dialing settings.' }),
    deferredAt: instant('When it was decided.'),
  }),
});

export const CallAttempted = defineEvent({
  type: 'CallAttempted',
  version: 1,
  doc: 'It was decided to dial a lead; the provider is asked right after, and never twice.',
  schema: Type.Object({
    leadId,
    callId,
    mode: OneOf(['live', 'test'] as const, {
      description: 'Of the lead; lists of test calls never meet those of live ones.',
    }),
    attempt: Type.Integer({ description: 'How many calls to this lead there are now, from 1.' }),
    permission: dialPermission,
    record: callRecord,
    machineDetection: OneOf(MACHINE_DETECTIONS, {
      description:
        'Whether machines are told from people on this call: while the script is heard, before, or not.',
    }),
    attemptedAt: instant('When it was decided.'),
  }),
});

export const CallPlaced = defineEvent({
  type: 'CallPlaced',
  version: 1,
  doc: 'The telephony provider took the call on.',
  schema: Type.Object({
    leadId,
    callId,
    provider: Type.String({ description: 'Which provider, e.g. twilio.' }),
    providerCallId: Type.String({ description: 'Its name for the call.' }),
    placedAt: instant('When it was known.'),
  }),
});

export const CallRefused = defineEvent({
  type: 'CallRefused',
  version: 1,
  doc: 'The telephony provider refused an order for certain: nobody was rung.',
  schema: Type.Object({
    leadId,
    callId,
    provider: Type.String({ description: 'Which provider, e.g. twilio.' }),
    providerCode: Nullable(Type.Integer({ description: 'Its error code, where it gave one.' })),
    concerns: OneOf(['request', 'account'] as const, {
      description:
        'What it is about: this order, e.g. the number; or the account, which may not call at ' +
        'all just then. The latter does not count as an attempt.',
    }),
    refusedAt: instant('When it was known.'),
  }),
});

export const CallRang = defineEvent({
  type: 'CallRang',
  version: 1,
  doc: 'The consumer’s phone began to ring.',
  schema: Type.Object({
    ...{ leadId, callId },
    rangAt: instant('When it was reported; at the latest, when somebody answered.'),
  }),
});

export const CallAnswered = defineEvent({
  type: 'CallAnswered',
  version: 1,
  doc: 'Somebody or something answered the call to the consumer.',
  schema: Type.Object({
    leadId,
    callId,
    answeredBy: OneOf(ANSWERED_BY, { description: 'A person, as far as could be told, or not.' }),
    answeredAt: instant('When it was reported.'),
  }),
});

export const AnswererRecognised = defineEvent({
  type: 'AnswererRecognised',
  version: 1,
  doc: 'Some time after an answer the provider told whether a person or a machine had answered.',
  schema: Type.Object({
    leadId,
    callId,
    transferId: Nullable(
      Type.String({ description: 'The transfer whose leg it is; null: the consumer’s.' }),
    ),
    answeredBy: OneOf(ANSWERED_BY, { description: 'A person, or not.' }),
    recognisedAt: instant('When it was reported.'),
  }),
});

export const CallEnded = defineEvent({
  type: 'CallEnded',
  version: 1,
  doc: 'A call to a consumer is over, with everything it led to.',
  schema: Type.Object({
    leadId,
    callId,
    disposition: OneOf(CALL_DISPOSITIONS, { description: 'How it ended.' }),
    talkSeconds: Type.Integer({ description: 'From the consumer’s answer to the end; 0 if none.' }),
    transferId: Nullable(
      Type.String({ description: 'The transfer that was bridged, if one was.' }),
    ),
    connectedSeconds: Type.Integer({
      description: 'How long consumer and destination talked, from the bridge on; 0 if they never.',
    }),
    hungUpBy: OneOf(['consumer', 'destination', 'system', 'unknown'] as const, {
      description: 'Who ended it.',
    }),
    measuredBy: OneOf(['provider', 'clock', 'nothing'] as const, {
      description: 'Where the durations come from: the provider’s report, or our own clock.',
    }),
    estimate: Nullable(
      Type.Object(
        {
          amountMinor: Type.Integer({ description: 'In minor units of the currency, e.g. cents.' }),
          currency: Type.String({ description: 'ISO 4217.' }),
          billable: Type.Boolean({ description: 'Whether it was long enough to be paid for.' }),
          rule: Type.String({ description: 'Which rule of the payout configuration applied.' }),
        },
        { description: 'What the destination’s payout configuration says it is worth (TR-7).' },
      ),
    ),
    endedAt: instant('When it was over.'),
  }),
});

export const TalkMeasured = defineEvent({
  type: 'TalkMeasured',
  version: 1,
  doc: 'The provider told how long a consumer had talked whose call had ended before that was known.',
  schema: Type.Object({
    leadId,
    callId,
    talkSeconds: Type.Integer({
      description: 'From the consumer’s answer to the end; counts in place of what CallEnded says.',
    }),
    measuredAt: instant('When it was reported.'),
  }),
});

export const LeadExhausted = defineEvent({
  type: 'LeadExhausted',
  version: 1,
  doc: 'A lead is not dialed any more, though nothing speaks against the consumer.',
  schema: Type.Object({
    leadId,
    reason: OneOf(['attempts_exhausted', 'window_over', 'erased'] as const, {
      description: 'All attempts were made, its 30 days are over, or the person was erased.',
    }),
    attempts: Type.Integer({ description: 'How many calls were made.' }),
    exhaustedAt: instant('When it was decided.'),
  }),
});

/** What can happen between a lead and the telephone; on `lead-<id>` streams. */
export const dialEvents = [
  DialDeferred,
  CallAttempted,
  CallPlaced,
  CallRefused,
  CallRang,
  CallAnswered,
  AnswererRecognised,
  CallEnded,
  TalkMeasured,
  LeadExhausted,
] as const;

/** Any of them. */
export type DialEvent = EventOf<(typeof dialEvents)[number]>;
/** How a call ended. */
export type CallDisposition = (typeof CALL_DISPOSITIONS)[number];
/** Why a lead was not dialed. */
export type DialObstacle = (typeof DIAL_OBSTACLES)[number];
/** Who answered. */
export type AnsweredBy = (typeof ANSWERED_BY)[number];
/** What a call is worth before the buyer has reported. */
export type RevenueEstimate = NonNullable<EventOf<typeof CallEnded>['data']['estimate']>;
