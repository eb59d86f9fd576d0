import { type Anchored, nearestAnchor, timeOfCall } from './call-time.js';
import { type MatchCandidate } from './revenue.events.js';
import { otherNameOf, type ReportedCall, type TransferFacts } from './transfer-facts.js';

/** Durations that differ by no more are those of the same call, as far as clocks can tell. */
export const DURATION_TOLERANCE_SECONDS = 60;
/** Two equally good transfers are told apart by their distance only if it differs by this much. */
export const AMBIGUITY_MS = 30_000;

/** A transfer, measured against a report. */
export interface RankedTransfer extends Anchored {
  readonly transfer: TransferFacts;
  /** What speaks for it, most telling first. */
  readonly merits: Merits;
}

interface Merits {
  /** It went where the sender's token is for. */
  readonly ofToken: boolean;
  readonly bridged: boolean;
  /** It went to the buyer that the report names. */
  readonly ofBuyer: boolean;
  /** No report of another call of the same sender is matched to it. */
  readonly free: boolean;
  readonly durationMatches: boolean;
}

/** The order in which merits count. The destination of the token comes before everything else. */
const MERITS = ['ofToken', 'bridged', 'ofBuyer', 'free', 'durationMatches'] as const;

/** Measures a transfer against a report. */
export function measure(call: ReportedCall, transfer: TransferFacts): RankedTransfer {
  const { reading, receivedAt, tokenDestinationId } = call;
  const merits = {
    ofToken: transfer.destinationId === tokenDestinationId,
    bridged: transfer.bridgedAt !== null,
    ofBuyer: isOfBuyer(reading.buyer, transfer),
    free: takenBy(call, transfer) === null,
    durationMatches: durationMatches(reading.durationSeconds, transfer.connectedSeconds),
  };
  return { transfer, ...nearestAnchor(transfer, timeOfCall(reading, receivedAt)), merits };
}

/** Best first; the order they are given in does not matter. */
export function inOrderOfRank(transfers: readonly RankedTransfer[]): RankedTransfer[] {
  return [...transfers].sort(
    (a, b) =>
      byMerit(a, b) ||
      a.distanceMs - b.distanceMs ||
      Date.parse(b.anchorAt) - Date.parse(a.anchorAt) ||
      (a.transfer.transferId < b.transfer.transferId ? -1 : 1),
  );
}

/** Whether nothing but a little time tells two transfers apart. */
export function areEquallyGood(a: RankedTransfer, b: RankedTransfer): boolean {
  return byMerit(a, b) === 0 && Math.abs(a.distanceMs - b.distanceMs) < AMBIGUITY_MS;
}

function byMerit(a: RankedTransfer, b: RankedTransfer): number {
  const telling = MERITS.find((merit) => a.merits[merit] !== b.merits[merit]);
  if (telling === undefined) return 0;
  return a.merits[telling] ? -1 : 1;
}

/** A transfer that was considered, as the event of the match keeps it. */
export function candidateOf(call: ReportedCall, ranked: RankedTransfer): MatchCandidate {
  const { transfer, anchorAt, distanceMs, merits } = ranked;
  const { transferId, leadId } = transfer;
  return {
    ...{ transferId, leadId, anchorAt, distanceMs, bridged: merits.bridged },
    destinationMatches: merits.ofToken || merits.ofBuyer,
    durationMatches: merits.durationMatches,
    takenBy: takenBy(call, transfer),
  };
}

/**
 * Nothing speaks against it where the report has no call id of its own to differ by, nor where only
 * others who name calls in their own way have reported.
 */
function takenBy({ reading, sender }: ReportedCall, transfer: TransferFacts): string | null {
  const { vendorCallId } = reading;
  return vendorCallId === null ? null : otherNameOf(transfer, { vendorCallId, sender });
}

/** Names are compared by their letters and digits; some platforms send our id instead. */
function isOfBuyer(buyer: string | null, transfer: TransferFacts): boolean {
  if (buyer === null) return false;
  const name = bare(buyer);
  return name !== '' && [transfer.destinationName, transfer.destinationId].map(bare).includes(name);
}

function bare(name: string): string {
  return name
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, '');
}

/** Whether the durations are those of the same call; false where one is not known. */
export function durationMatches(theirs: number | null, ours: number | null): boolean {
  if (theirs === null || ours === null) return false;
  return Math.abs(theirs - ours) <= DURATION_TOLERANCE_SECONDS;
}
