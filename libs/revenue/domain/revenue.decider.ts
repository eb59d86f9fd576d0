import { type Decider } from '#libs/kernel';
import { entriesOf } from './ledger-entries.js';
import { isOneSender } from './report-sender.js';
import { postbackMatchedElsewhere, transferNotFound } from './revenue.errors.js';
import { type MatchFacts, type RevenueEvent, type TransferReport } from './revenue.events.js';
import { otherNameOf } from './transfer-facts.js';
import {
  evolve,
  factsOf,
  holderOf,
  initialState,
  type LedgerEvent,
  type LedgerTransfer,
  transferOf,
  type TransferLedger,
} from './transfer-ledger.js';
import {
  currencyOf,
  inOrderOfReceipt,
  isInCurrency,
  isOfOneCall,
  isRepeat,
  saysTheSame,
} from './worth.js';

/** A report is about a transfer of this lead. */
export interface ApplyReport {
  readonly type: 'ApplyReport';
  readonly transferId: string;
  readonly report: TransferReport;
  readonly match: MatchFacts;
  /** ISO-8601 UTC. */
  readonly at: string;
  /** Why, where a person matched it. */
  readonly reason?: string;
  /** Whether a person looked at the match and found it right; not, unless it is said. */
  readonly isConfirmed?: boolean;
}

/** A report that counts for a transfer of this lead means something else than it was taken for. */
export interface RereadReport extends Omit<ApplyReport, 'type'> {
  readonly type: 'RereadReport';
}

/** A report is not about the transfer of this lead that it counts for. */
export interface DetachReport {
  readonly type: 'DetachReport';
  readonly postbackId: string;
  /** ISO-8601 UTC. */
  readonly at: string;
  readonly reason: string | null;
}

/** What can be wished of the ledger of a lead. */
export type RevenueCommand = ApplyReport | RereadReport | DetachReport;

/**
 * A report counts once: matched again, by whatever rule, it changes nothing. Only a person who
 * wants it elsewhere is told to unlink it first. One that the caller’s number led here is refused
 * where another call of its sender came first: it would overwrite what that is worth (PB-7).
 */
function apply(command: ApplyReport, ledger: TransferLedger): RevenueEvent[] {
  const { transferId, report } = command;
  const transfer = transferOf(ledger, transferId);
  if (transfer === null) throw transferNotFound();
  const holder = holderOf(ledger, report.postbackId);
  if (holder !== null) return keptBy(holder, command);
  // Its name led it where that is known: there it is no other call.
  const isByName = command.match.rule === 'vendor_call_id';
  const takenBy = isByName ? null : takenMeanwhile(command, transfer);
  if (takenBy !== null) return refused(command, transfer, takenBy);
  return matched(command, transfer, transfer.reports, null);
}

/**
 * The call that took the transfer since a report was found to be about it; `null` if none did. Only
 * here two reports meet that were looked at at the same time; ids of ours and people are never
 * refused.
 */
function takenMeanwhile(
  { report, match, isConfirmed = false }: ApplyReport | RereadReport,
  transfer: LedgerTransfer,
): string | null {
  const { vendorCallId, sender } = report;
  const isCertain = match.rule === 'our_id' || match.rule === 'manual' || isConfirmed;
  if (isCertain || vendorCallId === null) return null;
  return otherNameOf(factsOf(transfer), { vendorCallId, sender });
}

/** It is kept, so that whoever tells of the same assignment again is answered the same. */
function refused(
  { report, at: refusedAt }: ApplyReport | RereadReport,
  { leadId, callId, transferId }: LedgerTransfer,
  takenBy: string,
): RevenueEvent[] {
  const { postbackId } = report;
  const data = { leadId, callId, transferId, postbackId, takenBy, refusedAt };
  return [{ type: 'PostbackRefused', data }];
}

/**
 * The report is exchanged in one go: no entry says that it was worth nothing in between. Under
 * another name it is about another call, which is refused as if it came now; but where its call is
 * renamed, its other reports still bear the old name, and are no other call. Where only that name
 * led one here, the others are to be read first (see {@link othersOfCall}), or it would take the
 * place of the one that it followed.
 */
function reread(command: RereadReport, ledger: TransferLedger): RevenueEvent[] {
  const { at, report } = command;
  const { postbackId } = report;
  const holder = holderOf(ledger, postbackId);
  const before = holder?.reports.find((each) => each.postbackId === postbackId);
  if (holder === null || before === undefined) return [];
  if (saysTheSame(before, report) && isOneSender(before.sender, report.sender)) return [];
  const { leadId, callId, transferId } = holder;
  const data = { leadId, callId, transferId, postbackId, reason: 'read_anew', detachedAt: at };
  const others = holder.reports.filter((each) => each !== before);
  const detached = { type: 'PostbackDetached', data } as const;
  const isRenamed = before.vendorCallId !== report.vendorCallId;
  const ofOthers = others.filter((each) => !isOfOneCall(each, before, holder));
  const takenBy = isRenamed ? takenMeanwhile(command, { ...holder, reports: ofOthers }) : null;
  if (takenBy === null) return [detached, ...matched(command, holder, others, 'read_anew')];
  const occasion = { becauseOf: null, reason: 'read_anew', at } as const;
  const entries = entriesOf(holder, { ...holder, reports: others }, occasion);
  return [detached, ...entries, ...refused(command, holder, takenBy)];
}

/** More reports of a call than that are not looked at before one of them is read anew. */
const READ_FIRST_MAX = 20;

/** Other reports of the call of one where it counts, the first ones that came, in that order. */
export function othersOfCall(postbackId: string, ledger: TransferLedger): TransferReport[] {
  const holder = holderOf(ledger, postbackId);
  const own = holder?.reports.find((each) => each.postbackId === postbackId);
  if (holder === null || own === undefined) return [];
  return inOrderOfReceipt(holder.reports)
    .filter((each) => each !== own && isOfOneCall(each, own, holder))
    .slice(0, READ_FIRST_MAX);
}

/**
 * `others`: what counts beside the report; `why`: `null` where its coming is all there is to say.
 */
function matched(
  { report, match, at, reason }: ApplyReport | RereadReport,
  transfer: LedgerTransfer,
  others: readonly TransferReport[],
  why: 'read_anew' | null,
): RevenueEvent[] {
  const reports = [...others, report];
  const entries = entriesOf(
    transfer,
    { ...transfer, reports },
    { becauseOf: report.postbackId, reason: why ?? lateness(report, reports), at },
  );
  const beside = { ...transfer, reports: others };
  const outcome = entries.length === 0 ? outcomeOf(report, beside) : changeOf(beside);
  const { leadId, callId, transferId } = transfer;
  const data = {
    ...{ leadId, callId, transferId, report, outcome, reason: reason ?? null, matchedAt: at },
    match: { ...match, warnings: [...match.warnings, ...warningsOf(report, reports)] },
  };
  return [{ type: 'PostbackMatched', data }, ...entries];
}

function keptBy(holder: LedgerTransfer, { transferId, match }: ApplyReport): [] {
  const isElsewhere = holder.transferId !== transferId;
  if (isElsewhere && match.rule === 'manual')
    throw postbackMatchedElsewhere('link', holder.transferId);
  return [];
}

/** It came before another one that was matched already, or after all of them. */
function lateness(report: TransferReport, reports: readonly TransferReport[]) {
  const last = inOrderOfReceipt(reports).at(-1);
  return last === report ? 'later_report' : 'earlier_report';
}

type Outcome = Extract<RevenueEvent, { type: 'PostbackMatched' }>['data']['outcome'];

function changeOf({ reports }: LedgerTransfer): Outcome {
  return reports.length === 0 ? 'matched' : 'revised';
}

/** Of a report that changes no money. */
function outcomeOf(report: TransferReport, transfer: LedgerTransfer): Outcome {
  const ofCall = transfer.reports.filter((each) => isOfOneCall(each, report, transfer));
  return isRepeat(report, ofCall) ? 'duplicate' : changeOf(transfer);
}

/**
 * What is odd about a report among all those of its transfer. That has one currency; an amount in
 * another one is kept, but counts for nothing.
 */
export function warningsOf(report: TransferReport, reports: readonly TransferReport[]): string[] {
  const currency = currencyOf(inOrderOfReceipt(reports));
  return isInCurrency(report, currency) ? [] : ['currency_mismatch'];
}

function detach({ postbackId, at, reason }: DetachReport, ledger: TransferLedger): RevenueEvent[] {
  const transfer = holderOf(ledger, postbackId);
  if (transfer === null) return [];
  const { leadId, callId, transferId } = transfer;
  const reports = transfer.reports.filter((report) => report.postbackId !== postbackId);
  const occasion = { becauseOf: null, reason: 'detached', at } as const;
  const data = { leadId, callId, transferId, postbackId, reason, detachedAt: at };
  return [
    { type: 'PostbackDetached', data },
    ...entriesOf(transfer, { ...transfer, reports }, occasion),
  ];
}

function decide(command: RevenueCommand, ledger: TransferLedger): RevenueEvent[] {
  switch (command.type) {
    case 'ApplyReport':
      return apply(command, ledger);
    case 'RereadReport':
      return reread(command, ledger);
    case 'DetachReport':
      return detach(command, ledger);
  }
}

/** What a lead's transfers are worth (PB-6, PB-9). */
export const revenueDecider: Decider<TransferLedger, RevenueCommand, LedgerEvent> = {
  decide,
  evolve,
  initialState,
};
