import { defineEvent, type EventOf } from '#libs/event-store';
import { filterSchema } from '#libs/filters';
import { type Static, Type } from 'typebox';
import { instant, Nullable, OneOf } from './field-types.js';

const destinationId = Type.String({ description: 'The destination, a UUID.' });

const cap = (what: string) =>
  Nullable(Type.Integer({ description: `${what} null: unlimited; 0: none.` }));

const clockTime = (what: string) => Type.String({ description: `${what} HH:MM, local.` });

const opening = Type.Object({
  from: clockTime('Inclusive.'),
  to: clockTime('Exclusive; not after `from`: it ends on the next day.'),
});

/** Days as schedules name them, Monday first. */
export const WEEKDAYS = [
  'monday',
  'tuesday',
  'wednesday',
  'thursday',
  'friday',
  'saturday',
  'sunday',
] as const;

/** One of them. */
export type Weekday = (typeof WEEKDAYS)[number];
/** From when until when on a day, local HH:MM. */
export type Opening = Static<typeof opening>;

/** As a record over the days it would ask for all seven of them. */
const hours = Type.Unsafe<Readonly<Partial<Record<Weekday, readonly Opening[]>>>>(
  Type.Record(Type.String(), Type.Array(opening), {
    description: 'Openings per day they begin on, monday … sunday. No day at all: always open.',
  }),
);

/** What becomes of leads while a destination is closed. */
export const OFF_HOURS_ACTIONS = ['next', 'queue'] as const;

const schedule = Type.Object(
  {
    timeZone: Type.String({ description: 'IANA zone of hours, holidays and cap windows.' }),
    hours,
    closedOn: Type.Array(Type.String(), { description: 'Local dates it is closed, YYYY-MM-DD.' }),
    expiresAt: Nullable(instant('From then on it takes no calls.')),
    offHours: OneOf(OFF_HOURS_ACTIONS, {
      description: 'While it is closed others are looked for, or leads wait if all are.',
    }),
    standInId: Nullable(
      Type.String({ description: 'The destination that comes in its place while it is closed.' }),
    ),
  },
  { description: 'When it takes calls (BU-8).' },
);

/** What the buyer pays for a call; part of several events. */
export const payoutSchema = Type.Object(
  {
    model: OneOf(['fixed', 'duration_tiers'] as const, {
      description: 'One amount, or the amount of the highest tier reached.',
    }),
    currency: Type.String({ description: 'ISO 4217.' }),
    billableSeconds: Type.Integer({ description: 'Shorter calls are worth nothing.' }),
    amountMinor: Type.Integer({ description: 'Fixed amount in minor units; 0 with tiers.' }),
    tiers: Type.Array(
      Type.Object({
        fromSeconds: Type.Integer({ description: 'Inclusive.' }),
        amountMinor: Type.Integer({ description: 'In minor units.' }),
      }),
      { description: 'Ascending; empty for a fixed amount.' },
    ),
  },
  { description: 'What the buyer pays for a call (BU-9).' },
);

const settings = Type.Object(
  {
    name: Type.String({ description: 'As reports and call records name the party.' }),
    brandName: Nullable(
      Type.String({ description: 'Under which the buyer sells to consumers; null: its name.' }),
    ),
    address: Type.Object(
      {
        kind: OneOf(['phone', 'sip'] as const, { description: 'What `value` is.' }),
        value: Type.String({ description: 'E.164 number or sip: address.' }),
        sendDigits: Nullable(
          Type.String({ description: 'Keys sent after the answer; w waits half a second.' }),
        ),
      },
      { description: 'Where it is called.' },
    ),
    schedule,
    caps: Type.Object(
      {
        hour: cap('Transfers per local hour.'),
        day: cap('Transfers per local day.'),
        week: cap('Transfers per local week, from Monday.'),
        month: cap('Transfers per local month.'),
        total: cap('Transfers in all.'),
        concurrent: cap('Transfers at the same time.'),
        spacingSeconds: cap('From one transfer to the next, at least.'),
      },
      { description: 'How much it takes (BU-4).' },
    ),
    payout: payoutSchema,
    whisper: Nullable(
      Type.String({ description: 'What it hears first, with {{first_name}}, {{answers.x}} ….' }),
    ),
    acceptKey: Nullable(
      Type.String({ description: 'Key it must press to be connected; null: none.' }),
    ),
    ringSeconds: Type.Integer({ description: 'How long it rings.' }),
    detectMachines: Type.Boolean({ description: 'Whether answering machines are refused.' }),
    priority: Type.Integer({ description: 'Lowest number first.' }),
    weight: Type.Integer({ description: 'Share among those of equal priority.' }),
    filter: Nullable(filterSchema),
    presentsConsumer: Type.Boolean({
      description: 'Whether it is shown the consumer’s number; else one of ours (TR-4).',
    }),
  },
  { description: 'Everything about a destination that can be configured.' },
);

const why = { reason: Nullable(Type.String({ description: 'Why, as the caller said.' })) };

export const DestinationAdded = defineEvent({
  type: 'DestinationAdded',
  version: 1,
  doc: 'A tenant named a party that qualified consumers may be connected to.',
  schema: Type.Object({ destinationId, settings, ...why, addedAt: instant('When.') }),
});

export const DestinationChanged = defineEvent({
  type: 'DestinationChanged',
  version: 1,
  doc: 'The configuration of a destination became another.',
  schema: Type.Object({
    destinationId,
    before: settings,
    after: settings,
    ...why,
    changedAt: instant('When.'),
  }),
});

export const DestinationPaused = defineEvent({
  type: 'DestinationPaused',
  version: 1,
  doc: 'A destination takes no calls for now.',
  schema: Type.Object({ destinationId, ...why, pausedAt: instant('When.') }),
});

export const DestinationResumed = defineEvent({
  type: 'DestinationResumed',
  version: 1,
  doc: 'A destination takes calls again.',
  schema: Type.Object({ destinationId, ...why, resumedAt: instant('When.') }),
});

export const DestinationRetired = defineEvent({
  type: 'DestinationRetired',
  version: 1,
  doc: 'A destination is not used any more; its history stays.',
  schema: Type.Object({ destinationId, ...why, retiredAt: instant('When.') }),
});

/** What can happen to a destination; on `destination-<id>` streams. Revision + 1 is its version. */
export const destinationEvents = [
  DestinationAdded,
  DestinationChanged,
  DestinationPaused,
  DestinationResumed,
  DestinationRetired,
] as const;

/** Any of them. */
export type DestinationEvent = EventOf<(typeof destinationEvents)[number]>;
/** Everything about a destination that can be configured. */
export type DestinationSettings = Static<typeof settings>;
/** What the buyer pays for a call. */
export type Payout = Static<typeof payoutSchema>;
/** When a destination takes calls. */
export type Schedule = Static<typeof schedule>;
/** How much a destination takes. */
export type Caps = DestinationSettings['caps'];
