import { defineEvent, type EventOf } from '#libs/event-store';
import { filterSchema } from '#libs/filters';
import { type Static, Type } from 'typebox';
import { CALL_DISPOSITIONS } from './call.events.js';
import { instant, Nullable, OneOf } from './field-types.js';
import { MACHINE_DETECTIONS } from './machine-detection.js';

const cadenceRule = Type.Object({
  last: OneOf(CALL_DISPOSITIONS, { description: 'How the last call ended.' }),
  beforeLast: Nullable(
    OneOf(CALL_DISPOSITIONS, {
      description: 'How the one before ended; null: in any way, or none.',
    }),
  ),
  filter: Nullable(filterSchema),
  waitMinutes: Type.Integer({
    description: 'From the end of the last call to the next, at least.',
  }),
});

const settings = Type.Object(
  {
    telemarketer: Type.String({ description: 'Who calls, as the call record names it.' }),
    seller: Type.String({ description: 'On whose behalf.' }),
    offering: Type.String({ description: 'The goods or service.' }),
    callingNumbers: Type.Array(Type.String(), {
      description: 'E.164 numbers of ours to call from; one is chosen by the lead.',
    }),
    callerIdName: Nullable(Type.String({ description: 'Name transmitted with them.' })),
    callerIdAuthorisation: Nullable(
      Type.String({ description: 'On which authority they are used, e.g. own numbers.' }),
    ),
    scriptId: Type.String({ description: 'The script consumers hear.' }),
    concurrentCallsMax: Type.Integer({ description: 'Calls to consumers at the same time.' }),
    attemptsMax: Type.Integer({ description: 'Calls to one lead in all (CO-7).' }),
    attempts24HoursMax: Type.Integer({ description: 'Calls to one consumer in any 24 hours.' }),
    spacingMinutes: Type.Integer({ description: 'From the end of a call to the next, at least.' }),
    cadence: Type.Array(cadenceRule, {
      description: 'Other waits after certain calls; the first rule that fits counts (DI-5).',
    }),
    ringSeconds: Type.Integer({ description: 'How long a consumer’s phone rings.' }),
    machineDetection: OneOf(MACHINE_DETECTIONS, {
      description: 'Whether machines are told from people, and whether people wait for it (DI-3).',
    }),
    transferAttemptsMax: Type.Integer({ description: 'Destinations tried for one consumer.' }),
    sourcePriorities: Type.Record(Type.String(), Type.Integer(), {
      description: 'By source, the priority of its leads; 0 if not named, highest first.',
    }),
  },
  { description: 'How a tenant dials.' },
);

const why = {
  reason: Nullable(Type.String({ description: 'Why, as the caller said.' })),
};

export const DialingConfigured = defineEvent({
  type: 'DialingConfigured',
  version: 1,
  doc: 'A tenant decided how it dials; the first time it begins to.',
  schema: Type.Object({
    before: Nullable(settings),
    after: settings,
    ...why,
    configuredAt: instant('When.'),
  }),
});

export const DialingStopped = defineEvent({
  type: 'DialingStopped',
  version: 1,
  doc: 'A tenant pulled the emergency stop: no consumer and no destination is dialed any more.',
  schema: Type.Object({ ...why, stoppedAt: instant('When.') }),
});

export const DialingResumed = defineEvent({
  type: 'DialingResumed',
  version: 1,
  doc: 'A tenant dials again.',
  schema: Type.Object({ ...why, resumedAt: instant('When.') }),
});

export const SourcePaused = defineEvent({
  type: 'SourcePaused',
  version: 1,
  doc: 'Leads of a source are not dialed for now.',
  schema: Type.Object({
    source: Type.String({ description: 'As leads name it.' }),
    ...why,
    pausedAt: instant('When.'),
  }),
});

export const SourceResumed = defineEvent({
  type: 'SourceResumed',
  version: 1,
  doc: 'Leads of a source are dialed again.',
  schema: Type.Object({
    source: Type.String({ description: 'As leads name it.' }),
    ...why,
    resumedAt: instant('When.'),
  }),
});

/** What a tenant decides about dialing; on `dialing-<tenant>` streams. */
export const dialingEvents = [
  DialingConfigured,
  DialingStopped,
  DialingResumed,
  SourcePaused,
  SourceResumed,
] as const;

/** Any of them. */
export type DialingEvent = EventOf<(typeof dialingEvents)[number]>;
/** How long to wait after certain calls. */
export type CadenceRule = Static<typeof cadenceRule>;
/** How a tenant dials. */
export type DialingSettings = Static<typeof settings>;
