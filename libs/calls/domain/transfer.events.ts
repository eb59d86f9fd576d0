import { dncFindingSchema } from '#events/leads';
import { defineEvent, type EventOf } from '#libs/event-store';
import { type Static, Type } from 'typebox';
import {
  callId,
  destinationRef,
  instant,
  leadId,
  Nullable,
  OneOf,
  transferId,
} from './field-types.js';
import { ANSWERED_BY } from './call.events.js';
import { payoutSchema } from './destination.events.js';

/**
 * Why a consumer was not handed over to a destination (TR-5). `consumer_gone`: it accepted, and
 * nobody was there any more; `stopped`, `suppressed`: we took it back before anybody was connected.
 */
export const TRANSFER_FAILURES = [
  'busy',
  'no_answer',
  'failed',
  'declined',
  'machine',
  'canceled',
  'lost',
  'consumer_gone',
  'stopped',
  'suppressed',
] as const;

const candidate = Type.Object(
  {
    ...destinationRef,
    outcome: OneOf(['chosen', 'eligible', 'refused'] as const, {
      description: 'Dialed now, fit but ranked lower, or not fit.',
    }),
    reasons: Type.Array(Type.String(), {
      description: 'Why it was refused, e.g. outside_schedule, daily_cap_reached (semantics §3.7).',
    }),
    priority: Type.Integer({
      description: 'Lowest number first; that of a closed one it stands in for, if that is lower.',
    }),
    weight: Type.Integer({ description: 'Share among those of equal priority.' }),
    usage: Nullable(
      Type.Record(Type.String(), Type.Integer(), {
        description: 'Counters per cap window at that moment; null if it has no caps.',
      }),
    ),
  },
  { description: 'A destination that was considered.' },
);

const routing = Type.Object(
  {
    rulesVersion: Type.Integer({ description: 'Version of the routing rules.' }),
    decidedAt: instant('The clock of the decision.'),
    draw: Type.Number({
      description: 'The draw among equals, 0 to 1, derived from call and attempt; it repeats.',
    }),
    dncFinding: Nullable(dncFindingSchema),
    candidates: Type.Array(candidate, { description: 'Every destination, in order of rank.' }),
  },
  { description: 'Everything the choice rested on, so that it can be explained and repeated.' },
);

export const TransferRequested = defineEvent({
  type: 'TransferRequested',
  version: 1,
  doc: 'A destination was chosen for a qualified consumer, and a slot of its caps was reserved.',
  schema: Type.Object({
    leadId,
    callId,
    transferId,
    attempt: Type.Integer({ description: 'Which attempt within the call, from 1.' }),
    mode: OneOf(['live', 'test'] as const, { description: 'Of the lead.' }),
    source: Nullable(Type.String({ description: 'Where the lead came from.' })),
    campaign: Type.Record(Type.String(), Type.String(), {
      description: 'utm_* values and campaign of the lead, for reporting.',
    }),
    ...destinationRef,
    destinationName: Type.String({ description: 'The party the consumer is handed over to.' }),
    destinationAddress: Type.String({ description: 'Its number (E.164) or SIP address.' }),
    consumerHash: Type.String({
      description: 'Keyed hash of the consumer’s number, by which buyers report revenue.',
    }),
    presentedCallerId: Nullable(
      Type.String({ description: 'Our number it is shown; null: the consumer’s own.' }),
    ),
    payout: payoutSchema,
    routing,
    requestedAt: instant('When.'),
  }),
});

export const NoDestinationFound = defineEvent({
  type: 'NoDestinationFound',
  version: 1,
  doc: 'No destination was left for a qualified consumer.',
  schema: Type.Object({
    leadId,
    callId,
    attempts: Type.Integer({ description: 'How many destinations had been dialed.' }),
    routing,
    decidedAt: instant('When.'),
  }),
});

export const DestinationDialed = defineEvent({
  type: 'DestinationDialed',
  version: 1,
  doc: 'The telephony provider took the call to the destination on.',
  schema: Type.Object({
    leadId,
    callId,
    transferId,
    providerCallId: Type.String({ description: 'The provider’s name for this leg.' }),
    dialedAt: instant('When it was known.'),
  }),
});

export const DestinationAnswered = defineEvent({
  type: 'DestinationAnswered',
  version: 1,
  doc: 'The destination answered; the consumer still waits.',
  schema: Type.Object({
    leadId,
    callId,
    transferId,
    answeredBy: OneOf(ANSWERED_BY, { description: 'A person, as far as could be told, or not.' }),
    answeredAt: instant('When it was reported.'),
  }),
});

export const WhisperPlayed = defineEvent({
  type: 'WhisperPlayed',
  version: 1,
  doc: 'The destination heard who is about to be connected.',
  schema: Type.Object({
    leadId,
    callId,
    transferId,
    accepted: Nullable(
      Type.Boolean({ description: 'Whether the key to accept was pressed; null: none is asked.' }),
    ),
    playedAt: instant('When it was over.'),
  }),
});

export const CallBridged = defineEvent({
  type: 'CallBridged',
  version: 1,
  doc: 'The provider saw the destination with the consumer; the billable clock runs from here.',
  schema: Type.Object({
    leadId,
    callId,
    transferId,
    ...destinationRef,
    transferNumber: Type.String({ description: 'Number or SIP address transferred to.' }),
    partyName: Type.String({ description: 'Name of the party transferred to.' }),
    consumerHash: Type.String({ description: 'Keyed hash of the consumer’s number.' }),
    presentedCallerId: Nullable(
      Type.String({ description: 'Our number it was shown; null: the consumer’s own.' }),
    ),
    bridgedAt: instant('When; starts the billable clock.'),
  }),
});

export const TransferFailed = defineEvent({
  type: 'TransferFailed',
  version: 1,
  doc: 'A destination could not be connected; the consumer may be offered the next one.',
  schema: Type.Object({
    leadId,
    callId,
    transferId,
    ...destinationRef,
    reason: OneOf(TRANSFER_FAILURES, { description: 'Why.' }),
    failedAt: instant('When.'),
  }),
});

/** What happens between a qualified consumer and destinations; on `lead-<id>` streams. */
export const transferEvents = [
  TransferRequested,
  NoDestinationFound,
  DestinationDialed,
  DestinationAnswered,
  WhisperPlayed,
  CallBridged,
  TransferFailed,
] as const;

/** Any of them. */
export type TransferEvent = EventOf<(typeof transferEvents)[number]>;
/** Why a transfer failed. */
export type TransferFailure = (typeof TRANSFER_FAILURES)[number];
/** Everything the choice of a destination rested on. */
export type RoutingDecision = Static<typeof routing>;
/** A destination that was considered. */
export type RoutingCandidate = Static<typeof candidate>;
