import type { CallEvent } from '#events/calls';
import type { LeadMode } from '#events/leads';
import type { RevenueEvent } from '#events/revenue';
import {
  bigInteger,
  boolean,
  defineProjection,
  defineTable,
  insert,
  instant,
  integer,
  json,
  nullable,
  type ProjectedEvent,
  type Row,
  text,
  update,
} from '#libs/read-db';

/** Where what is known of a transfer's worth comes from: our payout rules, or its buyer. */
export type RevenueState = 'estimated' | 'confirmed' | 'revised' | 'reversed';

/** A report that counts for a transfer. */
export interface CountedReport {
  readonly postbackId: string;
  readonly buyer: string | null;
  readonly durationSeconds: number | null;
  /** As said outright. */
  readonly billable: boolean | null;
  readonly receivedAt: string;
}

/** A row per transfer. Amounts are in minor units. */
export const transferRevenueTable = defineTable({
  columns: {
    tenantId: text(),
    transferId: text(),
    leadId: text(),
    callId: text(),
    /** Of the lead. */
    mode: text<LeadMode>(),
    source: nullable(text()),
    /** utm_* values and campaign of the lead. */
    campaign: json<Readonly<Record<string, string>>>(),
    destinationId: text(),
    destinationName: text(),
    requestedAt: instant(),
    bridgedAt: nullable(instant()),
    endedAt: nullable(instant()),
    /** When the call was, for reports: its bridge, else its dialing, else its request. */
    callAt: instant(),
    connectedSeconds: nullable(integer()),
    /** Why nobody was connected. */
    failure: nullable(text()),
    state: text<RevenueState>(),
    /** `null` before the call is over, and where nobody was connected. */
    estimatedMinor: nullable(bigInteger()),
    /** Of the estimate, ISO 4217. */
    currency: text(),
    estimatedBillable: boolean(),
    /** Shorter calls are worth nothing. */
    billableSeconds: integer(),
    /** As reported, outright or by a duration; else as estimated. */
    billable: boolean(),
    /** `null` while the estimate stands. */
    confirmedMinor: nullable(bigInteger()),
    /** Of what is confirmed; the same as that of the estimate, unless the buyer pays in another. */
    confirmedCurrency: nullable(text()),
    /** When it was confirmed first. */
    confirmedAt: nullable(instant()),
    /** What it was confirmed with first, whatever came later. */
    firstConfirmedMinor: nullable(bigInteger()),
    /** As named by the last report that names one. */
    buyer: nullable(text()),
    /** As told by the last report that tells it. */
    reportedSeconds: nullable(integer()),
    reportCount: integer(),
    reports: json<readonly CountedReport[]>(),
    /** Of the last match: by which rule, whether another transfer was as good, and when. */
    matchRule: nullable(text()),
    ambiguous: boolean(),
    matchedAt: nullable(instant()),
  },
  key: ['tenantId', 'transferId'],
  indexes: [
    ['tenantId', 'callAt desc', 'transferId desc'],
    ['tenantId', 'destinationId', 'callAt desc', 'transferId desc'],
    ['tenantId', 'leadId'],
  ],
});

/** A transfer, as the money sees it. */
export type TransferRevenueRow = Row<typeof transferRevenueTable>;

/** What is each transfer worth: as estimated, as reported first, and as known now? */
export const transferRevenueProjection = defineProjection<
  CallEvent | RevenueEvent,
  typeof transferRevenueTable
>({
  name: 'transfer_revenue',
  version: 1,
  table: transferRevenueTable,
  on: {
    TransferRequested: (event) => {
      const { leadId, callId, destinationId, destinationName, requestedAt, payout } = event.data;
      const { mode, source, campaign } = event.data;
      const { currency, billableSeconds } = payout;
      return insert({
        ...{ ...keyOf(event), leadId, callId, destinationId, destinationName, currency },
        ...{ mode, source, campaign },
        ...{ billableSeconds, requestedAt, callAt: requestedAt, state: 'estimated' },
        ...justRequested,
      });
    },
    DestinationDialed: (event) =>
      update(keyOf(event), (row) =>
        row.bridgedAt === null ? { ...row, callAt: event.data.dialedAt } : row,
      ),
    CallBridged: (event) => {
      const { bridgedAt } = event.data;
      return update(keyOf(event), (row) => ({ ...row, bridgedAt, callAt: bridgedAt }));
    },
    TransferFailed: (event) =>
      update(keyOf(event), (row) => ({ ...row, failure: event.data.reason })),
    CallEnded: (event) => {
      const { transferId, endedAt, connectedSeconds, estimate } = event.data;
      if (transferId === null) return [];
      const { tenantId } = event.metadata;
      return update({ tenantId, transferId }, (row) =>
        estimated({ ...row, endedAt, connectedSeconds }, estimate),
      );
    },
    PostbackMatched: (event) => update(keyOf(event), (row) => matched(row, event.data)),
    PostbackDetached: (event) =>
      update(keyOf(event), (row) => {
        const left = row.reports.filter((each) => each.postbackId !== event.data.postbackId);
        return standing({ ...row, ...told(left) });
      }),
    RevenueConfirmed: (event) =>
      update(keyOf(event), (row) => ({
        ...{ ...row, ...booked(event.data), state: 'confirmed' },
        confirmedAt: row.confirmedAt ?? event.data.recordedAt,
        firstConfirmedMinor: row.firstConfirmedMinor ?? BigInt(event.data.toMinor),
      })),
    RevenueRevised: (event) => update(keyOf(event), (row) => moved(row, event.data, 'revised')),
    RevenueReversed: (event) => update(keyOf(event), (row) => moved(row, event.data, 'reversed')),
  },
});

const justRequested = {
  ...{ bridgedAt: null, endedAt: null, connectedSeconds: null, failure: null },
  ...{ estimatedMinor: null, estimatedBillable: false, billable: false },
  ...{ confirmedMinor: null, confirmedCurrency: null, confirmedAt: null },
  ...{ firstConfirmedMinor: null, buyer: null, reportedSeconds: null },
  ...{ reportCount: 0, reports: [], matchRule: null, ambiguous: false, matchedAt: null },
} as const;

type DataOf<Type extends (CallEvent | RevenueEvent)['type']> = Extract<
  CallEvent | RevenueEvent,
  { type: Type }
>['data'];

function keyOf({
  metadata,
  data,
}: ProjectedEvent & { readonly data: { readonly transferId: string } }) {
  return { tenantId: metadata.tenantId, transferId: data.transferId };
}

function estimated(
  row: TransferRevenueRow,
  estimate: DataOf<'CallEnded'>['estimate'],
): TransferRevenueRow {
  if (estimate === null) return row;
  const { amountMinor, currency, billable } = estimate;
  const estimatedMinor = BigInt(amountMinor);
  return standing({ ...row, estimatedMinor, currency, estimatedBillable: billable });
}

function matched(row: TransferRevenueRow, data: DataOf<'PostbackMatched'>): TransferRevenueRow {
  const { report, match, matchedAt } = data;
  const { postbackId, buyer, durationSeconds, billable, receivedAt } = report;
  const counted = { postbackId, buyer, durationSeconds, billable, receivedAt };
  return standing({
    ...{ ...row, ...told([...row.reports, counted]), matchRule: match.rule },
    ...{ ambiguous: match.ambiguous, matchedAt },
  });
}

/** Reports that name no amount may still say whether it is paid for; no entry tells that. */
function standing(row: TransferRevenueRow): TransferRevenueRow {
  if (row.confirmedMinor !== null) return row;
  const { reports, reportedSeconds, billableSeconds, estimatedBillable } = row;
  const said = reports.findLast(({ billable }) => billable !== null)?.billable ?? null;
  const byDuration = reportedSeconds === null ? null : reportedSeconds >= billableSeconds;
  return { ...row, billable: said ?? byDuration ?? estimatedBillable };
}

/** What reports tell beside the money, each by the last one that does. */
function told(reports: readonly CountedReport[]) {
  const inOrder = [...reports].sort((a, b) => (placeOf(a) < placeOf(b) ? -1 : 1));
  return {
    ...{ reports: inOrder, reportCount: inOrder.length },
    buyer: inOrder.findLast(({ buyer }) => buyer !== null)?.buyer ?? null,
    reportedSeconds:
      inOrder.findLast(({ durationSeconds }) => durationSeconds !== null)?.durationSeconds ?? null,
  };
}

function placeOf({ receivedAt, postbackId }: CountedReport): string {
  return `${receivedAt} ${postbackId}`;
}

function booked({ toMinor, currency, billable }: DataOf<'RevenueConfirmed' | 'RevenueRevised'>) {
  return { confirmedMinor: BigInt(toMinor), confirmedCurrency: currency, billable };
}

/** Where no report says any more what it is worth, the estimate stands again. */
function moved(
  row: TransferRevenueRow,
  data: DataOf<'RevenueRevised'>,
  state: RevenueState,
): TransferRevenueRow {
  if (data.confirmed) return { ...row, ...booked(data), state };
  const nothing = { confirmedMinor: null, confirmedCurrency: null, state: 'estimated' } as const;
  return standing({ ...row, ...nothing });
}
