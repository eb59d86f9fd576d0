import type { CallEvent } from '#events/calls';
import type { RevenueEvent } from '#events/revenue';
import {
  bigInteger,
  boolean,
  defineProjection,
  defineTable,
  insert,
  instant,
  nullable,
  type ProjectedEvent,
  remove,
  type Row,
  text,
  update,
} from '#libs/read-db';

/** What an entry states: our estimate, or what a buyer reports first or changes later. */
export type EntryKind = 'estimated' | 'confirmed' | 'revised' | 'reversed';

/** A row per entry. */
export const revenueLedgerTable = defineTable({
  columns: {
    tenantId: text(),
    /** Of its event; an estimate has the id of its transfer, there is one at most. */
    entryId: text(),
    transferId: text(),
    leadId: text(),
    destinationId: text(),
    kind: text<EntryKind>(),
    /** By how much what the transfer is worth changes, in minor units. */
    deltaMinor: bigInteger(),
    currency: text(),
    billable: boolean(),
    /** The hit that led to it. */
    postbackId: nullable(text()),
    /** Why a later report changes it. */
    reason: nullable(text()),
    /** When the call was, as known with the entry: its bridge, else dialing, else request. */
    occurredAt: instant(),
    /** When the log learnt of it: what was known at an instant is what was recorded by then. */
    recordedAt: instant(),
    position: bigInteger(),
  },
  key: ['tenantId', 'entryId'],
  indexes: [
    ['tenantId', 'occurredAt'],
    ['tenantId', 'recordedAt desc', 'entryId desc'],
    ['tenantId', 'transferId'],
  ],
});

/** An entry of the ledger. */
export type RevenueLedgerRow = Row<typeof revenueLedgerTable>;

/**
 * Which entries led to what every transfer is worth, and when was each known?
 *
 * Entries are never changed; an estimate begins with 0 when the transfer does, because the end of a
 * call, which tells it, does not tell to whom the consumer was handed over.
 */
export const revenueLedgerProjection = defineProjection<
  CallEvent | RevenueEvent,
  typeof revenueLedgerTable
>({
  name: 'revenue_ledger',
  version: 1,
  table: revenueLedgerTable,
  on: {
    TransferRequested: (event) => {
      const { transferId, leadId, destinationId, payout, requestedAt } = event.data;
      return insert({
        ...{ ...keyOfEstimate(event, transferId), transferId, leadId, destinationId },
        ...{ kind: 'estimated', deltaMinor: 0n, currency: payout.currency, billable: false },
        ...{ postbackId: null, reason: null, occurredAt: requestedAt, ...recorded(event) },
      });
    },
    CallBridged: (event) =>
      update(keyOfEstimate(event, event.data.transferId), (row) => ({
        ...row,
        occurredAt: event.data.bridgedAt,
      })),
    TransferFailed: (event) => remove(keyOfEstimate(event, event.data.transferId)),
    CallEnded: (event) => {
      const { transferId, estimate } = event.data;
      if (transferId === null || estimate === null) return [];
      const { amountMinor, currency, billable } = estimate;
      return update(keyOfEstimate(event, transferId), (row) => ({
        ...{ ...row, deltaMinor: BigInt(amountMinor), currency, billable, ...recorded(event) },
      }));
    },
    RevenueConfirmed: (event) => insert(entryOf(event, 'confirmed', null)),
    RevenueRevised: (event) => insert(entryOf(event, 'revised', event.data.reason)),
    RevenueReversed: (event) => insert(entryOf(event, 'reversed', event.data.reason)),
  },
});

type EntryEvent = Extract<RevenueEvent, { data: { toMinor: number } }>;

function keyOfEstimate({ metadata: { tenantId } }: ProjectedEvent, transferId: string) {
  return { tenantId, entryId: transferId };
}

function entryOf(
  event: ProjectedEvent<EntryEvent>,
  kind: EntryKind,
  reason: string | null,
): RevenueLedgerRow {
  const { transferId, leadId, destinationId, currency, billable, callAt } = event.data;
  const { fromMinor, toMinor, becauseOf } = event.data;
  return {
    ...{ tenantId: event.metadata.tenantId, entryId: event.id, transferId, leadId, destinationId },
    ...{ kind, deltaMinor: BigInt(toMinor) - BigInt(fromMinor), currency, billable, reason },
    ...{ postbackId: becauseOf, occurredAt: callAt, ...recorded(event) },
  };
}

function recorded({ recordedAt, position }: ProjectedEvent) {
  return { recordedAt: recordedAt.toISOString(), position };
}
