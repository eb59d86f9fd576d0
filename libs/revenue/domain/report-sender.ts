import { type ReportSender } from './revenue.events.js';

/** With what a report came. */
export interface SentWith {
  /** A token, or a statement. */
  readonly tokenId: string;
  /** The destination that is for; `null` for any. */
  readonly destinationId: string | null;
  /** `IMPORT`: as a line of a statement. */
  readonly method: 'GET' | 'POST' | 'IMPORT';
}

/** Who tells of a call. */
export function senderOf({ tokenId, destinationId, method }: SentWith): ReportSender {
  return { tokenId: method === 'IMPORT' ? null : tokenId, destinationId };
}

/**
 * Whether two who tell of a transfer give calls the same names, so that another name is another call.
 *
 * The platform of a buyer and a network between both name the call in their own way, each with a
 * token of its own: that their names differ says nothing. A statement has the names of the buyer it
 * is of, whichever token that buyer reports with.
 */
export function sharesNames(
  one: ReportSender,
  other: ReportSender,
  transfer: { readonly destinationId: string },
): boolean {
  if (one.tokenId !== null && other.tokenId !== null) return one.tokenId === other.tokenId;
  const buyerOf = ({ destinationId }: ReportSender) => destinationId ?? transfer.destinationId;
  return buyerOf(one) === buyerOf(other);
}
