import { defineEvent, type EventOf } from '#libs/event-store';
import { type Static, Type } from 'typebox';
import { destinationRef, instant, transferId } from './field-types.js';

const windows = Type.Object(
  {
    hour: Type.String({ description: 'Local, e.g. 2026-11-01T09 with its offset.' }),
    day: Type.String({ description: 'Local date.' }),
    week: Type.String({ description: 'Local date of its Monday.' }),
    month: Type.String({ description: 'Local, YYYY-MM.' }),
  },
  { description: 'Cap windows it counts in, by the destination’s local calendar (BU-5).' },
);

export const DestinationSlotReserved = defineEvent({
  type: 'DestinationSlotReserved',
  version: 1,
  doc: 'A transfer was counted against the caps of a destination, before it is dialed.',
  schema: Type.Object({
    ...destinationRef,
    transferId,
    windows,
    counts: Type.Record(Type.String(), Type.Integer(), {
      description: 'Counters after it: hour, day, week, month, total, concurrent.',
    }),
    reservedAt: instant('When.'),
  }),
});

export const DestinationSlotReleased = defineEvent({
  type: 'DestinationSlotReleased',
  version: 1,
  doc: 'A transfer is over: it no longer counts as concurrent, nor at all if nobody was connected.',
  schema: Type.Object({
    destinationId: Type.String({ description: 'The destination.' }),
    transferId,
    used: Type.Boolean({ description: 'Whether consumer and destination were connected.' }),
    releasedAt: instant('When.'),
  }),
});

/** Who uses a destination’s caps; on `destinationUsage-<id>` streams. */
export const destinationUsageEvents = [DestinationSlotReserved, DestinationSlotReleased] as const;

/** Any of them. */
export type DestinationUsageEvent = EventOf<(typeof destinationUsageEvents)[number]>;
/** Cap windows a transfer counts in. */
export type CapWindows = Static<typeof windows>;
