import { type CallEvent } from '#events/calls';
import { type LeadEvent } from '#events/leads';
import { type RevenueEvent } from '#events/revenue';
import { type Earned, owedBy } from './payout-terms.js';
import { type CallResult } from './postback-delivery.events.js';
import { type PayoutTerms } from './postback-target.events.js';

export { type CallResult } from './postback-delivery.events.js';

/** What the stream of a lead is read for here: its calls, and what they turned out to be worth. */
export type LeadStreamEvent = LeadEvent | CallEvent | RevenueEvent;

/**
 * What a target with these terms is told of a call that was handed over, from its lead's history;
 * `null` if this transfer was never connected, or its call is not over.
 */
export function callResultOf(
  history: readonly LeadStreamEvent[],
  transferId: string,
  terms: PayoutTerms | null,
): CallResult | null {
  const { facts, requested, bridged } = transferIn(history, transferId);
  const ended = facts.findLast((event) => event.type === 'CallEnded');
  if (requested === undefined || bridged === undefined || ended === undefined) return null;
  const { connectedSeconds, endedAt } = ended.data;
  const estimate = ended.data.estimate ?? { ...UNKNOWN, currency: requested.data.payout.currency };
  const earned = facts.findLast(isEntry);
  return {
    ...{ ...partiesOf(requested), stage: 'over', reason: null, connectedSeconds },
    ...owedBy(terms, earnedBy(earned, estimate), connectedSeconds),
    ...{ bridgedAt: bridged.data.bridgedAt, endedAt },
  };
}

/** What is told of a transfer as soon as its destination is chosen; `null` if there is none such. */
export function requestOf(
  history: readonly LeadStreamEvent[],
  transferId: string,
): CallResult | null {
  const { requested } = transferIn(history, transferId);
  if (requested === undefined) return null;
  return { ...unpaid(requested, 'incoming'), reason: null, bridgedAt: null, endedAt: null };
}

/** What is told of a transfer as soon as it is connected; `null` if it never was. */
export function connectionOf(
  history: readonly LeadStreamEvent[],
  transferId: string,
): CallResult | null {
  const { requested, bridged } = transferIn(history, transferId);
  if (requested === undefined || bridged === undefined) return null;
  const { bridgedAt } = bridged.data;
  return { ...unpaid(requested, 'connected'), reason: null, bridgedAt, endedAt: null };
}

/** What is told of a transfer that came to nothing; `null` if it did not. */
export function failureOf(
  history: readonly LeadStreamEvent[],
  transferId: string,
): CallResult | null {
  const { facts, requested } = transferIn(history, transferId);
  const failed = facts.findLast((event) => event.type === 'TransferFailed');
  if (requested === undefined || failed === undefined) return null;
  const { reason, failedAt: endedAt } = failed.data;
  return { ...unpaid(requested, 'failed'), reason, bridgedAt: null, endedAt };
}

function transferIn(history: readonly LeadStreamEvent[], transferId: string) {
  const facts = history.filter(isOfTransfer).filter(({ data }) => data.transferId === transferId);
  const requested = facts.findLast((event) => event.type === 'TransferRequested');
  const bridged = facts.findLast((event) => event.type === 'CallBridged');
  return { facts, requested, bridged };
}

type Requested = Extract<CallEvent, { type: 'TransferRequested' }>;

function partiesOf({ data }: Requested) {
  const { leadId, callId, transferId, mode, source, destinationId, destinationName: buyer } = data;
  return { leadId, callId, transferId, mode, source, destinationId, buyer };
}

/** There is no amount before a call is over, nor where there was none. */
function unpaid(requested: Requested, stage: Exclude<CallResult['stage'], 'over'>) {
  const nothing = { connectedSeconds: null, billable: false, amountMinor: null, currency: null };
  return { ...partiesOf(requested), stage, ...nothing };
}

/** Whether a target is told the same of a call, and so need not be told again. */
export function isSameWorth(a: CallResult, b: CallResult): boolean {
  return a.amountMinor === b.amountMinor && a.currency === b.currency && a.billable === b.billable;
}

const UNKNOWN = { amountMinor: null, billable: false } as const;

const ENTRY_TYPES = ['RevenueConfirmed', 'RevenueRevised', 'RevenueReversed'] as const;
const CALL_TYPES = ['TransferRequested', 'CallBridged', 'CallEnded', 'TransferFailed'] as const;

/** What a transfer turned out to be worth. */
export type RevenueEntry = Extract<RevenueEvent, { type: (typeof ENTRY_TYPES)[number] }>;
type OfTransfer = Extract<CallEvent, { type: (typeof CALL_TYPES)[number] }> | RevenueEntry;

const types: ReadonlySet<string> = new Set([...ENTRY_TYPES, ...CALL_TYPES]);

function isOfTransfer(event: LeadStreamEvent): event is OfTransfer {
  return types.has(event.type);
}

/** Whether a report says by now what a transfer is worth. */
export function isReported(history: readonly LeadStreamEvent[], transferId: string): boolean {
  return says(transferIn(history, transferId).facts.findLast(isEntry));
}

/** Whether an event changes what a transfer is worth. */
export function isEntry(event: LeadStreamEvent): event is RevenueEntry {
  return ENTRY_TYPES.some((type) => type === event.type);
}

/**
 * What the books say; the estimate where no report says what it is worth, or none does any more.
 */
function earnedBy(entry: RevenueEntry | undefined, estimate: Earned): Earned {
  if (!says(entry)) return estimate;
  const { toMinor: amountMinor, currency, billable } = entry.data;
  return { amountMinor, currency, billable };
}

/** Whether the books rest on a report after an entry, and not on the estimate again. */
function says(entry: RevenueEntry | undefined): entry is RevenueEntry {
  return entry !== undefined && (!('confirmed' in entry.data) || entry.data.confirmed);
}
