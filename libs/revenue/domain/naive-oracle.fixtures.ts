import { type Reading } from './postback.events.js';
import { type ReportSender } from './revenue.events.js';

/** A transfer, as plain facts. Instants are ISO-8601 UTC. */
export interface PlainTransfer {
  readonly transferId: string;
  readonly callId: string;
  readonly leadId: string;
  /** Hash of the number that a buyer saw, or was told of. */
  readonly callerHash: string;
  readonly destinationId: string;
  readonly destinationName: string;
  readonly requestedAt: string;
  readonly dialedAt: string | null;
  readonly bridgedAt: string | null;
  readonly endedAt: string | null;
  readonly connectedSeconds: number | null;
}

/** A report, as plain facts. */
export interface PlainHit {
  readonly reading: Reading;
  readonly sender: ReportSender;
  readonly receivedAt: string;
  /** The transfer it counts for by now; `null` while it waits. */
  readonly transferId: string | null;
}

/** Whose a report is, or why nobody's. */
export type PlainAnswer =
  | { readonly transferId: string }
  | { readonly transferId: null; readonly reason: string; readonly nearestMs: number | null };

const HOURS_4 = 4 * 60 * 60 * 1_000;
const MINUTES_5 = 5 * 60 * 1_000;

const nobody = (reason: string, nearestMs: number | null = null): PlainAnswer => ({
  ...{ transferId: null, reason, nearestMs },
});

/**
 * Whose a report is, by the words of semantics §3.4 and by going through all there is: the second
 * opinion that laws compare the matcher with. It shares no code with it. `others`: all other
 * reports, in the order of receipt.
 */
export function naiveOwner(
  hit: PlainHit,
  transfers: readonly PlainTransfer[],
  others: readonly PlainHit[],
): PlainAnswer {
  const linked = linkedByVendorCallId(hit, transfers, others);
  const byId = namedByOurIds(hit, transfers, linked);
  if (byId !== null) return { transferId: byId };
  if (linked !== null) return { transferId: linked };
  if (hit.reading.callerHash === null) return nobody(whyNoCaller(hit.reading));
  const { callAt } = hit.reading;
  // A row of a statement, which may come weeks later.
  if (hit.sender.tokenId === null) {
    if (callAt === null) return nobody('call_time_missing');
    const isAhead = Date.parse(callAt) > Date.parse(hit.receivedAt) + MINUTES_5;
    if (isAhead) return nobody('call_time_in_future');
  }
  return ofTheCaller(hit, transfers, others);
}

/**
 * Rule 1: our own ids; a transfer's before a call's before a lead's, then the one named first. Of
 * several transfers the one that the vendor call id is linked to, then by the token's destination,
 * then by the bridge, then the latest.
 */
function namedByOurIds(
  { reading, sender }: PlainHit,
  transfers: readonly PlainTransfer[],
  linked: string | null,
): string | null {
  const weightOf = ({ transferId, destinationId, bridgedAt }: PlainTransfer) =>
    (transferId === linked ? 4 : 0) +
    (destinationId === sender.destinationId ? 2 : 0) +
    (bridgedAt === null ? 0 : 1);
  const placeOf = (transfer: PlainTransfer) =>
    `${weightOf(transfer)} ${transfer.requestedAt} ${transfer.transferId}`;
  for (const kind of ['transferId', 'callId', 'leadId'] as const) {
    for (const id of reading.ids) {
      let best: PlainTransfer | null = null;
      for (const transfer of transfers) {
        if (transfer[kind] !== id) continue;
        if (best === null || placeOf(transfer) > placeOf(best)) best = transfer;
      }
      if (best !== null) return best.transferId;
    }
  }
  return null;
}

/** Rule 6: the sender has named this call before, and that report counts for a transfer. */
function linkedByVendorCallId(
  { reading, sender }: PlainHit,
  transfers: readonly PlainTransfer[],
  others: readonly PlainHit[],
): string | null {
  let linked: string | null = null;
  for (const other of others) {
    if (other.transferId === null || reading.vendorCallId === null) continue;
    if (other.reading.vendorCallId !== reading.vendorCallId) continue;
    const transfer = transfers.find(({ transferId }) => transferId === other.transferId);
    if (isOneSender(other.sender, sender, transfer?.destinationId)) linked = other.transferId;
  }
  return linked;
}

function whyNoCaller({ format, ids, callerProblem }: Reading): string {
  if (format === 'unreadable') return 'unreadable';
  if (ids.length > 0) return 'unknown_id';
  return `caller_${callerProblem ?? 'missing'}`;
}

interface Distant {
  readonly transfer: PlainTransfer;
  readonly anchorMs: number;
  readonly ms: number;
}

/** Rules 2 to 5. */
function ofTheCaller(
  hit: PlainHit,
  transfers: readonly PlainTransfer[],
  others: readonly PlainHit[],
): PlainAnswer {
  const all: Distant[] = [];
  for (const transfer of transfers) {
    if (transfer.callerHash === hit.reading.callerHash) all.push(distanceOf(hit, transfer));
  }
  if (all.length === 0) return nobody('no_transfer_for_caller');
  const near = all.filter(({ ms }) => ms <= HOURS_4);
  if (near.length === 0) return nobody('outside_window', Math.min(...all.map(({ ms }) => ms)));
  const isFree = ({ transfer }: Distant) => !isAnotherCall(hit, transfer, others);
  const best = nearestOfBest(hit, near, isFree);
  if (isFree(best)) return { transferId: best.transfer.transferId };
  const isOfToken = ({ transfer }: Distant) => transfer.destinationId === hit.sender.destinationId;
  const restricted = near.some(isOfToken) ? near.filter(isOfToken) : near;
  const bridged = restricted.filter((each) => each.transfer.bridgedAt !== null && isFree(each));
  if (bridged.length === 0) return nobody('already_matched_conflict');
  return { transferId: nearestOfBest(hit, bridged, isFree).transfer.transferId };
}

/** Rule 4, of one transfer at least. */
function nearestOfBest(
  hit: PlainHit,
  near: readonly Distant[],
  isFree: (each: Distant) => boolean,
): Distant {
  let left = near;
  for (const speaksFor of [
    ({ transfer }: Distant) => transfer.destinationId === hit.sender.destinationId,
    ({ transfer }: Distant) => transfer.bridgedAt !== null,
    ({ transfer }: Distant) => isNamedBuyer(hit.reading.buyer, transfer),
    isFree,
    ({ transfer }: Distant) => isAsLong(hit.reading.durationSeconds, transfer.connectedSeconds),
  ]) {
    if (left.some(speaksFor)) left = left.filter(speaksFor);
  }
  const nearest = Math.min(...left.map(({ ms }) => ms));
  left = left.filter(({ ms }) => ms === nearest);
  const latest = Math.max(...left.map(({ anchorMs }) => anchorMs));
  left = left.filter(({ anchorMs }) => anchorMs === latest);
  return left.reduce((a, b) => (a.transfer.transferId < b.transfer.transferId ? a : b));
}

/** Of when the call was, else of the receipt, which may also be compared with the end. */
function distanceOf({ reading, receivedAt }: PlainHit, transfer: PlainTransfer): Distant {
  const received = Date.parse(receivedAt);
  const told = reading.callAt === null ? null : Date.parse(reading.callAt);
  const isTold = told !== null && told <= received + MINUTES_5;
  const at = isTold ? told : received;
  const { bridgedAt, dialedAt, requestedAt, endedAt } = transfer;
  const begun = Date.parse(bridgedAt ?? dialedAt ?? requestedAt);
  let [anchorMs, ms] = [begun, Math.abs(begun - at)];
  if (!isTold && endedAt !== null) {
    const end = Date.parse(endedAt);
    if (Math.abs(end - at) < ms) [anchorMs, ms] = [end, Math.abs(end - at)];
  }
  return { transfer, anchorMs, ms };
}

/** The sender has called the transfer otherwise, and nobody has called it so. */
function isAnotherCall(
  { reading, sender }: PlainHit,
  { transferId, destinationId }: PlainTransfer,
  others: readonly PlainHit[],
): boolean {
  if (reading.vendorCallId === null) return false;
  let isCalledOtherwise = false;
  for (const other of others) {
    const name = other.reading.vendorCallId;
    if (other.transferId !== transferId || name === null) continue;
    const isSame = name === reading.vendorCallId;
    if (isSame && isOneSender(other.sender, sender, destinationId)) return false;
    // Nobody knows whether a token for any destination is the buyer's, whose statements it may be
    // beside.
    const isOfBoth =
      (other.sender.tokenId !== null && other.sender.tokenId === sender.tokenId) ||
      (other.sender.destinationId !== null && other.sender.destinationId === sender.destinationId);
    if (isOfBoth) isCalledOtherwise = true;
  }
  return isCalledOtherwise;
}

/** Whether two speak for one buyer, or are one token, where a transfer went to a destination. */
export function isOneSender(a: ReportSender, b: ReportSender, destination?: string): boolean {
  const isStatement = a.tokenId === null || b.tokenId === null;
  if (!isStatement && a.tokenId === b.tokenId) return true;
  if (a.destinationId !== null && b.destinationId !== null) {
    return a.destinationId === b.destinationId;
  }
  if (!isStatement) return false;
  const known = a.destinationId ?? b.destinationId ?? destination;
  return known === destination;
}

function isNamedBuyer(buyer: string | null, transfer: PlainTransfer): boolean {
  if (buyer === null) return false;
  const plain = (name: string) => name.toLowerCase().replace(/[^a-z0-9]/g, '');
  const name = plain(buyer);
  if (name === '') return false;
  return name === plain(transfer.destinationName) || name === plain(transfer.destinationId);
}

function isAsLong(theirs: number | null, ours: number | null): boolean {
  return theirs !== null && ours !== null && Math.abs(theirs - ours) <= 60;
}
