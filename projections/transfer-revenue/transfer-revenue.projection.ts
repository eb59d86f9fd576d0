import type { CallEvent } from '#events/calls';
import type { LeadMode } from '#events/leads';
import type { RevenueEvent, TransferReport } from '#events/revenue';
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
import { type Saying, sayingOf, type Uncounted } from '#libs/revenue';

/** Where what is known of a transfer's worth comes from: our payout rules, or its buyer. */
export type RevenueState = 'estimated' | 'confirmed' | 'revised' | 'reversed';

/** What a transfer is worth by its reports from an instant on. */
export interface KnownWorth {
  /** When the log learnt of it. */
  readonly knownAt: string;
  readonly state: RevenueState;
  /** In minor units; `null` where the estimate stands again. */
  readonly minor: number | null;
  /** ISO 4217. */
  readonly currency: string;
  readonly billable: boolean;
}

/** What reports say of a transfer beside the money, from an instant on. */
export interface KnownSaying extends Saying {
  /** When the log learnt of it. */
  readonly knownAt: string;
  /** How many reports count. */
  readonly reports: number;
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
    dialedAt: nullable(instant()),
    bridgedAt: nullable(instant()),
    endedAt: nullable(instant()),
    /** When the log learnt of each of these. */
    requestKnownAt: instant(),
    dialKnownAt: nullable(instant()),
    bridgeKnownAt: nullable(instant()),
    endKnownAt: nullable(instant()),
    failureKnownAt: nullable(instant()),
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
    /** Of that amount: a report that comes late may change the currency of the transfer. */
    firstConfirmedCurrency: nullable(text()),
    /** As named by the last report that names one. */
    buyer: nullable(text()),
    /** As told by the last report that tells it. */
    reportedSeconds: nullable(integer()),
    /** What is reported in other currencies than that of the transfer, and counts for nothing. */
    uncounted: json<readonly Uncounted[]>(),
    reportCount: integer(),
    /** Those that count. */
    reports: json<readonly TransferReport[]>(),
    /** What they said, oldest first, so that any moment can be asked for. */
    sayings: json<readonly KnownSaying[]>(),
    /** All it was worth by its reports, oldest first, so that any moment can be asked for. */
    worths: json<readonly KnownWorth[]>(),
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

/**
 * What is each transfer worth: as estimated, as reported first, and as known at any moment?
 *
 * Version 2 also keeps what was known when, version 3 the currency of what was reported first.
 * Version 4 takes reports in the order of the ledger, and those of duplicates as it does. Version 5
 * asks the rule of the ledger what they say. Version 6 knows what counts for nothing, 7 since when
 * it is known that nobody was connected.
 */
export const transferRevenueProjection = defineProjection<
  CallEvent | RevenueEvent,
  typeof transferRevenueTable
>({
  name: 'transfer_revenue',
  version: 7,
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
        ...{ requestKnownAt: knownAt(event), ...justRequested },
      });
    },
    DestinationDialed: (event) => {
      const { dialedAt } = event.data;
      return update(keyOf(event), (row) => ({
        ...{ ...row, dialedAt, dialKnownAt: knownAt(event), callAt: row.bridgedAt ?? dialedAt },
      }));
    },
    CallBridged: (event) => {
      const { bridgedAt } = event.data;
      return update(keyOf(event), (row) => ({
        ...{ ...row, bridgedAt, bridgeKnownAt: knownAt(event), callAt: bridgedAt },
      }));
    },
    TransferFailed: (event) =>
      update(keyOf(event), (row) => ({
        ...{ ...row, failure: event.data.reason },
        failureKnownAt: row.failureKnownAt ?? knownAt(event),
      })),
    CallEnded: (event) => {
      const { transferId, endedAt, connectedSeconds, estimate } = event.data;
      if (transferId === null) return [];
      const { tenantId } = event.metadata;
      return update({ tenantId, transferId }, (row) =>
        estimated({ ...row, endedAt, endKnownAt: knownAt(event), connectedSeconds }, estimate),
      );
    },
    PostbackMatched: (event) =>
      update(keyOf(event), (row) => matched(row, event.data, knownAt(event))),
    PostbackDetached: (event) =>
      update(keyOf(event), (row) => {
        const { postbackId } = event.data;
        const reports = row.reports.filter((each) => each.postbackId !== postbackId);
        return standing({ ...row, ...told(row, reports, knownAt(event)) });
      }),
    RevenueConfirmed: (event) =>
      update(keyOf(event), (row) => ({
        ...{ ...row, ...booked(row, event, 'confirmed') },
        confirmedAt: row.confirmedAt ?? event.data.recordedAt,
      })),
    RevenueRevised: (event) => update(keyOf(event), (row) => moved(row, event, 'revised')),
    RevenueReversed: (event) => update(keyOf(event), (row) => moved(row, event, 'reversed')),
  },
});

const justRequested = {
  ...{ dialedAt: null, bridgedAt: null, endedAt: null, connectedSeconds: null, failure: null },
  ...{ dialKnownAt: null, bridgeKnownAt: null, endKnownAt: null, failureKnownAt: null },
  worths: [],
  ...{ estimatedMinor: null, estimatedBillable: false, billable: false },
  ...{ confirmedMinor: null, confirmedCurrency: null, confirmedAt: null },
  ...{ firstConfirmedMinor: null, firstConfirmedCurrency: null },
  ...{ buyer: null, reportedSeconds: null },
  ...{
    reportCount: 0,
    reports: [],
    uncounted: [],
    sayings: [],
    matchRule: null,
    ambiguous: false,
    matchedAt: null,
  },
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

function matched(
  row: TransferRevenueRow,
  data: DataOf<'PostbackMatched'>,
  at: string,
): TransferRevenueRow {
  const { report, match, matchedAt } = data;
  return standing({
    ...{ ...row, ...told(row, [...row.reports, report], at), matchRule: match.rule },
    ...{ ambiguous: match.ambiguous, matchedAt },
  });
}

/** Reports that name no amount may still say whether it is paid for; no entry tells that. */
function standing(row: TransferRevenueRow): TransferRevenueRow {
  if (row.confirmedMinor !== null) return row;
  return { ...row, billable: row.sayings.at(-1)?.billable ?? row.estimatedBillable };
}

/** What reports that count now say beside the money. */
function told(row: TransferRevenueRow, reports: readonly TransferReport[], at: string) {
  const saying = sayingOf(reports, row);
  const { buyer, seconds: reportedSeconds, uncounted } = saying;
  const sayings = [...row.sayings, { ...saying, knownAt: at, reports: reports.length }];
  return { reports, sayings, reportCount: reports.length, buyer, reportedSeconds, uncounted };
}

type EntryEvent = ProjectedEvent<Extract<RevenueEvent, { data: { toMinor: number } }>>;

function booked(row: TransferRevenueRow, event: EntryEvent, state: RevenueState) {
  const { toMinor: minor, currency, billable } = event.data;
  return {
    ...{ confirmedMinor: BigInt(minor), confirmedCurrency: currency, billable, state },
    firstConfirmedMinor: row.firstConfirmedMinor ?? BigInt(minor),
    firstConfirmedCurrency: row.firstConfirmedCurrency ?? currency,
    worths: [...row.worths, { knownAt: knownAt(event), state, minor, currency, billable }],
  };
}

/** Where no report says any more what it is worth, the estimate stands again. */
function moved(
  row: TransferRevenueRow,
  event: EntryEvent & { readonly data: { readonly confirmed: boolean } },
  state: RevenueState,
): TransferRevenueRow {
  if (event.data.confirmed) return { ...row, ...booked(row, event, state) };
  const { currency } = event.data;
  const nothing = { confirmedMinor: null, confirmedCurrency: null, state: 'estimated' } as const;
  const worth = {
    ...{ knownAt: knownAt(event), state: 'estimated' as const, minor: null },
    currency,
  };
  const worths = [...row.worths, { ...worth, billable: false }];
  return standing({ ...row, ...nothing, worths });
}

function knownAt({ recordedAt }: ProjectedEvent): string {
  return recordedAt.toISOString();
}
