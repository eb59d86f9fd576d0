import { defineEvent, type EventOf } from '#libs/event-store';
import { type Static, Type } from 'typebox';
import { instant, Nullable, OneOf, why } from './field-types.js';

const tokenId = Type.String({ description: 'The token’s public name.' });

const tokenSettings = Type.Object(
  {
    label: Type.String({ description: 'Whose it is, for people.' }),
    destinationId: Nullable(
      Type.String({ description: 'The destination whose buyer reports with it; null: any.' }),
    ),
    amountUnit: OneOf(['by_name', 'cents'] as const, {
      description: 'Whether names of fields tell the unit, or all amounts are in cents.',
    }),
    timeZone: Type.String({ description: 'IANA zone of times without one.' }),
    currency: Type.String({ description: 'ISO 4217, where reports do not say.' }),
  },
  { description: 'How reports that come with a token are read.' },
);

export const PostbackTokenCreated = defineEvent({
  type: 'PostbackTokenCreated',
  version: 1,
  doc: 'A tenant made a token for a buyer’s platform to report with.',
  schema: Type.Object({
    tokenId,
    secretHash: Type.String({ description: 'SHA-256 of the token, in base64url.' }),
    lastFour: Type.String({ description: 'Its last four characters.' }),
    settings: tokenSettings,
    createdAt: instant('When.'),
  }),
});

export const PostbackTokenChanged = defineEvent({
  type: 'PostbackTokenChanged',
  version: 1,
  doc: 'Reports that come with a token are read in another way.',
  schema: Type.Object({
    tokenId,
    before: tokenSettings,
    after: tokenSettings,
    ...why,
    changedAt: instant('When.'),
  }),
});

export const PostbackTokenRotated = defineEvent({
  type: 'PostbackTokenRotated',
  version: 1,
  doc: 'A token was replaced; the one before works for a while longer.',
  schema: Type.Object({
    tokenId,
    secretHash: Type.String({ description: 'SHA-256 of the new token, in base64url.' }),
    lastFour: Type.String({ description: 'Its last four characters.' }),
    formerUntil: instant('Until then the token before works, too.'),
    rotatedAt: instant('When.'),
  }),
});

export const PostbackTokenRevoked = defineEvent({
  type: 'PostbackTokenRevoked',
  version: 1,
  doc: 'Nothing that comes with a token is taken any more.',
  schema: Type.Object({ tokenId, ...why, revokedAt: instant('When.') }),
});

/** What can happen to a token; on `postbackToken-<id>` streams. */
export const postbackTokenEvents = [
  PostbackTokenCreated,
  PostbackTokenChanged,
  PostbackTokenRotated,
  PostbackTokenRevoked,
] as const;

const alias = Type.Object({
  field: Type.String({ description: 'What it means, e.g. payout_dollars.' }),
  name: Type.String({ description: 'The name of the field as senders spell it.' }),
});

export const AliasesChanged = defineEvent({
  type: 'AliasesChanged',
  version: 1,
  doc: 'A tenant’s additions to the alias map became others; unmatched reports are read anew.',
  schema: Type.Object({
    version: Type.Integer({ description: 'From 1.' }),
    before: Type.Array(alias, { description: 'The additions until now.' }),
    after: Type.Array(alias, {
      description: 'The additions from now on, before the built-in ones.',
    }),
    ...why,
    changedAt: instant('When.'),
  }),
});

/** What can happen to a tenant’s alias map; on `aliasMap-<tenant>` streams. */
export const aliasEvents = [AliasesChanged] as const;

/** Any event of a token. */
export type PostbackTokenEvent = EventOf<(typeof postbackTokenEvents)[number]>;
/** Any event of an alias map. */
export type AliasEvent = EventOf<(typeof aliasEvents)[number]>;
/** How reports that come with a token are read. */
export type PostbackTokenSettings = Static<typeof tokenSettings>;
/** An addition to the alias map. */
export type Alias = Static<typeof alias>;
