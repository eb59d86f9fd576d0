import { defineEvent, type EventOf } from '#libs/event-store';
import { type Static, Type } from 'typebox';
import { instant, minor, Nullable, OneOf, postbackId, sequence, why } from './field-types.js';
import { matchFacts } from './revenue.events.js';

/** Why a hit belongs to no transfer, as far as is known (PB-7). */
export const UNMATCHED_REASONS = [
  'caller_missing',
  'caller_unparseable',
  'caller_anonymous',
  'call_time_missing',
  'call_time_in_future',
  'no_transfer_for_caller',
  'outside_window',
  'already_matched_conflict',
  'unknown_id',
  'unreadable',
  'unlinked',
] as const;

const warning = Type.Object({
  field: Type.String({ description: 'Name of the field as it was sent.' }),
  code: Type.String({ description: 'What was odd, e.g. unreplaced_macro, cents_not_integer.' }),
});

const reading = Type.Object(
  {
    mapVersion: Type.String({
      description: 'Version of the alias map, and of the tenant’s additions, e.g. 1.0.',
    }),
    format: OneOf(['json', 'form', 'xml', 'query', 'mixed', 'unreadable'] as const, {
      description: 'How it was sent.',
    }),
    ids: Type.Array(Type.String(), { description: 'Our own ids that were echoed.' }),
    vendorCallId: Nullable(Type.String({ description: 'The sender’s name for the call.' })),
    callerHash: Nullable(Type.String({ description: 'Keyed hash of the caller’s number.' })),
    callerProblem: Nullable(
      OneOf(['missing', 'unparseable', 'anonymous'] as const, {
        description: 'Why there is no caller; null if there is one.',
      }),
    ),
    durationSeconds: Nullable(Type.Integer({ description: 'As reported.' })),
    buyer: Nullable(Type.String({ description: 'Name of the buyer, as reported.' })),
    payoutMinor: Nullable(minor('What the call is worth; null if it does not say.')),
    payoutMode: OneOf(['set', 'add'] as const, {
      description: 'Whether the amount is the whole, or is added to what was reported before.',
    }),
    currency: Type.String({ description: 'ISO 4217; the tenant’s if it does not say.' }),
    billable: Nullable(Type.Boolean({ description: 'As reported; null if it does not say.' })),
    isDuplicate: Type.Boolean({ description: 'Whether the sender calls it a duplicate.' }),
    callAt: Nullable(instant('When the call was, as reported.')),
    fields: Type.Record(Type.String(), Type.String(), {
      description: 'By what was understood, the name of the field it was read from.',
    }),
    warnings: Type.Array(warning, { description: 'What was odd.' }),
  },
  { description: 'How a hit is read (semantics §3.4). Nothing of it names a person.' },
);

export const PostbackReceived = defineEvent({
  type: 'PostbackReceived',
  version: 1,
  doc: 'A buyer’s platform reported on a call; the report is kept for ever as it came.',
  schema: Type.Object({
    postbackId,
    tokenId: Type.String({
      description: 'The token it was sent with; of a line of a statement, the statement.',
    }),
    destinationId: Nullable(
      Type.String({ description: 'The destination the token or statement is for.' }),
    ),
    method: OneOf(['GET', 'POST', 'IMPORT'] as const, {
      description: 'How it came; IMPORT: as a line of a statement.',
    }),
    contentType: Nullable(Type.String({ description: 'Media type, without parameters.' })),
    bytes: Type.Integer({ description: 'Length of query and body.' }),
    reading,
    keyId: Type.String({ description: 'Data key that seals the raw report.' }),
    personal: Type.String({ description: 'Sealed {query, body, headers, ip, caller}.' }),
    receivedAt: instant('When; reports that came together share it.'),
    sequence,
  }),
});

export const PostbackReadAnew = defineEvent({
  type: 'PostbackReadAnew',
  version: 1,
  doc: 'A report means something else under a newer alias map or token.',
  schema: Type.Object({
    postbackId,
    destinationId: Nullable(Type.String({ description: 'The destination the token is for now.' })),
    reading,
    readAt: instant('When.'),
  }),
});

export const PostbackLeftUnmatched = defineEvent({
  type: 'PostbackLeftUnmatched',
  version: 1,
  doc: 'No transfer was found that a report is about; it waits for one.',
  schema: Type.Object({
    postbackId,
    unmatchedReason: OneOf(UNMATCHED_REASONS, { description: 'Why.' }),
    nearestMs: Nullable(
      Type.Integer({ description: 'Distance of the nearest transfer outside the window.' }),
    ),
    rulesVersion: Type.Integer({ description: 'Version of the matching rules.' }),
    aliasMapVersion: Type.Integer({
      description:
        'Version of the built-in aliases by then; a report that cannot be opened any more is still ' +
        'read by an older one.',
    }),
    decidedAt: instant('When.'),
  }),
});

export const PostbackAssigned = defineEvent({
  type: 'PostbackAssigned',
  version: 1,
  doc: 'It was decided which transfer a report is about; its ledger hears of it next.',
  schema: Type.Object({
    postbackId,
    leadId: Type.String({ description: 'The lead on whose stream the ledger is.' }),
    transferId: Type.String({ description: 'The transfer.' }),
    match: matchFacts,
    ...why,
    assignedAt: instant('When.'),
  }),
});

export const PostbackSettled = defineEvent({
  type: 'PostbackSettled',
  version: 1,
  doc: 'A report was taken into the ledger of a transfer.',
  schema: Type.Object({
    postbackId,
    leadId: Type.String({ description: 'The lead on whose stream the ledger is.' }),
    transferId: Type.String({ description: 'The transfer.' }),
    destinationId: Type.String({ description: 'The destination of the transfer.' }),
    mode: OneOf(['live', 'test'] as const, { description: 'Of the lead.' }),
    outcome: OneOf(['matched', 'duplicate', 'revised'] as const, {
      description: 'The first report of its call, the same again, or one that changes it.',
    }),
    warnings: Type.Array(Type.String(), {
      description: 'What the ledger found odd, e.g. currency_mismatch.',
    }),
    settledAt: instant('When.'),
  }),
});

export const PostbackUnlinked = defineEvent({
  type: 'PostbackUnlinked',
  version: 1,
  doc: 'Somebody found that a report is not about the transfer it was matched to.',
  schema: Type.Object({
    postbackId,
    leadId: Type.String({ description: 'The lead it was taken off.' }),
    transferId: Type.String({ description: 'The transfer it was taken off.' }),
    ...why,
    unlinkedAt: instant('When.'),
  }),
});

export const PostbackMoved = defineEvent({
  type: 'PostbackMoved',
  version: 1,
  doc: 'A report follows the first one of its call to the transfer of that; it was taken to another.',
  schema: Type.Object({
    postbackId,
    leadId: Type.String({ description: 'The lead it was taken off.' }),
    transferId: Type.String({ description: 'The transfer it was taken off.' }),
    follows: Type.String({ description: 'The first report of the call.' }),
    movedAt: instant('When.'),
  }),
});

export const PostbackMatchConfirmed = defineEvent({
  type: 'PostbackMatchConfirmed',
  version: 1,
  doc: 'Somebody looked at a match and found it right; it needs no more review.',
  schema: Type.Object({
    postbackId,
    leadId: Type.String({ description: 'The lead of the transfer.' }),
    transferId: Type.String({ description: 'The transfer it is matched to.' }),
    ...why,
    confirmedAt: instant('When.'),
  }),
});

export const PostbackIgnored = defineEvent({
  type: 'PostbackIgnored',
  version: 1,
  doc: 'Somebody decided that a report is about no transfer, and is not to be matched.',
  schema: Type.Object({ postbackId, ...why, ignoredAt: instant('When.') }),
});

/** What can happen to a hit; on `postback-<id>` streams. */
export const postbackEvents = [
  PostbackReceived,
  PostbackReadAnew,
  PostbackLeftUnmatched,
  PostbackAssigned,
  PostbackSettled,
  PostbackUnlinked,
  PostbackMoved,
  PostbackMatchConfirmed,
  PostbackIgnored,
] as const;

/** Any of them. */
export type PostbackEvent = EventOf<(typeof postbackEvents)[number]>;
/** How a hit is read. */
export type Reading = Static<typeof reading>;
/** Why a hit belongs to no transfer. */
export type UnmatchedReason = (typeof UNMATCHED_REASONS)[number];
