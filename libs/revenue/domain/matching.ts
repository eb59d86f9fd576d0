import { type Anchored, isWithinWindow, timeOfCall } from './call-time.js';
import {
  areEquallyGood,
  candidateOf,
  inOrderOfRank,
  measure,
  type RankedTransfer,
} from './match-ranking.js';
import { type NamedTransfer, namedTransfer } from './named-transfer.js';
import { type Reading, type UnmatchedReason } from './postback.events.js';
import { type MatchFacts } from './revenue.events.js';
import {
  isSameTransfer,
  type MatchInput,
  type ReportedCall,
  type TransferFacts,
} from './transfer-facts.js';

/**
 * Version of the rules of matching and ranking; every match says by which it was made. By version
 * 1, a name for the call that another sender gave stood in the way, too. By version 2, a transfer
 * of another call was revised where the only others in the window were worse for another reason. By
 * version 3, a network’s name for a call stood in the way of a statement of its buyer, and that in
 * the way of a network. By version 4, the echoed id of a call or lead meant its latest transfer,
 * whoever reported, and a row of a statement without a time was about a call of the hours around
 * its import.
 */
export const MATCHING_RULES_VERSION = 5;

/** The transfer that a report is about, with everything that this rests on. */
export interface Matched {
  readonly kind: 'matched';
  readonly transfer: TransferFacts;
  readonly match: MatchFacts;
}

/** No transfer is known that a report is about. */
export interface Unmatched {
  readonly kind: 'unmatched';
  readonly reason: UnmatchedReason;
  /** How far the nearest transfer is, where all are outside the window; else `null`. */
  readonly nearestMs: number | null;
}

/** What a report is about. */
export type MatchOutcome = Matched | Unmatched;

/**
 * Which transfer a buyer's report is about (semantics §3.4, PB-5).
 *
 * In this order: our own id that was echoed, see {@link namedTransfer}; the sender's call id, where
 * it is linked to a transfer already; the caller's number, within 4 h. Only the caller is bound to
 * that window, so a correction is never too late. A row of a statement comes long after its call:
 * without the time of that, the caller says nothing. A call of its own name is never found by the
 * caller on a transfer of a call that its sender names otherwise: it would overwrite what that is
 * worth (PB-7). See {@link chosenFrom}. Others name calls in their own way, so that a buyer's
 * platform and a network may both report one transfer: the later report revises it, as that of the
 * same call. The order of what is given does not matter.
 */
export function matchPostback(input: MatchInput): MatchOutcome {
  const named = namedTransfer(input);
  if (named !== null) return matchedByOurId(input, named);
  const linked = input.byVendorCallId;
  if (linked === null) return matchedByCaller(input);
  const ranked = [measure(input, linked)];
  return matched(input, linked, { rule: 'vendor_call_id', ranked, warnings: unknownIds(input) });
}

/**
 * Whether transfers that were left out may be what a report is about: all that were looked at are
 * taken by other calls, and there are more.
 */
export function mayBeFurther({ wereCut }: MatchInput, outcome: MatchOutcome): boolean {
  if (wereCut !== true) return false;
  return outcome.kind === 'unmatched' && outcome.reason === 'already_matched_conflict';
}

/** A match that a person made: it stands, whatever the rules say of it. */
export function matchByHand(
  call: ReportedCall,
  transfer: TransferFacts,
  candidates: readonly TransferFacts[] = [],
): MatchFacts {
  const ranked = chosenFirst(call, transfer, candidates);
  return matched(call, transfer, { rule: 'manual', ranked, warnings: [] }).match;
}

/** A match to where the first report of the same call counts. */
export function matchByName(call: ReportedCall, transfer: TransferFacts): MatchFacts {
  const ranked = [measure(call, transfer)];
  return matched(call, transfer, { rule: 'vendor_call_id', ranked, warnings: unknownIds(call) })
    .match;
}

function matchedByOurId(input: MatchInput, { transfer, ambiguous }: NamedTransfer): Matched {
  const { byVendorCallId: linked } = input;
  const isFar = !isWithinWindow(measure(input, transfer));
  const isLinkedElsewhere = linked !== null && !isSameTransfer(linked, transfer);
  return matched(input, transfer, {
    rule: 'our_id',
    ambiguous,
    ranked: chosenFirst(input, transfer, input.byId),
    warnings: [
      ...(isFar ? ['outside_window'] : []),
      ...(isLinkedElsewhere ? ['vendor_call_id_of_another_transfer'] : []),
    ],
  });
}

function matchedByCaller(input: MatchInput): MatchOutcome {
  const { reading, candidates } = input;
  if (reading.callerHash === null) return unmatched(reasonWithoutCaller(reading));
  const untimely = reasonWithoutTime(input);
  if (untimely !== null) return unmatched(untimely);
  const measured = candidates.map((each) => measure(input, each));
  const ranked = inOrderOfRank(measured.filter(isWithinWindow));
  const [best, next] = ranked;
  if (best === undefined) return outsideWindow(measured);
  const chosen = chosenFrom(ranked);
  if (chosen === null) return unmatched('already_matched_conflict');
  return matched(input, chosen.transfer, {
    rule: 'caller',
    distanceMs: chosen.distanceMs,
    ambiguous: chosen !== best || (next !== undefined && areEquallyGood(best, next)),
    ranked: [chosen, ...ranked.filter((each) => each !== chosen)],
    warnings: [...unknownIds(input), ...(input.wereCut === true ? ['candidates_cut'] : [])],
  });
}

/**
 * The best transfer that no other call is known for, best first given; `null` if none will do.
 *
 * Where the best of all is taken, another takes its place only if it was bridged, too, and the
 * token does not say that it went elsewhere: an attempt that failed is no call that somebody pays
 * for. Even so the name of the buyer speaks for the one that is taken, so that a person should
 * look.
 */
function chosenFrom(ranked: readonly RankedTransfer[]): RankedTransfer | null {
  const [best] = ranked;
  if (best === undefined || best.merits.free) return best ?? null;
  const { ofToken } = best.merits;
  const isNextBest = ({ merits }: RankedTransfer) =>
    merits.free && merits.bridged && merits.ofToken === ofToken;
  return ranked.find(isNextBest) ?? null;
}

function outsideWindow(measured: readonly Anchored[]): Unmatched {
  if (measured.length === 0) return unmatched('no_transfer_for_caller');
  const nearestMs = Math.min(...measured.map(({ distanceMs }) => distanceMs));
  return { kind: 'unmatched', reason: 'outside_window', nearestMs };
}

/** An id that nobody knows says more than that there is no caller beside it. */
function reasonWithoutCaller({ format, ids, callerProblem }: Reading): UnmatchedReason {
  if (format === 'unreadable') return 'unreadable';
  if (ids.length > 0) return 'unknown_id';
  return `caller_${callerProblem ?? 'missing'}`;
}

/** When a statement was imported says nothing of when its calls were. */
function reasonWithoutTime({ reading, receivedAt, sender }: ReportedCall): UnmatchedReason | null {
  const { isReceipt, isFromFuture } = timeOfCall(reading, receivedAt);
  if (sender.tokenId !== null || !isReceipt) return null;
  return isFromFuture ? 'call_time_in_future' : 'call_time_missing';
}

function unmatched(reason: UnmatchedReason): Unmatched {
  return { kind: 'unmatched', reason, nearestMs: null };
}

interface Findings extends Partial<Pick<MatchFacts, 'distanceMs' | 'ambiguous'>> {
  readonly rule: MatchFacts['rule'];
  readonly ranked: readonly RankedTransfer[];
  readonly warnings: readonly string[];
}

function matched(call: ReportedCall, transfer: TransferFacts, findings: Findings): Matched {
  const { rule, distanceMs = null, ambiguous = false, ranked, warnings } = findings;
  const match = {
    rulesVersion: MATCHING_RULES_VERSION,
    mapVersion: call.reading.mapVersion,
    ...{ rule, distanceMs, ambiguous },
    candidates: ranked.map((each) => candidateOf(call, each)),
    warnings: [...warnings, ...warningsOfAnyRule(call, transfer)],
  };
  return { kind: 'matched', transfer, match };
}

/** Ids never overrule each other by rank: the rest is kept to show what else was named. */
function chosenFirst(
  call: ReportedCall,
  transfer: TransferFacts,
  considered: readonly TransferFacts[],
): RankedTransfer[] {
  const others = considered.filter((each) => !isSameTransfer(each, transfer));
  return [measure(call, transfer), ...inOrderOfRank(others.map((each) => measure(call, each)))];
}

function unknownIds({ reading }: ReportedCall): string[] {
  return reading.ids.length > 0 ? ['unknown_id'] : [];
}

function warningsOfAnyRule(call: ReportedCall, transfer: TransferFacts): string[] {
  const { reading, receivedAt, tokenDestinationId: expected } = call;
  const isElsewhere = expected !== null && expected !== transfer.destinationId;
  const isEarly = timeOfCall(reading, receivedAt).isFromFuture;
  const paysNothing = reading.billable === true && reading.payoutMinor === 0;
  return [
    ...(isElsewhere ? ['destination_mismatch'] : []),
    ...(isEarly ? ['call_time_in_future'] : []),
    ...(paysNothing ? ['billable_without_payout'] : []),
    ...(reading.isDuplicate ? ['called_duplicate'] : []),
  ];
}
