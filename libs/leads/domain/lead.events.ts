import { defineEvent, type EventOf } from '#libs/event-store';
import { Type } from 'typebox';
import { dncFindingSchema, dncRulesSchema } from './dnc-rules.events.js';

const Nullable = <Schema extends Parameters<typeof Type.Union>[0][number]>(schema: Schema) =>
  Type.Union([schema, Type.Null()]);

const instant = (description: string) =>
  Type.String({ description: `${description} ISO-8601 UTC.` });
const leadId = Type.String({ description: 'The lead, as in its stream name.' });

/** A value the submission carried that could not be understood; the raw text is in `personal`. */
const warning = Type.Object({
  field: Type.String({ description: 'Name of the submitted field.' }),
  code: Type.String({ description: 'What was odd about it, e.g. state_unknown.' }),
});

const consentParts = {
  timestamp: Nullable(instant('When the consumer consented, as submitted.')),
  textVersion: Nullable(Type.String({ description: 'Which consent text was shown.' })),
  hasSourceUrl: Type.Boolean({ description: 'Whether a page address is sealed in `personal`.' }),
  problems: Type.Array(Type.String(), {
    description: 'Parts that are missing or unusable, e.g. source_url_missing.',
  }),
};
const aboutConsent = { description: 'Evidence of prior express written consent (CO-1).' };
const consentEvidence = Type.Object(consentParts, aboutConsent);
const recordedEvidence = Type.Object(
  {
    ...consentParts,
    hash: Type.Optional(
      Type.String({
        description:
          'Keyed hash of all of it, sealed parts too, by which the same is known when it comes ' +
          'again; absent where none was taken.',
      }),
    ),
  },
  aboutConsent,
);

const dncAnswer = Type.Object(
  {
    outcome: Type.Union(
      [
        Type.Literal('not_checked'),
        Type.Literal('clear'),
        Type.Literal('listed'),
        Type.Literal('failed'),
      ],
      { description: 'not_checked: no provider is connected; failed: it did not answer.' },
    ),
    lists: Type.Array(Type.String(), {
      description:
        'Lists the number is on: national, state, internal, litigator, reassigned; wireless for a ' +
        'mobile line, which alone leaves the outcome clear.',
    }),
    checkedAt: Nullable(instant('When the provider answered.')),
    listVersion: Nullable(Type.String({ description: 'The provider’s version of its lists.' })),
  },
  { description: 'What the do-not-call provider said (CO-5).' },
);

const checks = Type.Object(
  {
    policyVersion: Type.Integer({ description: 'Version of the eligibility rules applied.' }),
    tenantMode: Type.Union([Type.Literal('live'), Type.Literal('sandbox')], {
      description: 'In a sandbox fictitious numbers may be dialed.',
    }),
    countries: Type.Array(Type.String(), { description: 'ISO 3166 codes the tenant dials.' }),
    consentMaxAgeDays: Type.Integer({ description: 'Oldest consent accepted, in days.' }),
    suppressionEntryId: Nullable(
      Type.String({ description: 'The entry of the suppression list that matched.' }),
    ),
    suppressionScope: Nullable(
      Type.Union([Type.Literal('tenant'), Type.Literal('brand')], {
        description: 'Whom that entry binds: everybody, or leads of a brand; null: none matched.',
      }),
    ),
    dnc: dncAnswer,
    dncRules: Nullable(dncRulesSchema),
  },
  { description: 'Everything the decision rested on, so that it can be explained and repeated.' },
);

const verdict = Type.Object(
  {
    eligible: Type.Boolean({ description: 'Whether the lead may be dialed.' }),
    reasons: Type.Array(Type.String(), {
      description: 'Reason codes why not, most basic first; empty for an eligible lead.',
    }),
    checks,
    dncFinding: Nullable(dncFindingSchema),
  },
  {
    description:
      'Whether it could be dialed when it was received. null: received as version 1, ' +
      'judged by the event that follows.',
  },
);

export const LeadReceived = defineEvent({
  type: 'LeadReceived',
  version: 2,
  doc: 'A lead came in, was judged, and was stored under its own id.',
  schema: Type.Object({
    leadId,
    ordinal: Type.Integer({ description: 'How many leads this phone had before, from 0.' }),
    mode: Type.Union([Type.Literal('live'), Type.Literal('test')], {
      description: 'Test leads never meet live ones.',
    }),
    phoneHash: Type.String({ description: 'Keyed hash of the E.164 number, without extension.' }),
    phone: Type.Object(
      {
        country: Nullable(Type.String({ description: 'ISO 3166 code read from the number.' })),
        valid: Type.Boolean({ description: 'Whether the number is in an assigned range.' }),
        kind: Nullable(Type.String({ description: 'Line type, e.g. FIXED_LINE_OR_MOBILE.' })),
        areaCode: Nullable(Type.String({ description: 'NANP area code, for calling hours.' })),
        hasExtension: Type.Boolean({
          description: 'Whether an extension is sealed in `personal`.',
        }),
        libraryVersion: Type.String({ description: 'Version of the numbering data.' }),
      },
      { description: 'Facts about the number that name nobody.' },
    ),
    source: Nullable(
      Type.String({ description: 'Where the lead came from, as the sender names it.' }),
    ),
    channel: Type.Union([Type.Literal('api'), Type.Literal('csv')], {
      description: 'Which door it came through.',
    }),
    apiKeyId: Nullable(Type.String({ description: 'The key that submitted it.' })),
    state: Nullable(Type.String({ description: 'Two-letter US state or Canadian province.' })),
    country: Nullable(Type.String({ description: 'ISO 3166 code as submitted.' })),
    campaign: Type.Record(Type.String(), Type.String(), {
      description: 'utm_* values and campaign, for reporting.',
    }),
    consent: Nullable(consentEvidence),
    warnings: Type.Array(warning, { description: 'Values that were kept though not understood.' }),
    keyId: Type.String({ description: 'Data key that seals this lead’s personal data.' }),
    personal: Type.String({ description: 'Sealed personal fields.' }),
    receivedAt: instant('When it was received and judged; starts the 30-day window.'),
    verdict: Nullable(verdict),
  }),
  upcasters: { 1: (data) => ({ ...data, verdict: null }) },
});

export const LeadFoundEligible = defineEvent({
  type: 'LeadFoundEligible',
  version: 1,
  doc: 'A lead was judged anew and passed every check: it may be dialed.',
  schema: Type.Object({
    leadId,
    checks,
    dncFinding: Nullable(dncFindingSchema),
    assessedAt: instant('When it was assessed.'),
  }),
});

export const LeadFoundIneligible = defineEvent({
  type: 'LeadFoundIneligible',
  version: 1,
  doc: 'A lead was judged anew and failed at least one check: it is kept and never dialed.',
  schema: Type.Object({
    leadId,
    reasons: Type.Array(Type.String(), { description: 'Reason codes, most basic first.' }),
    checks,
    dncFinding: Nullable(dncFindingSchema),
    assessedAt: instant('When it was assessed.'),
  }),
});

export const LeadDeduplicated = defineEvent({
  type: 'LeadDeduplicated',
  version: 1,
  doc: 'The same phone was submitted again within 30 days; nothing of the submission was kept.',
  schema: Type.Object({
    leadId,
    phoneHash: Type.String({ description: 'Keyed hash of the number submitted.' }),
    source: Nullable(Type.String({ description: 'Source named by the repeated submission.' })),
    channel: Type.Union([Type.Literal('api'), Type.Literal('csv')], {
      description: 'Which door the repeated submission came through.',
    }),
    apiKeyId: Nullable(Type.String({ description: 'The key that submitted it.' })),
    submittedAt: instant('When it was submitted again.'),
    windowEndsAt: instant('From then on the phone makes a new lead.'),
  }),
});

export const ConsentRecorded = defineEvent({
  type: 'ConsentRecorded',
  version: 1,
  doc: 'Consent evidence for a lead arrived after the lead itself.',
  schema: Type.Object({
    leadId,
    consent: recordedEvidence,
    personal: Type.String({
      description: 'Sealed: page address of the consent, and whatever else proves it.',
    }),
    apiKeyId: Nullable(Type.String({ description: 'The key that brought it.' })),
    recordedAt: instant('When it arrived.'),
  }),
});

export const ConsentRevoked = defineEvent({
  type: 'ConsentRevoked',
  version: 1,
  doc: 'The consumer took back the consent to be called; no consent given before counts any more.',
  schema: Type.Object({
    leadId,
    channel: Type.Union([Type.Literal('call'), Type.Literal('api')], {
      description: 'Whether it was said on a call, or came through the api.',
    }),
    words: Nullable(
      Type.String({
        description: 'The opt-out words recognised, or the key pressed; never what was said.',
      }),
    ),
    callId: Nullable(Type.String({ description: 'The call on which it was said.' })),
    revocationScope: Type.Literal('all', { description: 'What it is taken back for: all calls.' }),
    revokedAt: instant('When the consumer said so.'),
  }),
});

/** What can happen to a lead; the stored format of `lead-<id>` streams. */
export const leadEvents = [
  LeadReceived,
  LeadFoundEligible,
  LeadFoundIneligible,
  LeadDeduplicated,
  ConsentRecorded,
  ConsentRevoked,
] as const;

/** Any event of a lead. */
export type LeadEvent = EventOf<(typeof leadEvents)[number]>;
/** What is known in the clear of a lead's consent; the page is sealed. */
export type ConsentEvidence = NonNullable<EventOf<typeof LeadReceived>['data']['consent']>;
/** The same of evidence that came by itself. */
export type RecordedEvidence = EventOf<typeof ConsentRecorded>['data']['consent'];
/** How, when and in which words consent was taken back. */
export type Revocation = Omit<EventOf<typeof ConsentRevoked>['data'], 'leadId' | 'revocationScope'>;
/** Whether a lead may be dialed, why not, and what that rested on. */
export type Verdict = NonNullable<EventOf<typeof LeadReceived>['data']['verdict']>;
/** Everything the decision whether a lead may be dialed rested on. */
export type EligibilityChecks = Verdict['checks'];
/** What the do-not-call provider said, or why it was not asked. */
export type DncAnswer = EligibilityChecks['dnc'];
/** `live` or `test`, from the key a lead was sent with; the two never meet. */
export type LeadMode = EventOf<typeof LeadReceived>['data']['mode'];
/** The door a lead came through. */
export type LeadChannel = EventOf<typeof LeadReceived>['data']['channel'];
/** What the numbering plan tells about a phone; the number itself is sealed. */
export type PhoneFacts = EventOf<typeof LeadReceived>['data']['phone'];
