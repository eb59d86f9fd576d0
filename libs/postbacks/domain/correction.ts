import {
  callResultOf,
  isEntry,
  isReported,
  isSameWorth,
  type LeadStreamEvent,
} from './call-result.js';
import { type CallResult } from './postback-delivery.events.js';
import { type PayoutTerms, type PostbackTargetSettings } from './postback-target.events.js';

/** An event of a lead's stream that can be told from the others. */
export type PlacedLeadEvent = LeadStreamEvent & { readonly id: string };

/** What a target is told anew because of an entry in the books. */
export interface Correction {
  readonly result: CallResult;
  /** Entries of the transfer before this one, oldest first: what they led to was told before. */
  readonly earlierEntryIds: readonly string[];
  /** When the entry was made; ISO-8601 UTC. */
  readonly bookedAt: string;
  /** The lead's history to the entry. */
  readonly history: readonly PlacedLeadEvent[];
}

/** A lead's history up to an event, that one included; later events decide for themselves. */
export function historyTo(
  history: readonly PlacedLeadEvent[],
  eventId: string,
): readonly PlacedLeadEvent[] {
  return history.slice(0, history.findIndex(({ id }) => id === eventId) + 1);
}

/**
 * What an entry changes for a target; `null` if nothing, as for one with a fixed amount. One
 * without terms learns that a call is billable, or is not any more, and never an amount. To one
 * that waits for a report the first is news, whatever it says. Before the call is over there is
 * nothing to correct: its end tells what it is worth by then.
 */
export function correctionOf(
  history: readonly PlacedLeadEvent[],
  { transferId, entryId }: { readonly transferId: string; readonly entryId: string },
  { payout: terms, fireOn }: Pick<PostbackTargetSettings, 'payout' | 'fireOn'>,
): Correction | null {
  const after = historyTo(history, entryId);
  const before = after.slice(0, -1);
  const entry = after.at(-1);
  if (entry === undefined || !isEntry(entry)) return null;
  const [result, told] = [after, before].map((each) => callResultOf(each, transferId, terms));
  if (!result || !told) return null;
  const isFirstReport = isReported(after, transferId) && !isReported(before, transferId);
  const isNews = fireOn === 'payout' && isFirstReport;
  if (!isNews && isSameWorth(result, told)) return null;
  const isEarlier = (event: PlacedLeadEvent) =>
    isEntry(event) && event.data.transferId === transferId;
  const earlierEntryIds = before.filter(isEarlier).map(({ id }) => id);
  return { result, earlierEntryIds, bookedAt: entry.data.recordedAt, history: after };
}

/**
 * Whether a call is worth something else to a target by now than a delivery says. Another delivery
 * says so, or will; this one, coming late, would have the receiver take an old amount for the new.
 */
export function isSuperseded(
  { result }: { readonly result: CallResult },
  history: readonly LeadStreamEvent[],
  terms: PayoutTerms | null,
): boolean {
  if (result.stage !== 'over') return false;
  const now = callResultOf(history, result.transferId, terms);
  return now !== null && !isSameWorth(now, result);
}
