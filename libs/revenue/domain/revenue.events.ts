import { defineEvent, type EventOf } from '#libs/event-store';
import { type Static, Type } from 'typebox';
import { instant, minor, Nullable, OneOf, postbackId, sequence, why } from './field-types.js';

/** By which rule a hit was matched, first that applies (semantics §3.4, PB-5). */
export const MATCH_RULES = ['our_id', 'vendor_call_id', 'caller', 'manual'] as const;

const ids = {
  leadId: Type.String({ description: 'The lead, as in its stream name.' }),
  callId: Type.String({ description: 'The call to the consumer.' }),
  transferId: Type.String({ description: 'The transfer.' }),
};

const sender = Type.Object(
  {
    tokenId: Nullable(Type.String({ description: 'The token; null: it is of a statement.' })),
    destinationId: Nullable(
      Type.String({ description: 'The destination the token or statement is for; null: any.' }),
    ),
  },
  { description: 'Who reports. Names for calls are those of their sender.' },
);

const report = Type.Object(
  {
    postbackId,
    sender,
    vendorCallId: Nullable(Type.String({ description: 'The sender’s name for the call.' })),
    payoutMinor: Nullable(minor('As reported; null if it did not say.')),
    payoutMode: OneOf(['set', 'add'] as const, { description: 'The whole, or an addition.' }),
    currency: Type.String({ description: 'ISO 4217.' }),
    billable: Nullable(Type.Boolean({ description: 'As reported.' })),
    isDuplicate: Type.Boolean({ description: 'Whether the sender calls the call a duplicate.' }),
    durationSeconds: Nullable(Type.Integer({ description: 'As reported.' })),
    buyer: Nullable(Type.String({ description: 'As reported.' })),
    callAt: Nullable(instant('When the call was, as reported.')),
    receivedAt: instant('When the report came; reports count in this order.'),
    sequence,
  },
  { description: 'What a report says of the transfer.' },
);

const candidate = Type.Object(
  {
    transferId: Type.String({ description: 'A transfer that was considered.' }),
    leadId: Type.String({ description: 'Its lead.' }),
    anchorAt: instant(
      'Bridge, else dialing, else request of the transfer; its end, if nearer to a mere receipt.',
    ),
    distanceMs: Type.Integer({ description: 'From the call as reported to the anchor.' }),
    bridged: Type.Boolean({ description: 'Whether it was connected.' }),
    destinationMatches: Type.Boolean({
      description: 'Whether the token’s destination or the buyer’s name fits.',
    }),
    durationMatches: Type.Boolean({ description: 'Whether the durations differ by ≤ 60 s.' }),
    takenBy: Nullable(
      Type.String({ description: 'Another call of the same sender that it is confirmed as.' }),
    ),
  },
  { description: 'A transfer of the caller, in order of rank.' },
);

/** Schema of everything a match rested on. */
export const matchFacts = Type.Object(
  {
    rulesVersion: Type.Integer({ description: 'Version of the matching rules.' }),
    mapVersion: Type.String({ description: 'Version of the alias map it was read with.' }),
    rule: OneOf(MATCH_RULES, { description: 'Which rule found the transfer.' }),
    distanceMs: Nullable(Type.Integer({ description: 'Of the transfer chosen; null for ids.' })),
    ambiguous: Type.Boolean({ description: 'Whether another may be meant as well; for review.' }),
    candidates: Type.Array(candidate, { description: 'All that were considered.' }),
    warnings: Type.Array(Type.String(), { description: 'E.g. destination_mismatch.' }),
  },
  { description: 'Everything the match rested on, so that it can be explained and repeated.' },
);

export const PostbackMatched = defineEvent({
  type: 'PostbackMatched',
  version: 1,
  doc: 'A buyer’s report was matched to a transfer of this lead.',
  schema: Type.Object({
    ...ids,
    report,
    match: matchFacts,
    outcome: OneOf(['matched', 'duplicate', 'revised'] as const, {
      description: 'The first report of its call, the same again, or one that changes it.',
    }),
    ...why,
    matchedAt: instant('When.'),
  }),
});

export const PostbackRefused = defineEvent({
  type: 'PostbackRefused',
  version: 1,
  doc: 'A report came too late for the transfer found for it: another call took that meanwhile.',
  schema: Type.Object({
    ...ids,
    postbackId,
    takenBy: Type.String({ description: 'The sender’s name for the call that took it.' }),
    refusedAt: instant('When; the report is matched again.'),
  }),
});

export const PostbackDetached = defineEvent({
  type: 'PostbackDetached',
  version: 1,
  doc: 'A report does not count for this lead’s transfer any more.',
  schema: Type.Object({ ...ids, postbackId, ...why, detachedAt: instant('When.') }),
});

const change = {
  confirmed: Type.Boolean({
    description: 'Whether a report still says what it is worth; if not, the estimate stands again.',
  }),
  reason: Type.String({
    description: 'E.g. later_report, not_billable, worth_nothing, chargeback, read_anew, detached.',
  }),
};

const entry = {
  ...ids,
  destinationId: Type.String({ description: 'The destination of the transfer.' }),
  fromMinor: minor('What the transfer was confirmed to be worth before; 0 if it was not.'),
  toMinor: minor('What it is confirmed to be worth from now on.'),
  currency: Type.String({ description: 'ISO 4217.' }),
  billable: Type.Boolean({ description: 'Whether it is paid for.' }),
  becauseOf: Nullable(Type.String({ description: 'The hit that led to it; null: a detachment.' })),
  callAt: instant('When the call was: bridge of the transfer, else its dialing, else its request.'),
  recordedAt: instant('When.'),
};

export const RevenueConfirmed = defineEvent({
  type: 'RevenueConfirmed',
  version: 1,
  doc: 'What a transfer is worth was reported for the first time.',
  schema: Type.Object({
    ...entry,
    estimatedMinor: Nullable(
      minor('What we had estimated; null if the call is not over, or in another currency.'),
    ),
  }),
});

export const RevenueRevised = defineEvent({
  type: 'RevenueRevised',
  version: 1,
  doc: 'What a transfer is worth changed by a later report or correction.',
  schema: Type.Object({ ...entry, ...change }),
});

export const RevenueReversed = defineEvent({
  type: 'RevenueReversed',
  version: 1,
  doc: 'A transfer that was worth something is worth nothing after all.',
  schema: Type.Object({ ...entry, ...change }),
});

/** What a transfer is worth, entry by entry; on `lead-<id>` streams. */
export const revenueEvents = [
  PostbackMatched,
  PostbackRefused,
  PostbackDetached,
  RevenueConfirmed,
  RevenueRevised,
  RevenueReversed,
] as const;

/** Any of them. */
export type RevenueEvent = EventOf<(typeof revenueEvents)[number]>;
/** Who reports. */
export type ReportSender = Static<typeof sender>;
/** What a report says of a transfer. */
export type TransferReport = Static<typeof report>;
/** Everything a match rested on. */
export type MatchFacts = Static<typeof matchFacts>;
/** A transfer that was considered. */
export type MatchCandidate = Static<typeof candidate>;
