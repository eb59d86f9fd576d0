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

/** Whether two are one, with the same destination: a token may be narrowed to one. */
export function isOneSender(one: ReportSender, other: ReportSender): boolean {
  return one.tokenId === other.tokenId && one.destinationId === other.destinationId;
}

/**
 * Whether two who tell of a call are the same one, who gives no call two names: another name is
 * another call.
 *
 * A token and a statement that are for a destination speak for its buyer, whichever of them is
 * used, so that a token may be replaced. A token for any destination stands alone: it may be that
 * of a network between, which names calls in its own way.
 */
export function speakAsOne(one: ReportSender, other: ReportSender): boolean {
  if (one.tokenId !== null && one.tokenId === other.tokenId) return true;
  return one.destinationId !== null && one.destinationId === other.destinationId;
}

/**
 * Whether the same name is the same call where two tell of a transfer.
 *
 * It is where they speak as one. It is, too, between a token for any destination and a statement of
 * the buyer that the transfer went to, for a buyer may report by such a token, and send statements.
 * But nobody knows: it may be a network's token, so that between those two another name says
 * nothing.
 *
 * The read side asks the same of its columns (`shared-names.ts` of `postback_inbox`).
 */
export function sharesNames(
  one: ReportSender,
  other: ReportSender,
  transfer: { readonly destinationId: string | null },
): boolean {
  if (speakAsOne(one, other)) return true;
  const isOfStatement = one.tokenId === null || other.tokenId === null;
  const implied = isOfStatement ? transfer.destinationId : null;
  const buyerOf = ({ destinationId }: ReportSender) => destinationId ?? implied;
  return buyerOf(one) !== null && buyerOf(one) === buyerOf(other);
}
