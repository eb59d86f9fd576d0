import { durationMatches } from './match-ranking.js';
import { CALL_TIME_PROBLEMS } from './reading/call-time.js';
import { reportOf } from './postback.js';
import { type Reading, type UnmatchedReason } from './postback.events.js';
import { type TransferReport } from './revenue.events.js';
import { type TransferFacts } from './transfer-facts.js';
import { type Booked } from './transfer-ledger.js';
import { type Terms, worthOf } from './worth.js';

/** One line of a buyer's statement. */
export interface StatementLine {
  /** Its place in the statement, from 1. */
  readonly line: number;
  /** Read by the same alias map as any report. */
  readonly reading: Reading;
}

/** A transfer, as our ledger has it. */
export interface LedgerRow extends TransferFacts, Terms {
  /** Keyed hashes of the numbers that the buyer may have seen as the caller. */
  readonly callerHashes: readonly string[];
  /** What its reports say it is worth; `null` while the estimate stands. */
  readonly booked: Booked | null;
  /** What the agreed payout says it is worth, in minor units; `null` before the call is over. */
  readonly estimate: { readonly amountMinor: number; readonly currency: string } | null;
}

/** How a statement and our ledger can differ. `theirs_missing`: the statement lacks it. */
export const DIFFERENCE_KINDS = [
  'theirs_missing',
  'ours_missing',
  'amount_differs',
  'duration_differs',
] as const;

/** How a statement and our ledger differ. */
export type DifferenceKind = (typeof DIFFERENCE_KINDS)[number];

/** One thing on which a statement and our ledger do not agree. Amounts are in minor units. */
export interface Difference {
  readonly kind: DifferenceKind;
  /** Lines it is about, from 1; none where the statement lacks a transfer. */
  readonly lines: readonly number[];
  /** `null` where we lack it. */
  readonly transferId: string | null;
  /** Why a line belongs to no transfer; `null` where it does. */
  readonly unmatchedReason: UnmatchedReason | null;
  /** Why the time of such a line cannot be read, e.g. `time_unreadable`; `null` if it can. */
  readonly timeProblem: string | null;
  /** ISO 4217. */
  readonly currency: string;
  /** `null`: nothing was said, by them or by our ledger. */
  readonly theirsMinor: number | null;
  readonly oursMinor: number | null;
  readonly theirsSeconds: number | null;
  readonly oursSeconds: number | null;
}

/** What differs in one way, in one currency. */
export interface DifferenceTotal {
  readonly kind: DifferenceKind;
  readonly currency: string;
  readonly count: number;
  readonly theirsMinor: number;
  readonly oursMinor: number;
}

/** Lines about one transfer, at least one. */
export interface StatementItem {
  readonly transfer: LedgerRow;
  readonly lines: readonly StatementLine[];
}

/** Where lines and the transfer they are about do not agree; nothing where they do. */
export function differencesOf(item: StatementItem): Difference[] {
  const { transfer, lines } = item;
  const theirsSeconds = longestOf(lines);
  const { currency, theirsMinor } = theirsOf(item);
  const { transferId, connectedSeconds: oursSeconds } = transfer;
  const facts = {
    ...{ lines: lines.map(({ line }) => line), transferId, unmatchedReason: null },
    ...{ timeProblem: null, theirsSeconds, oursSeconds },
  };
  const sameDuration = theirsSeconds === null || durationMatches(theirsSeconds, oursSeconds);
  const amounts = amountsThatDiffer(item);
  const told = { theirsMinor, oursMinor: oursOf(transfer)?.minor ?? null };
  return [
    ...amounts.map((amount) => ({ kind: 'amount_differs' as const, ...facts, ...amount })),
    ...(sameDuration ? [] : [{ kind: 'duration_differs' as const, ...facts, currency, ...told }]),
  ];
}

type Amounts = Pick<Difference, 'currency' | 'theirsMinor' | 'oursMinor'>;

/** Amounts in two currencies cannot be compared: each is told apart, as lacking its counterpart. */
function amountsThatDiffer(item: StatementItem): Amounts[] {
  const { theirsMinor, currency } = theirsOf(item);
  const ours = oursOf(item.transfer);
  if (theirsMinor === null || theirsMinor === (ours?.minor ?? 0)) {
    const isSame = theirsMinor === null || theirsMinor === 0 || ours?.currency === currency;
    if (isSame) return [];
  }
  if (ours === null || ours.currency === currency) {
    return [{ currency, theirsMinor, oursMinor: ours?.minor ?? null }];
  }
  return [
    { currency, theirsMinor, oursMinor: null },
    { currency: ours.currency, theirsMinor: null, oursMinor: ours.minor },
  ];
}

/**
 * What lines are worth, by the law of the ledger: of several about one transfer the last whole
 * counts, and additions to it. `null` if no line tells an amount. What is not billable is worth
 * nothing.
 */
function theirsOf({ lines, transfer }: StatementItem): Pick<Amounts, 'currency' | 'theirsMinor'> {
  const { confirmed, minor, currency } = worthOf(lines.map(asReport), transfer);
  return {
    currency: currency ?? lines[0]?.reading.currency ?? '',
    theirsMinor: confirmed ? minor : null,
  };
}

function asReport({ line, reading }: StatementLine): TransferReport {
  const postbackId = `line ${line}`;
  return reportOf({ ...OF_STATEMENT, postbackId, sequence: line, reading });
}

/** Lines come together: only their order in the statement tells them apart. */
const OF_STATEMENT = {
  ...{ receivedAt: '1970-01-01T00:00:00.000Z', method: 'IMPORT' as const },
  ...{ tokenId: 'the statement', destinationId: null },
};

function longestOf(lines: readonly StatementLine[]): number | null {
  const told = lines.flatMap(({ reading }) => reading.durationSeconds ?? []);
  return told.length === 0 ? null : told.reduce((longest, each) => Math.max(longest, each));
}

/** What a transfer is worth to us: as reported, else as estimated; `null` if neither is known. */
function oursOf({ booked, estimate }: LedgerRow): Omit<Booked, 'billable'> | null {
  if (booked !== null) return booked;
  return estimate && { minor: estimate.amountMinor, currency: estimate.currency };
}

/** Whether a buyer's statement should have it. */
export function isWorthSomething(transfer: LedgerRow): boolean {
  return (oursOf(transfer)?.minor ?? 0) !== 0;
}

/** A line about no transfer of ours. */
export function oursMissing(
  { line, reading }: StatementLine,
  unmatchedReason: UnmatchedReason | null,
): Difference {
  const { currency, payoutMinor: theirsMinor, durationSeconds: theirsSeconds } = reading;
  const timeProblem = timeProblemOf(reading);
  return {
    ...{ kind: 'ours_missing', lines: [line], transferId: null, unmatchedReason, timeProblem },
    ...{ currency, theirsMinor, oursMinor: null, theirsSeconds, oursSeconds: null },
  };
}

/** A time that was told counts where it can be read from another field. */
function timeProblemOf({ callAt, warnings }: Reading): string | null {
  if (callAt !== null) return null;
  return warnings.find(isAboutTime)?.code ?? null;
}

/** Whether what was odd in a line is that its time cannot be read. */
export function isAboutTime({ code }: Reading['warnings'][number]): boolean {
  return CALL_TIME_PROBLEMS.some((each) => each === code);
}

/** A transfer that no line is about. */
export function theirsMissing(transfer: LedgerRow): Difference {
  const { transferId, connectedSeconds: oursSeconds } = transfer;
  const { minor: oursMinor = null, currency = '' } = oursOf(transfer) ?? {};
  return {
    ...{ kind: 'theirs_missing', lines: [], transferId, unmatchedReason: null, timeProblem: null },
    ...{ currency, theirsMinor: null, oursMinor, theirsSeconds: null, oursSeconds },
  };
}

/** Differences of a kind and a currency, counted and added up; kinds in their order. */
export function totalsOf(differences: readonly Difference[]): DifferenceTotal[] {
  const totals = new Map<string, DifferenceTotal>();
  for (const { kind, currency, theirsMinor, oursMinor } of differences) {
    const of = `${DIFFERENCE_KINDS.indexOf(kind)} ${currency}`;
    const before = totals.get(of) ?? { count: 0, theirsMinor: 0, oursMinor: 0 };
    totals.set(of, {
      ...{ kind, currency, count: before.count + 1 },
      theirsMinor: before.theirsMinor + (theirsMinor ?? 0),
      oursMinor: before.oursMinor + (oursMinor ?? 0),
    });
  }
  return [...totals].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, total]) => total);
}
