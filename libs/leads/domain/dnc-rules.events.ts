import { defineEvent, type EventOf } from '#libs/event-store';
import { type Static, Type } from 'typebox';

/** What a do-not-call provider may report of a number; `wireless` is a kind of line, not a list. */
export const DNC_LISTS = [
  'national',
  'state',
  'internal',
  'litigator',
  'wireless',
  'reassigned',
] as const;

/** One of them. */
export type DncList = (typeof DNC_LISTS)[number];

/** What being on a list means, the strictest first. */
export const DNC_RULES = ['block', 'allow_with_written_consent', 'allow'] as const;

/** One of them. */
export type DncRule = (typeof DNC_RULES)[number];

const ruleOf = (list: DncList) =>
  Type.Union(
    [Type.Literal('block'), Type.Literal('allow_with_written_consent'), Type.Literal('allow')],
    { description: `What being on ${list} means.` },
  );

const matrix = Type.Object(
  {
    national: ruleOf('national'),
    state: ruleOf('state'),
    internal: ruleOf('internal'),
    litigator: ruleOf('litigator'),
    wireless: ruleOf('wireless'),
    reassigned: ruleOf('reassigned'),
  },
  { description: 'What each list means, given the consent that a lead carries (CO-5).' },
);

/** The matrix and its version; part of several events. */
export const dncRulesSchema = Type.Object(
  {
    version: Type.Integer({ description: 'How often the tenant decided; 0: our defaults.' }),
    matrix,
  },
  { description: 'What lists meant when they were asked.' },
);

/** What lists mean for one lead; part of the events of whatever rested on them. */
export const dncFindingSchema = Type.Object(
  {
    rulesVersion: Type.Integer({ description: 'Version of the matrix applied; 0: our defaults.' }),
    writtenConsent: Type.Boolean({
      description: 'Whether the lead carried a whole consent: time, text version and page.',
    }),
    answers: Type.Record(
      Type.String(),
      Type.Union([
        Type.Literal('clear'),
        Type.Literal('blocked'),
        Type.Literal('allowed_by_written_consent'),
        Type.Literal('allowed'),
      ]),
      { description: 'By list, what it means for this lead; clear: it is not on it.' },
    ),
  },
  { description: 'What do-not-call lists meant for this lead (CO-5).' },
);

export const DncRulesConfigured = defineEvent({
  type: 'DncRulesConfigured',
  version: 1,
  doc: 'A tenant decided what do-not-call lists mean for leads that carry consent.',
  schema: Type.Object({
    before: matrix,
    after: matrix,
    reason: Type.Union([Type.String(), Type.Null()], { description: 'Why, as the caller said.' }),
    configuredAt: Type.String({ description: 'When. ISO-8601 UTC.' }),
  }),
});

/** What a tenant decides about do-not-call lists; on `dncRules-<tenant>` streams. */
export const dncRulesEvents = [DncRulesConfigured] as const;

/** Any of them. */
export type DncRulesEvent = EventOf<(typeof dncRulesEvents)[number]>;
/** What each list means. */
export type DncMatrix = Static<typeof matrix>;
/** What each list means, and which version of it that is. */
export type DncRules = Static<typeof dncRulesSchema>;
/** What lists mean for one lead. */
export type DncFinding = Static<typeof dncFindingSchema>;
/** What one list means for one lead. */
export type ListVerdict = DncFinding['answers'][string];
