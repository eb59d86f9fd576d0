import { type CallEvent, type RevenueEstimate } from '#events/calls';
import { type LeadEvent } from '#events/leads';
import { type RevenueEvent, type TransferReport } from './revenue.events.js';
import { type NamedCall, type TransferFacts } from './transfer-facts.js';

/** What a lead's stream says: the ledger is folded from all of it, and passes over most. */
export type LedgerEvent = LeadEvent | CallEvent | RevenueEvent;

/** What the last entry of a transfer says it is worth. */
export interface Booked {
  readonly currency: string;
  readonly minor: number;
  readonly billable: boolean;
}

/** A transfer, as the money sees it. Instants are ISO-8601 UTC. */
export interface LedgerTransfer extends Omit<TransferFacts, 'confirmedBy'> {
  /** Of the lead. */
  readonly mode: 'live' | 'test';
  /** Shorter calls are worth nothing. */
  readonly billableSeconds: number;
  /** Of the agreed payout, ISO 4217. */
  readonly payoutCurrency: string;
  /** What the agreed payout says it is worth; `null` before the call is over. */
  readonly estimate: RevenueEstimate | null;
  /** Every report that counts for it, in the order of matching. */
  readonly reports: readonly TransferReport[];
  /** `null` before the first entry. */
  readonly booked: Booked | null;
}

/** A lead's transfers, in the order in which they were requested. */
export interface TransferLedger {
  readonly transfers: readonly LedgerTransfer[];
}

/** Before anything was handed over. */
export function initialState(): TransferLedger {
  return { transfers: [] };
}

const CALL_TYPES = ['TransferRequested', 'DestinationDialed', 'CallBridged', 'CallEnded'] as const;
const REVENUE_TYPES = [
  'PostbackMatched',
  'PostbackDetached',
  'RevenueConfirmed',
  'RevenueRevised',
  'RevenueReversed',
] as const satisfies RevenueEvent['type'][];

type MoneyType = (typeof CALL_TYPES)[number] | (typeof REVENUE_TYPES)[number];
type MoneyEvent = Extract<LedgerEvent, { type: MoneyType }>;

const moneyTypes: ReadonlySet<string> = new Set([...CALL_TYPES, ...REVENUE_TYPES]);

function isAboutMoney(event: LedgerEvent): event is MoneyEvent {
  return moneyTypes.has(event.type);
}

/** Follows history without judging it. What else happens to a lead is passed over. */
export function evolve(ledger: TransferLedger, event: LedgerEvent): TransferLedger {
  return isAboutMoney(event) ? moved(ledger, event) : ledger;
}

function moved(ledger: TransferLedger, event: MoneyEvent): TransferLedger {
  switch (event.type) {
    case 'TransferRequested':
      return { transfers: [...ledger.transfers, requested(event.data)] };
    case 'DestinationDialed':
      return changed(ledger, event.data, { dialedAt: event.data.dialedAt });
    case 'CallBridged':
      return changed(ledger, event.data, { bridgedAt: event.data.bridgedAt });
    case 'CallEnded':
      return ended(ledger, event.data);
    case 'PostbackMatched':
      return withReports(ledger, event.data, (reports) => [...reports, event.data.report]);
    case 'PostbackDetached':
      return withReports(ledger, event.data, (reports) =>
        reports.filter(({ postbackId }) => postbackId !== event.data.postbackId),
      );
    case 'RevenueConfirmed':
    case 'RevenueRevised':
    case 'RevenueReversed':
      return changed(ledger, event.data, { booked: bookedBy(event.data) });
  }
}

/** The transfer of an id; `null` if the lead has none such. */
export function transferOf(ledger: TransferLedger, transferId: string): LedgerTransfer | null {
  return ledger.transfers.find((transfer) => transfer.transferId === transferId) ?? null;
}

/** The transfer that a hit counts for; `null` if none. */
export function holderOf(ledger: TransferLedger, postbackId: string): LedgerTransfer | null {
  const holds = ({ reports }: LedgerTransfer) =>
    reports.some((report) => report.postbackId === postbackId);
  return ledger.transfers.find(holds) ?? null;
}

/** A transfer, as matching sees it. */
export function factsOf(transfer: LedgerTransfer): TransferFacts {
  const { transferId, leadId, callId, destinationId, destinationName } = transfer;
  const { requestedAt, dialedAt, bridgedAt, endedAt, connectedSeconds, reports } = transfer;
  return {
    ...{ transferId, leadId, callId, destinationId, destinationName },
    ...{ requestedAt, dialedAt, bridgedAt, endedAt, connectedSeconds },
    confirmedBy: namesIn(reports),
  };
}

/** Each name of each sender once. */
function namesIn(reports: readonly TransferReport[]): NamedCall[] {
  const calls = reports.flatMap(({ vendorCallId, sender }) =>
    vendorCallId === null ? [] : [{ vendorCallId, sender }],
  );
  return [...new Map(calls.map((call) => [JSON.stringify(call), call])).values()];
}

type DataOf<Type extends LedgerEvent['type']> = Extract<LedgerEvent, { type: Type }>['data'];
type OfTransfer = Pick<LedgerTransfer, 'transferId'>;

function requested(data: DataOf<'TransferRequested'>): LedgerTransfer {
  const { transferId, leadId, callId, destinationId, destinationName, requestedAt, mode } = data;
  return {
    ...{ transferId, leadId, callId, destinationId, destinationName, requestedAt, mode },
    billableSeconds: data.payout.billableSeconds,
    payoutCurrency: data.payout.currency,
    ...{ dialedAt: null, bridgedAt: null, endedAt: null, connectedSeconds: null },
    ...{ estimate: null, reports: [], booked: null },
  };
}

function ended(ledger: TransferLedger, data: DataOf<'CallEnded'>): TransferLedger {
  const { transferId, endedAt, connectedSeconds, estimate } = data;
  if (transferId === null) return ledger;
  return changed(ledger, { transferId }, { endedAt, connectedSeconds, estimate });
}

type Entry = DataOf<'RevenueConfirmed' | 'RevenueRevised' | 'RevenueReversed'>;

function bookedBy({ currency, toMinor, billable }: Entry): Booked {
  return { currency, minor: toMinor, billable };
}

function withReports(
  ledger: TransferLedger,
  of: OfTransfer,
  change: (reports: readonly TransferReport[]) => readonly TransferReport[],
): TransferLedger {
  const transfer = transferOf(ledger, of.transferId);
  return transfer === null ? ledger : changed(ledger, of, { reports: change(transfer.reports) });
}

function changed(
  ledger: TransferLedger,
  { transferId }: OfTransfer,
  change: Partial<LedgerTransfer>,
): TransferLedger {
  const transfers = ledger.transfers.map((transfer) =>
    transfer.transferId === transferId ? { ...transfer, ...change } : transfer,
  );
  return { transfers };
}
