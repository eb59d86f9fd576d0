import type { CapWindows, DestinationUsageEvent } from '#events/calls';
import {
  bigInteger,
  defineProjection,
  defineTable,
  instant,
  integer,
  json,
  nullable,
  type ProjectedEvent,
  type Row,
  text,
  update,
  upsert,
} from '#libs/read-db';

/** A row per destination. */
export const destinationUsageTable = defineTable({
  columns: {
    tenantId: text(),
    destinationId: text(),
    /** Transfers that are not over. */
    inFlight: integer(),
    /** The latest hour, day, week and month a transfer counted in, as the event names them. */
    hour: nullable(text()),
    day: nullable(text()),
    week: nullable(text()),
    month: nullable(text()),
    /** How many count in each of these. */
    hourCount: integer(),
    dayCount: integer(),
    weekCount: integer(),
    monthCount: integer(),
    total: integer(),
    /** From which the next one keeps its distance. */
    lastReservedAt: nullable(instant()),
    /** What a transfer that is not over counts in, by its id: no more than run at the same time. */
    reservations: json<Readonly<Record<string, CapWindows>>>(),
    /** Of the last event. */
    position: bigInteger(),
  },
  key: ['tenantId', 'destinationId'],
});

/** How much of its caps a destination uses. */
export type DestinationUsageRow = Row<typeof destinationUsageTable>;

/**
 * How many transfers does each destination have now, and in its current hour, day, week and month?
 */
export const destinationUsageProjection = defineProjection<
  DestinationUsageEvent,
  typeof destinationUsageTable
>({
  name: 'destination_usage',
  version: 1,
  table: destinationUsageTable,
  on: {
    DestinationSlotReserved: (event) =>
      upsert(keyOf(event), (row: DestinationUsageRow | undefined) => reserved(row, event)),
    DestinationSlotReleased: (event) =>
      update(keyOf(event), (row: DestinationUsageRow) => released(row, event)),
  },
});

function keyOf(event: ProjectedEvent<DestinationUsageEvent>) {
  return { tenantId: event.metadata.tenantId, destinationId: event.data.destinationId };
}

type Of<Type extends DestinationUsageEvent['type']> = ProjectedEvent<
  Extract<DestinationUsageEvent, { type: Type }>
>;

/** The event says what the counters are after it: nothing is counted here. */
function reserved(
  row: DestinationUsageRow | undefined,
  event: Of<'DestinationSlotReserved'>,
): DestinationUsageRow {
  const { transferId, windows, counts, reservedAt } = event.data;
  const reservations = { ...row?.reservations, [transferId]: windows };
  return {
    ...keyOf(event),
    inFlight: counts.concurrent ?? Object.keys(reservations).length,
    ...windows,
    ...{ hourCount: counts.hour ?? 0, dayCount: counts.day ?? 0 },
    ...{ weekCount: counts.week ?? 0, monthCount: counts.month ?? 0, total: counts.total ?? 0 },
    ...{ lastReservedAt: reservedAt, reservations, position: event.position },
  };
}

/** A transfer in which nobody was connected counts no more, where its windows are still current. */
function released(
  row: DestinationUsageRow,
  event: Of<'DestinationSlotReleased'>,
): DestinationUsageRow {
  const { transferId, used } = event.data;
  const { [transferId]: windows, ...reservations } = row.reservations;
  if (windows === undefined) return row;
  const over = { ...row, inFlight: row.inFlight - 1, reservations, position: event.position };
  if (used) return over;
  const takenBack = (window: keyof CapWindows) => (windows[window] === row[window] ? 1 : 0);
  return {
    ...over,
    hourCount: row.hourCount - takenBack('hour'),
    dayCount: row.dayCount - takenBack('day'),
    weekCount: row.weekCount - takenBack('week'),
    monthCount: row.monthCount - takenBack('month'),
    total: row.total - 1,
  };
}
