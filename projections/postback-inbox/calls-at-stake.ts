import { sql } from 'kysely';

/**
 * Which call a hit is about, as far as it tells: one value for all hits of a call.
 *
 * A name for a call is its sender's, as `sharesNames` of the rules has it where no transfer is
 * known: a buyer names those of its destination, by whichever token or statement it reports; a
 * token for any destination stands alone. Two senders may give one name to two calls. A hit without
 * a name is a call of its own.
 */
export const CALL_OF_HIT = sql<string>`coalesce(
  'call ' || coalesce(destination_id, token_id) || ' ' || vendor_call_id, 'hit ' || postback_id)`;

/** The destination of the transfer that a hit counts for, else the one its token is for. */
export const DESTINATION_OF_HIT = sql<
  string | null
>`coalesce(settled_destination_id, destination_id)`;

/**
 * The place of a hit among those of its call that say the same kind of thing in the same currency,
 * from the last one on: what counts is the last report of the whole, and every addition. For rows
 * with the column `call`.
 */
export const PLACE_FROM_LAST = sql<bigint>`row_number() over (
  partition by status, call, currency, payout_mode, payout_minor is null
  order by received_at desc, sequence desc, postback_id desc)`;
