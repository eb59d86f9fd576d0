import { defineEvent, type EventOf } from '#libs/event-store';
import { type Static, Type } from 'typebox';
import { deliveryId, instant, Nullable, OneOf, targetId } from './field-types.js';

/** Why an attempt was not a success. `status`: it was answered, but not with 2xx. */
export const ATTEMPT_FAILURES = ['status', 'timeout', 'unreachable', 'forbidden_address'] as const;

/** Why nothing more is sent. */
export const GIVEN_UP_REASONS = [
  'rejected',
  'gone',
  'forbidden_address',
  'exhausted',
  'target_removed',
  'superseded',
] as const;

/** How far a transfer is that is told of. */
export const CALL_STAGES = ['incoming', 'connected', 'failed', 'over'] as const;

const callResult = Type.Object(
  {
    leadId: Type.String({ description: 'The lead, as in its stream name.' }),
    callId: Type.String({ description: 'The call to the consumer.' }),
    transferId: Type.String({ description: 'The transfer.' }),
    mode: OneOf(['live', 'test'] as const, { description: 'Of the lead.' }),
    source: Nullable(Type.String({ description: 'Where the lead came from.' })),
    destinationId: Type.String({ description: 'The destination.' }),
    buyer: Type.String({ description: 'The name of the destination.' }),
    stage: OneOf(CALL_STAGES, {
      description: 'About to be handed over, just connected, not connected at all, or over.',
    }),
    reason: Nullable(Type.String({ description: 'Why it was not connected.' })),
    connectedSeconds: Nullable(
      Type.Integer({ description: 'From the bridge to the end; null before the end.' }),
    ),
    billable: Type.Boolean({ description: 'Whether it is paid for, as far as is known.' }),
    amountMinor: Nullable(
      Type.Integer({
        description: 'What the target is paid, in minor units; null: no terms, or nothing says.',
      }),
    ),
    currency: Nullable(Type.String({ description: 'ISO 4217; null without an amount.' })),
    bridgedAt: Nullable(instant('When both were connected; null: never.')),
    endedAt: Nullable(instant('When it was over, or failed; null: not yet.')),
  },
  { description: 'What came of the call. The consumer’s number is taken from the lead.' },
);

const ids = {
  deliveryId,
  targetId,
  attempt: Type.Integer({ description: 'Which attempt, from 1.' }),
};

const answer = Nullable(
  Type.Object(
    {
      status: Type.Integer({ description: 'HTTP status.' }),
      body: Nullable(
        Type.String({
          description: 'Sealed {text}: its first 4 KiB, with the lead’s key; null once erased.',
        }),
      ),
      tookMs: Type.Integer({ description: 'How long it took.' }),
    },
    { description: 'What was answered; null: nothing.' },
  ),
);

const failure = OneOf(ATTEMPT_FAILURES, { description: 'Why it was not a success.' });

export const PostbackScheduled = defineEvent({
  type: 'PostbackScheduled',
  version: 1,
  doc: 'It was decided to tell a target what came of a call.',
  schema: Type.Object({
    deliveryId,
    targetId,
    result: callResult,
    entryId: Nullable(
      Type.String({
        description: 'The revenue entry that changed what is told; null: the call was over.',
      }),
    ),
    scheduledAt: instant('When.'),
  }),
});

export const PostbackDelivered = defineEvent({
  type: 'PostbackDelivered',
  version: 1,
  doc: 'A target took what it was told with 2xx; nothing more is sent.',
  schema: Type.Object({ ...ids, answer, deliveredAt: instant('When.') }),
});

export const PostbackAttemptFailed = defineEvent({
  type: 'PostbackAttemptFailed',
  version: 1,
  doc: 'A target did not take what it was told; it is told again later.',
  schema: Type.Object({
    ...ids,
    failure,
    answer,
    nextAttemptAt: instant('Not before then it is tried again.'),
    failedAt: instant('When.'),
  }),
});

export const PostbackGivenUp = defineEvent({
  type: 'PostbackGivenUp',
  version: 1,
  doc: 'A target did not take what it was told, and is not told again.',
  schema: Type.Object({
    ...ids,
    failure: Nullable(failure),
    answer,
    reason: OneOf(GIVEN_UP_REASONS, {
      description:
        'Refused for good, answered 410, not to be sent to, tried often enough, removed, or a ' +
        'later delivery says what the call is worth now.',
    }),
    givenUpAt: instant('When.'),
  }),
});

export const PostbackRescheduled = defineEvent({
  type: 'PostbackRescheduled',
  version: 1,
  doc: 'Somebody had a delivery tried again that was given up: now, and then by the schedule.',
  schema: Type.Object({
    deliveryId,
    targetId,
    attempts: Type.Integer({ description: 'How many were made before.' }),
    rescheduledAt: instant('When.'),
  }),
});

/** What becomes of one postback to one target; on `postbackDelivery-<id>` streams. */
export const postbackDeliveryEvents = [
  PostbackScheduled,
  PostbackDelivered,
  PostbackAttemptFailed,
  PostbackGivenUp,
  PostbackRescheduled,
] as const;

/** Any event of a delivery. */
export type PostbackDeliveryEvent = EventOf<(typeof postbackDeliveryEvents)[number]>;
/** What came of a call. */
export type CallResult = Static<typeof callResult>;
/** What a target answered; `null`: nothing. */
export type TargetAnswer = Static<typeof answer>;
/** Why an attempt was not a success. */
export type AttemptFailure = (typeof ATTEMPT_FAILURES)[number];
/** Why nothing more is sent. */
export type GivenUpReason = (typeof GIVEN_UP_REASONS)[number];
