import type { CallEvent, RevenueEstimate, TransferFailure } from '#events/calls';
import {
  bigInteger,
  boolean,
  defineProjection,
  defineTable,
  insert,
  instant,
  integer,
  nullable,
  type ProjectedEvent,
  type Row,
  text,
  update,
} from '#libs/read-db';

/** How far a transfer has come (semantics §3.10). */
export type TransferStatus =
  'requested' | 'dialing' | 'whispering' | 'bridged' | 'ended' | 'failed';

/** A row per attempt to hand a consumer over to a destination. */
export const transferMatchingTable = defineTable({
  columns: {
    tenantId: text(),
    transferId: text(),
    leadId: text(),
    callId: text(),
    /** Keyed hash of the consumer’s number. */
    consumerHash: text(),
    /** Our number the destination was shown; null: the consumer’s own (TR-4). */
    presentedCallerId: nullable(text()),
    destinationId: text(),
    destinationName: text(),
    status: text<TransferStatus>(),
    failure: nullable(text<TransferFailure>()),
    requestedAt: instant(),
    dialedAt: nullable(instant()),
    answeredAt: nullable(instant()),
    bridgedAt: nullable(instant()),
    endedAt: nullable(instant()),
    /** The instant a report of the buyer is compared with: bridged, else dialed, else requested. */
    anchorAt: instant(),
    connectedSeconds: nullable(integer()),
    /** In minor units of the currency. */
    estimatedMinor: nullable(bigInteger()),
    currency: nullable(text()),
    billable: nullable(boolean()),
    /** Of the last event. */
    position: bigInteger(),
  },
  key: ['tenantId', 'transferId'],
  indexes: [
    ['tenantId', 'consumerHash', 'anchorAt'],
    ['tenantId', 'presentedCallerId', 'anchorAt'],
    ['tenantId', 'destinationId', 'anchorAt'],
    ['tenantId', 'callId'],
  ],
});

/** A transfer, as a buyer’s report is matched to it. */
export type TransferMatchingRow = Row<typeof transferMatchingTable>;

/**
 * Which transfers can a buyer mean who names the caller and about when it was?
 *
 * Version 2 has an index by destination, for statements and for numbers that everybody is shown.
 */
export const transferMatchingProjection = defineProjection<CallEvent, typeof transferMatchingTable>(
  {
    name: 'transfer_matching',
    version: 2,
    table: transferMatchingTable,
    on: {
      TransferRequested: (event) => insert(requested(event)),
      DestinationDialed: (event) => {
        const { dialedAt } = event.data;
        return change(event, { status: 'dialing', dialedAt });
      },
      DestinationAnswered: (event) =>
        change(event, { status: 'whispering', answeredAt: event.data.answeredAt }),
      CallBridged: (event) => {
        const { bridgedAt, partyName: destinationName, presentedCallerId } = event.data;
        const party = { destinationName, presentedCallerId };
        return change(event, { ...party, status: 'bridged', bridgedAt });
      },
      TransferFailed: (event) => {
        const { reason: failure, failedAt: endedAt } = event.data;
        return change(event, { status: 'failed', failure, endedAt });
      },
      CallEnded: (event) => {
        const { transferId, connectedSeconds, endedAt, estimate } = event.data;
        if (transferId === null) return [];
        const ended = { status: 'ended', connectedSeconds, endedAt, ...worth(estimate) } as const;
        return change({ ...event, data: { transferId } }, ended);
      },
    },
  },
);

type Requested = ProjectedEvent<Extract<CallEvent, { type: 'TransferRequested' }>>;

function requested(event: Requested): TransferMatchingRow {
  const { transferId, leadId, callId, consumerHash, presentedCallerId } = event.data;
  const { destinationId, destinationName, requestedAt } = event.data;
  return {
    ...{ tenantId: event.metadata.tenantId, transferId, leadId, callId, consumerHash },
    ...{ presentedCallerId, destinationId, destinationName },
    status: 'requested',
    ...{ failure: null, requestedAt, dialedAt: null, answeredAt: null, bridgedAt: null },
    ...{ endedAt: null, anchorAt: requestedAt, connectedSeconds: null, ...worth(null) },
    position: event.position,
  };
}

function worth(estimate: RevenueEstimate | null) {
  if (estimate === null) return { estimatedMinor: null, currency: null, billable: null };
  const { amountMinor, currency, billable } = estimate;
  return { estimatedMinor: BigInt(amountMinor), currency, billable };
}

type OfTransfer = Pick<ProjectedEvent, 'metadata' | 'position'> & {
  readonly data: { readonly transferId: string };
};

/** In the order a transfer goes through; what the provider tells may arrive in another. */
const WAY: readonly TransferStatus[] = [
  'requested',
  'dialing',
  'whispering',
  'bridged',
  'failed',
  'ended',
];

type Change = Partial<TransferMatchingRow> & Pick<TransferMatchingRow, 'status'>;

function change({ metadata, data, position }: OfTransfer, what: Change) {
  const key = { tenantId: metadata.tenantId, transferId: data.transferId };
  return update(key, (row: TransferMatchingRow): TransferMatchingRow => {
    const after = { ...row, ...what, position };
    const isBack = WAY.indexOf(what.status) < WAY.indexOf(row.status);
    const anchorAt = after.bridgedAt ?? after.dialedAt ?? after.requestedAt;
    return { ...after, status: isBack ? row.status : what.status, anchorAt };
  });
}
