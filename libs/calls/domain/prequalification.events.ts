import { defineEvent, type EventOf } from '#libs/event-store';
import { Type } from 'typebox';
import { callId, instant, leadId, Nullable, OneOf } from './field-types.js';

const scriptRef = {
  scriptId: Type.String({ description: 'The script, or the one its agent was given.' }),
  scriptVersion: Type.Integer({ description: 'In which version.' }),
};
const answers = Type.Record(Type.String(), Type.String(), {
  description: 'By question id, the value of the option chosen. Never free text.',
});
const personal = Nullable(
  Type.String({ description: 'Sealed {verbatim}: what was said; null if a key was pressed.' }),
);

export const PrequalificationStarted = defineEvent({
  type: 'PrequalificationStarted',
  version: 1,
  doc: 'The consumer began to hear a script, with the disclosures the law asks for.',
  schema: Type.Object({
    leadId,
    callId,
    ...scriptRef,
    disclosures: Type.Array(Type.String(), {
      description:
        'Which were spoken, in order: identity, ai_disclosure, callback_number, opt_out.',
    }),
    agent: OneOf(['script', 'webhook', 'websocket'] as const, {
      description: 'Who speaks: the built-in script, or an agent behind the port.',
    }),
    startedAt: instant('When it began.'),
  }),
});

export const QuestionAnswered = defineEvent({
  type: 'QuestionAnswered',
  version: 1,
  doc: 'The consumer answered a question of the script, or did not within the time.',
  schema: Type.Object({
    leadId,
    callId,
    questionId: Type.String({ description: 'Which question.' }),
    value: Nullable(
      Type.String({ description: 'Value of the option chosen; null: not understood, or silence.' }),
    ),
    given: OneOf(['key', 'speech', 'nothing'] as const, { description: 'How it was answered.' }),
    tries: Type.Integer({ description: 'How often the question was put so far, from 1.' }),
    personal,
    answeredAt: instant('When it was answered.'),
  }),
});

export const LeadQualified = defineEvent({
  type: 'LeadQualified',
  version: 1,
  doc: 'The consumer passed the prequalification and wants to be connected.',
  schema: Type.Object({ leadId, callId, ...scriptRef, answers, qualifiedAt: instant('When.') }),
});

export const LeadDisqualified = defineEvent({
  type: 'LeadDisqualified',
  version: 1,
  doc: 'The consumer’s answers met a disqualifying rule of the script.',
  schema: Type.Object({
    leadId,
    callId,
    ...scriptRef,
    answers,
    reason: Type.String({ description: 'Reason of the first rule that was met.' }),
    disqualifiedAt: instant('When.'),
  }),
});

export const CallbackRequested = defineEvent({
  type: 'CallbackRequested',
  version: 1,
  doc: 'The consumer asked to be called at another time.',
  schema: Type.Object({
    leadId,
    callId,
    ...scriptRef,
    callbackAt: instant('When to call again, if that is within calling hours.'),
    requestedAt: instant('When it was asked for.'),
  }),
});

export const ConsumerOptedOut = defineEvent({
  type: 'ConsumerOptedOut',
  version: 1,
  doc: 'The consumer said or pressed that they do not want to be called.',
  schema: Type.Object({
    leadId,
    callId,
    phoneHash: Type.String({ description: 'Keyed hash of the number, to be suppressed at once.' }),
    given: OneOf(['key', 'speech'] as const, { description: 'How it was said.' }),
    words: Type.String({ description: 'The opt-out words recognised, or the key pressed.' }),
    personal,
    optedOutAt: instant('When.'),
  }),
});

export const PrequalificationAbandoned = defineEvent({
  type: 'PrequalificationAbandoned',
  version: 1,
  doc: 'The prequalification came to no result.',
  schema: Type.Object({
    leadId,
    callId,
    reason: OneOf(['no_input', 'hung_up', 'agent_failed'] as const, { description: 'Why.' }),
    abandonedAt: instant('When.'),
  }),
});

/** What is said on the phone; on `lead-<id>` streams. */
export const prequalificationEvents = [
  PrequalificationStarted,
  QuestionAnswered,
  LeadQualified,
  LeadDisqualified,
  CallbackRequested,
  ConsumerOptedOut,
  PrequalificationAbandoned,
] as const;

/** Any of them. */
export type PrequalificationEvent = EventOf<(typeof prequalificationEvents)[number]>;
