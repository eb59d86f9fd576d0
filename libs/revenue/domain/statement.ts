import { anchorOf } from './call-time.js';
import { matchPostback } from './matching.js';
import { type UnmatchedReason } from './postback.events.js';
import {
  type Difference,
  type DifferenceTotal,
  differencesOf,
  isWorthSomething,
  type LedgerRow,
  oursMissing,
  type StatementItem,
  type StatementLine,
  theirsMissing,
  totalsOf,
} from './statement-difference.js';
import { LedgerLookup } from './statement-lookup.js';

/** A statement, and our ledger of the same buyer. */
export interface StatementInput {
  readonly lines: readonly StatementLine[];
  /** All that a line may be about: of the period, and those around it. */
  readonly transfers: readonly LedgerRow[];
  /** What the statement covers: ISO-8601, its end excluded. */
  readonly period: { readonly from: string; readonly to: string };
  /** The destination that the buyer is; `null` for any. */
  readonly destinationId: string | null;
  /** When the statement was imported. ISO-8601 UTC. */
  readonly importedAt: string;
}

/** What came of comparing a statement with our ledger. */
export interface StatementComparison {
  /** Lines that belong to a transfer. */
  readonly matchedLines: number;
  /** Transfers on which both agree in amount and duration. */
  readonly agreed: number;
  /** Those of lines in the order of the statement, then what it lacks, oldest first. */
  readonly differences: readonly Difference[];
  readonly totals: readonly DifferenceTotal[];
}

/**
 * In what a buyer's statement and our ledger differ (PB-13).
 *
 * Each line is matched as a report would be that comes after those before it. Several lines about
 * one transfer are worth what as many reports of it would be, so that the last amount counts, and
 * additions to it. Our amount is the confirmed one, else the estimate. The statement lacks a
 * transfer of its period that is worth something to us and has no line.
 */
export function compareStatement(input: StatementInput): StatementComparison {
  const ours = new LedgerLookup(input.transfers);
  const found = input.lines.map((line) => findTransfer(line, input, ours));
  const items = itemsOf(found);
  const ofItems = items.map(differencesOf);
  const listed = new Set(items.map(({ transfer }) => transfer.transferId));
  const differences = [
    ...[...found.flatMap(unfound), ...ofItems.flat()].sort(byFirstLine),
    ...input.transfers
      .filter((each) => !listed.has(each.transferId) && isExpected(each, input))
      .sort((a, b) => Date.parse(anchorOf(a)) - Date.parse(anchorOf(b)))
      .map(theirsMissing),
  ];
  return {
    matchedLines: items.reduce((count, { lines }) => count + lines.length, 0),
    agreed: ofItems.filter((each) => each.length === 0).length,
    differences,
    totals: totalsOf(differences),
  };
}

interface FoundLine {
  readonly line: StatementLine;
  readonly transfer: LedgerRow | null;
  readonly reason: UnmatchedReason | null;
}

function findTransfer(line: StatementLine, input: StatementInput, ours: LedgerLookup): FoundLine {
  const { destinationId, importedAt: receivedAt } = input;
  const { reading } = line;
  const sender = { tokenId: null, destinationId };
  const call = { reading, sender, receivedAt, tokenDestinationId: destinationId };
  const outcome = matchPostback({ ...call, ...ours.of(reading, sender) });
  if (outcome.kind === 'unmatched') return { line, transfer: null, reason: outcome.reason };
  const { vendorCallId } = reading;
  if (vendorCallId !== null) ours.learn(outcome.transfer, { vendorCallId, sender });
  return { line, transfer: ours.transfer(outcome.transfer.transferId), reason: null };
}

function itemsOf(found: readonly FoundLine[]): StatementItem[] {
  const items = new Map<string, StatementItem & { readonly lines: StatementLine[] }>();
  for (const { line, transfer } of found) {
    if (transfer === null) continue;
    const item = items.get(transfer.transferId);
    if (item === undefined) items.set(transfer.transferId, { transfer, lines: [line] });
    else item.lines.push(line);
  }
  return [...items.values()];
}

function unfound({ line, transfer, reason }: FoundLine): Difference[] {
  return transfer === null ? [oursMissing(line, reason)] : [];
}

/** A transfer to the buyer, in the period, that is worth something by our ledger. */
function isExpected(transfer: LedgerRow, { period, destinationId }: StatementInput): boolean {
  const atMs = Date.parse(anchorOf(transfer));
  const isInPeriod = atMs >= Date.parse(period.from) && atMs < Date.parse(period.to);
  const isTheirs = destinationId === null || transfer.destinationId === destinationId;
  return isInPeriod && isTheirs && isWorthSomething(transfer);
}

function byFirstLine(a: Difference, b: Difference): number {
  return (a.lines[0] ?? 0) - (b.lines[0] ?? 0);
}
