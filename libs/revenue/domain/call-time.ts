import { type Reading } from './postback.events.js';

/** How far a caller's report may be from a transfer, in either direction, inclusive: 4 h. */
export const MATCH_WINDOW_MS = 14_400_000;
/** How far a sender's clock may be ahead of ours before its time of the call is not believed. */
export const FUTURE_TOLERANCE_MS = 300_000;

/** When a reported call was, as far as the report tells. */
export interface TimeOfCall {
  readonly atMs: number;
  /** Nothing but the receipt of the report is known: the call was over by then. */
  readonly isReceipt: boolean;
  /** The report names a time that had not come yet. */
  readonly isFromFuture: boolean;
}

/** The call's time as reported, unless it is missing or in the future; else that of receipt. */
export function timeOfCall({ callAt }: Pick<Reading, 'callAt'>, receivedAt: string): TimeOfCall {
  const receivedMs = Date.parse(receivedAt);
  const reportedMs = callAt === null ? Number.NaN : Date.parse(callAt);
  const isFromFuture = reportedMs - receivedMs > FUTURE_TOLERANCE_MS;
  const isReceipt = Number.isNaN(reportedMs) || isFromFuture;
  return { atMs: isReceipt ? receivedMs : reportedMs, isReceipt, isFromFuture };
}

/** The moments of a transfer that a report's time is compared with. */
export interface TransferTimes {
  readonly requestedAt: string;
  readonly dialedAt: string | null;
  readonly bridgedAt: string | null;
  /** When a bridged call was over. */
  readonly endedAt: string | null;
}

/** A moment of a transfer, and how far the reported call is from it. */
export interface Anchored {
  readonly anchorAt: string;
  readonly distanceMs: number;
}

/** When a transfer took place: its bridge, else its dialing, else its request. */
export function anchorOf({
  bridgedAt,
  dialedAt,
  requestedAt,
}: Omit<TransferTimes, 'endedAt'>): string {
  return bridgedAt ?? dialedAt ?? requestedAt;
}

/**
 * How far a call is from a transfer. Where only the receipt is known, the end of the transfer
 * counts too: reports come after the call, and it may have been a long one.
 */
export function nearestAnchor(transfer: TransferTimes, { atMs, isReceipt }: TimeOfCall): Anchored {
  const begun = anchoredAt(anchorOf(transfer), atMs);
  if (!isReceipt || transfer.endedAt === null) return begun;
  const ended = anchoredAt(transfer.endedAt, atMs);
  return ended.distanceMs < begun.distanceMs ? ended : begun;
}

function anchoredAt(anchorAt: string, atMs: number): Anchored {
  return { anchorAt, distanceMs: Math.abs(atMs - Date.parse(anchorAt)) };
}

/** Whether a report may be about a transfer of its caller. */
export function isWithinWindow({ distanceMs }: Anchored): boolean {
  return distanceMs <= MATCH_WINDOW_MS;
}
