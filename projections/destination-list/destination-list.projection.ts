import type { DestinationEvent, DestinationSettings } from '#events/calls';
import {
  defineProjection,
  defineTable,
  insert,
  instant,
  integer,
  json,
  type ProjectedEvent,
  type Row,
  text,
  update,
} from '#libs/read-db';

/** Whether a destination takes calls, takes none for now, or is not used any more. */
export type DestinationStatus = 'active' | 'paused' | 'retired';

/** A row per destination ever added. */
export const destinationListTable = defineTable({
  columns: {
    tenantId: text(),
    destinationId: text(),
    status: text<DestinationStatus>(),
    /** From 1; every event makes one. */
    version: integer(),
    settings: json<DestinationSettings>(),
    addedAt: instant(),
    /** When it last was changed, paused, resumed or retired; at first when it was added. */
    changedAt: instant(),
  },
  key: ['tenantId', 'destinationId'],
  indexes: [['tenantId', 'addedAt desc', 'destinationId desc']],
});

/** A destination, as lists show it. */
export type DestinationListRow = Row<typeof destinationListTable>;

/**
 * Which parties may a tenant's consumers be connected to, and how is each configured?
 *
 * For lists. Calls are routed by the destination's own stream.
 */
export const destinationListProjection = defineProjection<
  DestinationEvent,
  typeof destinationListTable
>({
  name: 'destination_list',
  version: 1,
  table: destinationListTable,
  on: {
    DestinationAdded: (event) => {
      const { settings, addedAt } = event.data;
      const standing = { status: 'active', settings, addedAt, changedAt: addedAt } as const;
      return insert({ ...keyOf(event), version: versionOf(event), ...standing });
    },
    DestinationChanged: (event) => {
      const { after: settings, changedAt } = event.data;
      return changed(event, { settings, changedAt });
    },
    DestinationPaused: (event) =>
      changed(event, { status: 'paused', changedAt: event.data.pausedAt }),
    DestinationResumed: (event) =>
      changed(event, { status: 'active', changedAt: event.data.resumedAt }),
    DestinationRetired: (event) =>
      changed(event, { status: 'retired', changedAt: event.data.retiredAt }),
  },
});

function changed(event: ProjectedEvent<DestinationEvent>, change: Partial<DestinationListRow>) {
  return update(keyOf(event), (row: DestinationListRow) => ({
    ...{ ...row, ...change },
    version: versionOf(event),
  }));
}

function keyOf(event: ProjectedEvent<DestinationEvent>) {
  return { tenantId: event.metadata.tenantId, destinationId: event.data.destinationId };
}

function versionOf({ revision }: ProjectedEvent<DestinationEvent>): number {
  return Number(revision) + 1;
}
