import { dncFindingSchema } from '#events/leads';
import { type Static, Type } from 'typebox';
import { Nullable, OneOf } from './field-types.js';

/** What the decision on calling hours rested on, as events state it. */
export const callingHours = Type.Object(
  {
    rulePackVersion: Type.String({ description: 'Version of the calling-hour rules applied.' }),
    zones: Type.Array(Type.String(), {
      description: 'Every IANA zone the consumer may be in; all of them had to allow it.',
    }),
    states: Type.Array(Type.String(), { description: 'Whose rules applied beside the federal.' }),
  },
  { description: 'What the decision on calling hours rested on (CO-6).' },
);

/** What the decision on calling hours rested on. */
export type CallingHoursFacts = Static<typeof callingHours>;

/** What a permission to dial rested on, as events state it. */
export const dialPermission = Type.Object(
  {
    callingHours,
    attemptsIn24Hours: Type.Integer({
      description: 'Calls to this consumer in the 24 hours before, this one not counted.',
    }),
    attemptsMax24Hours: Type.Integer({ description: 'How many were allowed.' }),
    suppressionEntryId: Nullable(
      Type.String({ description: 'Always null: the list was asked right before dialing.' }),
    ),
    dncOutcome: Type.String({
      description: 'What the do-not-call provider said, and still holds.',
    }),
    dncFinding: Nullable(dncFindingSchema),
    settingsVersion: Type.Integer({ description: 'Version of the tenant’s dialing settings.' }),
  },
  { description: 'Everything the permission to dial rested on.' },
);

/** Everything the permission to dial rested on. */
export type DialPermission = Static<typeof dialPermission>;

/** What a call record must show, as events state it. */
export const callRecord = Type.Object(
  {
    telemarketer: Type.String({ description: 'Who calls.' }),
    seller: Type.String({ description: 'On whose behalf.' }),
    offering: Type.String({ description: 'The goods or service the call is about.' }),
    calledParty: OneOf(['consumer', 'business'] as const, { description: 'Who is called.' }),
    direction: Type.Literal('outbound', { description: 'Who called whom.' }),
    prerecorded: Type.Boolean({ description: 'Whether a recorded or artificial voice speaks.' }),
    callingNumber: Type.String({ description: 'E.164 number shown to the consumer.' }),
    callerIdName: Nullable(Type.String({ description: 'Name transmitted with it.' })),
    callerIdAuthorisation: Nullable(
      Type.String({ description: 'On which authority that name and number are used.' }),
    ),
    calledNumberHash: Type.String({
      description: 'Keyed hash of the number called; the number is sealed in `LeadReceived`.',
    }),
    scriptId: Type.String({ description: 'The script the consumer hears.' }),
    scriptVersion: Type.Integer({ description: 'In which version.' }),
  },
  { description: 'What a telemarketing call record must show (CO-12), as known when dialing.' },
);

/** What a telemarketing call record must show. */
export type CallRecord = Static<typeof callRecord>;
