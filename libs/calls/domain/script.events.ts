import { defineEvent, type EventOf } from '#libs/event-store';
import { filterSchema } from '#libs/filters';
import { type Static, Type } from 'typebox';
import { instant, Nullable, OneOf } from './field-types.js';

const scriptId = Type.String({ description: 'The script, a UUID.' });

const option = Type.Object({
  value: Type.String({ description: 'What the answer is recorded as, e.g. yes.' }),
  key: Nullable(Type.String({ description: 'The key that means it: 0-9, * or #.' })),
  words: Type.Array(Type.String(), { description: 'Spoken words that mean it, lower case.' }),
  callbackMinutes: Nullable(
    Type.Integer({ description: 'Choosing it asks for a call so much later; null: it does not.' }),
  ),
});

const question = Type.Object({
  id: Type.String({ description: 'Names the answer: `answers.<id>` in rules and filters.' }),
  prompt: Type.String({ description: 'What is asked.' }),
  options: Type.Array(option, { description: 'The answers it knows.' }),
  tries: Type.Integer({ description: 'How often it is put before giving up, at least 1.' }),
});

const content = Type.Object(
  {
    name: Type.String({ description: 'For people who choose among scripts.' }),
    language: Type.String({ description: 'BCP 47, e.g. en-US.' }),
    identity: Type.String({ description: 'Who calls and for whom; spoken first.' }),
    aiDisclosure: Type.String({ description: 'That a machine speaks; spoken second (CO-10).' }),
    callbackNumber: Type.String({ description: 'E.164 number to reach the caller; spoken.' }),
    optOut: Type.String({ description: 'How to stop such calls; spoken.' }),
    optOutKey: Type.String({ description: 'The key that opts out at any time, e.g. 9.' }),
    questions: Type.Array(question, { description: 'In the order they are put.' }),
    disqualify: Type.Array(
      Type.Object({
        reason: Type.String({ description: 'Reason code it is recorded with.' }),
        when: filterSchema,
      }),
      { description: 'Checked after every answer; the first that is met ends it.' },
    ),
    qualified: Type.String({ description: 'Said before the consumer is put through.' }),
    disqualified: Type.String({ description: 'Said to who is not qualified.' }),
    callback: Type.String({ description: 'Said to who is called back.' }),
    optedOut: Type.String({ description: 'Said to who opted out.' }),
    noInput: Type.String({ description: 'Said to who does not answer.' }),
    noDestination: Type.String({ description: 'Said when nobody can take the call.' }),
    agent: Type.Object(
      {
        kind: OneOf(['script', 'webhook', 'websocket'] as const, {
          description: 'The built-in script, or an agent of yours.',
        }),
        url: Nullable(Type.String({ description: 'Where the agent is; null for the script.' })),
      },
      { description: 'Who prequalifies.' },
    ),
  },
  { description: 'What consumers hear, and what their answers lead to (DI-4).' },
);

export const ScriptPublished = defineEvent({
  type: 'ScriptPublished',
  version: 1,
  doc: 'A version of a script was published; calls made from then on use it.',
  schema: Type.Object({
    scriptId,
    version: Type.Integer({ description: 'From 1.' }),
    content,
    reason: Nullable(Type.String({ description: 'Why, as the caller said.' })),
    publishedAt: instant('When.'),
  }),
});

export const ScriptRetired = defineEvent({
  type: 'ScriptRetired',
  version: 1,
  doc: 'A script may not be chosen any more; its versions stay readable.',
  schema: Type.Object({
    scriptId,
    reason: Nullable(Type.String({ description: 'Why, as the caller said.' })),
    retiredAt: instant('When.'),
  }),
});

/** What can happen to a script; on `script-<id>` streams. */
export const scriptEvents = [ScriptPublished, ScriptRetired] as const;

/** Any of them. */
export type ScriptEvent = EventOf<(typeof scriptEvents)[number]>;
/** What consumers hear, and what their answers lead to. */
export type ScriptContent = Static<typeof content>;
