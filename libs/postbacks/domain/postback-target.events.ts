import { defineEvent, type EventOf } from '#libs/event-store';
import { filterSchema } from '#libs/filters';
import { type Static, Type } from 'typebox';
import { instant, Nullable, OneOf, targetId } from './field-types.js';

/** How a target is asked. */
export const POSTBACK_METHODS = ['GET', 'POST'] as const;

/** How fields are written into a body. */
export const POSTBACK_FORMATS = ['json', 'form'] as const;

/**
 * When a target is told (PB-12): as soon as a destination is to be handed a consumer, or they are
 * connected; when a call that was handed over is over, or only if it is paid for; when a report of
 * the buyer says what it is worth; or when a destination could not be connected.
 */
export const POSTBACK_OCCASIONS = [
  'incoming',
  'connected',
  'completed',
  'converted',
  'payout',
  'failed',
] as const;

/**
 * Occasions that other platforms know and that never come here, with what to say to who asks for
 * one.
 */
export const ABSENT_OCCASIONS = {
  finalized: 'A buyer may correct a call at any time, so that none is ever final. Choose payout.',
  recording: 'Calls are not recorded, so that there is no recording to tell of.',
} as const;

const billableSeconds = Type.Integer({ description: 'Shorter calls are worth nothing to it.' });

const payoutTerms = Type.Union(
  [
    Type.Object(
      {
        model: Type.Literal('fixed'),
        amountMinor: Type.Integer({ description: 'For each call, in minor units.' }),
        currency: Type.String({ description: 'ISO 4217.' }),
        billableSeconds,
      },
      { description: 'One amount for each call that is long enough.' },
    ),
    Type.Object(
      {
        model: Type.Literal('share'),
        basisPoints: Type.Integer({ description: 'Hundredths of a percent of what we earn.' }),
        billableSeconds,
      },
      { description: 'A part of what we earn with it, in that currency.' },
    ),
  ],
  { description: 'What it is paid for a call.' },
);

const targetSettings = Type.Object(
  {
    label: Type.String({ description: 'Whose it is, for people.' }),
    mode: OneOf(['live', 'test'] as const, { description: 'Of the leads whose calls it is told.' }),
    destinationId: Nullable(
      Type.String({ description: 'The destination whose calls it is told; null: any.' }),
    ),
    fireOn: OneOf(POSTBACK_OCCASIONS, {
      description:
        'As soon as it is to be handed over or is connected, when it is over, then only if it is ' +
        'paid for, when a report says what it is worth, or when it failed.',
    }),
    filter: Nullable(filterSchema),
    method: OneOf(POSTBACK_METHODS, { description: 'How it is asked.' }),
    format: OneOf(POSTBACK_FORMATS, { description: 'How a body is written; GET has none.' }),
    payout: Nullable(payoutTerms),
    host: Type.String({ description: 'The host it is at; the whole address is sealed.' }),
  },
  { description: 'Who is told of which calls, and how.' },
);

export const PostbackTargetCreated = defineEvent({
  type: 'PostbackTargetCreated',
  version: 1,
  doc: 'A tenant named an address that is told what came of calls.',
  schema: Type.Object({
    targetId,
    settings: targetSettings,
    sealed: Type.String({
      description: 'Sealed {url, fields}: templates, which may hold credentials of the receiver.',
    }),
    secret: Type.String({ description: 'Sealed {secret}, with which requests are signed.' }),
    createdAt: instant('When.'),
  }),
});

export const PostbackSecretRotated = defineEvent({
  type: 'PostbackSecretRotated',
  version: 1,
  doc: 'Requests to a target are signed with a new secret, and for a while with the one before, too.',
  schema: Type.Object({
    targetId,
    secret: Type.String({ description: 'Sealed {secret}: the new one.' }),
    formerUntil: instant('Until then the secret before signs, too.'),
    rotatedAt: instant('When.'),
  }),
});

export const PostbackTargetRemoved = defineEvent({
  type: 'PostbackTargetRemoved',
  version: 1,
  doc: 'Nothing is sent to a target any more, not even what was due.',
  schema: Type.Object({
    targetId,
    cause: OneOf(['asked', 'gone'] as const, {
      description: 'A person removed it, or it answered 410.',
    }),
    reason: Nullable(Type.String({ description: 'Why, as the caller said.' })),
    removedAt: instant('When.'),
  }),
});

/** What can happen to a tenant’s targets; on `postbackTargets-<tenant>` streams. */
export const postbackTargetEvents = [
  PostbackTargetCreated,
  PostbackSecretRotated,
  PostbackTargetRemoved,
] as const;

/** Any event of a tenant’s targets. */
export type PostbackTargetEvent = EventOf<(typeof postbackTargetEvents)[number]>;
/** When a target is told. */
export type PostbackOccasion = (typeof POSTBACK_OCCASIONS)[number];
/** What a target is paid for a call. */
export type PayoutTerms = Static<typeof payoutTerms>;
/** Who is told of which calls, and how. */
export type PostbackTargetSettings = Static<typeof targetSettings>;
