import { defineEvent, type EventOf } from '#libs/event-store';
import { Type } from 'typebox';

const entryId = Type.String({ description: 'The entry, as in its stream name.' });

export const NumberSuppressed = defineEvent({
  type: 'NumberSuppressed',
  version: 1,
  doc: 'A tenant put a number, or every number with a prefix, on its suppression list.',
  schema: Type.Object({
    entryId,
    kind: Type.Union([Type.Literal('number'), Type.Literal('prefix')], {
      description: 'Whether one number or a whole prefix is suppressed.',
    }),
    phoneHash: Type.Union([Type.String(), Type.Null()], {
      description: 'Keyed hash of the number; null for a prefix.',
    }),
    prefix: Type.Union([Type.String(), Type.Null()], {
      description: 'E.164 prefix, e.g. +1900; null for a number.',
    }),
    reason: Type.String({ description: 'Why, e.g. opted_out, internal_dnc, customer_request.' }),
    source: Type.Union([Type.String(), Type.Null()], { description: 'Who or what asked for it.' }),
    scope: Type.Union([Type.Literal('tenant'), Type.Literal('brand'), Type.Literal('seller')], {
      description: 'Whom it binds: everybody, leads of a brand, or one buyer.',
    }),
    scopeName: Type.Union([Type.String(), Type.Null()], {
      description: 'The brand or seller, as it was spelled; null for the whole tenant.',
    }),
    expiresAt: Type.Union([Type.String(), Type.Null()], {
      description: 'ISO-8601 UTC; from then on the entry no longer counts. null: never.',
    }),
    personal: Type.Union([Type.String(), Type.Null()], {
      description: 'Sealed number; null for a prefix or an entry added by hash.',
    }),
    suppressedAt: Type.String({ description: 'ISO-8601 UTC.' }),
  }),
});

export const SuppressionLifted = defineEvent({
  type: 'SuppressionLifted',
  version: 1,
  doc: 'An entry was taken off the suppression list.',
  schema: Type.Object({
    entryId,
    reason: Type.String({ description: 'Why it was lifted.' }),
    liftedAt: Type.String({ description: 'ISO-8601 UTC.' }),
  }),
});

/** What can happen to an entry; the stored format of `suppression-<entryId>` streams. */
export const suppressionEvents = [NumberSuppressed, SuppressionLifted] as const;

/** Any event of an entry. */
export type SuppressionEvent = EventOf<(typeof suppressionEvents)[number]>;
/** An entry as it was put on the list. */
export type SuppressionData = EventOf<typeof NumberSuppressed>['data'];
