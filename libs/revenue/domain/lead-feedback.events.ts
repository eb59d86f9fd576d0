import { defineEvent, type EventOf } from '#libs/event-store';
import { type Static, Type } from 'typebox';
import { instant, Nullable, OneOf, sequence } from './field-types.js';

/** What a buyer can say of a lead (PB-10). */
export const FEEDBACK_STATUSES = [
  ...(['accepted', 'rejected', 'delivered', 'converted', 'returned'] as const),
] as const;
/** Why feedback belongs to no lead, or says nothing. */
export const UNPLACED_REASONS = [
  ...(['id_missing', 'unknown_id', 'status_missing', 'status_unknown', 'unreadable'] as const),
] as const;

const feedbackId = Type.String({ description: 'The feedback, as in its stream name.' });
const status = OneOf(FEEDBACK_STATUSES, { description: 'What the buyer says of the lead.' });
const leadId = Type.String({ description: 'The lead that it is about.' });
const transferId = Nullable(
  Type.String({ description: 'The transfer that was named; null if a lead or a call was.' }),
);
const outcome = OneOf(['matched', 'duplicate', 'revised'] as const, {
  description: 'The first of its sender on the lead, the same again, or another than the last.',
});
const sealedBy = (what: string) => ({
  keyId: Type.String({ description: 'Data key that seals `personal`.' }),
  personal: Type.String({ description: `Sealed ${what}.` }),
});
const origin = {
  tokenId: Type.String({ description: 'The token it was sent with.' }),
  destinationId: Nullable(Type.String({ description: 'The destination the token is for.' })),
};

const warning = Type.Object({
  field: Type.String({ description: 'Name of the field as it was sent.' }),
  code: Type.String({ description: 'What was odd, e.g. unreplaced_macro.' }),
});

const reading = Type.Object(
  {
    mapVersion: Type.String({ description: 'Version of the alias map it was read with.' }),
    format: OneOf(['json', 'form', 'xml', 'query', 'mixed', 'unreadable'] as const, {
      description: 'How it was sent.',
    }),
    ids: Type.Array(Type.String(), { description: 'Our own ids that were echoed.' }),
    status: Nullable(status),
    isStatusKnown: Type.Boolean({ description: 'False: a status was sent that is none of ours.' }),
    hasReason: Type.Boolean({ description: 'Whether a reason is sealed in `personal`.' }),
    warnings: Type.Array(warning, { description: 'What was odd.' }),
  },
  { description: 'How it is read. Nothing of it names a person.' },
);

export const FeedbackReceived = defineEvent({
  type: 'FeedbackReceived',
  version: 1,
  doc: 'A buyer’s platform said what became of a lead; it is kept for ever as it came.',
  schema: Type.Object({
    ...{ feedbackId, ...origin },
    method: OneOf(['GET', 'POST'] as const, { description: 'How it came.' }),
    contentType: Nullable(Type.String({ description: 'Media type, without parameters.' })),
    bytes: Type.Integer({ description: 'Length of query and body.' }),
    reading,
    ...sealedBy('{query, body, headers, ip, caller, reason}'),
    receivedAt: instant('When; what came together shares it.'),
    sequence,
  }),
});

export const FeedbackPlaced = defineEvent({
  type: 'FeedbackPlaced',
  version: 1,
  doc: 'It was found which lead feedback is about, and the lead was told.',
  schema: Type.Object({ feedbackId, leadId, transferId, outcome, placedAt: instant('When.') }),
});

export const FeedbackLeftUnplaced = defineEvent({
  type: 'FeedbackLeftUnplaced',
  version: 1,
  doc: 'Feedback names no lead that is known, or does not say what became of it.',
  schema: Type.Object({
    feedbackId,
    unplacedReason: OneOf(UNPLACED_REASONS, { description: 'Why.' }),
    decidedAt: instant('When.'),
  }),
});

/** What can happen to feedback; on `leadFeedback-<id>` streams. */
export const feedbackEvents = [FeedbackReceived, FeedbackPlaced, FeedbackLeftUnplaced] as const;

export const LeadFeedbackReceived = defineEvent({
  type: 'LeadFeedbackReceived',
  version: 1,
  doc: 'A buyer said what became of this lead.',
  schema: Type.Object({
    ...{ leadId, transferId, feedbackId, ...origin, status, outcome },
    ...sealedBy('{reason}, as the buyer gave it'),
    receivedAt: instant('When.'),
  }),
});

/** What buyers say of a lead; on `lead-<id>` streams. */
export const leadFeedbackEvents = [LeadFeedbackReceived] as const;

/** Any event of feedback. */
export type FeedbackEvent = EventOf<(typeof feedbackEvents)[number]>;
/** What a lead is told of feedback. */
export type LeadFeedbackEvent = EventOf<(typeof leadFeedbackEvents)[number]>;
/** How feedback is read. */
export type FeedbackReading = Static<typeof reading>;
/** What a buyer says of a lead. */
export type FeedbackStatus = (typeof FEEDBACK_STATUSES)[number];
/** Why feedback is about no lead. */
export type UnplacedReason = (typeof UNPLACED_REASONS)[number];
/** What feedback changes for its lead. */
export type FeedbackOutcome = LeadFeedbackEvent['data']['outcome'];
