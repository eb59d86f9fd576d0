import type { LeadMode } from '#events/leads';
import { type TenantTransaction } from '#libs/read-db';
import { type RawBuilder, sql } from 'kysely';
import { type PostbackStatus } from './hit-history.js';
import { hitsAsKnown } from './hits-as-known.js';

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

/** Of the lead that a hit counts for; one that counts for none is live: nobody else sends them. */
export const MODE_OF_HIT = sql<LeadMode>`coalesce(mode, 'live')`;

/**
 * The place of a hit among those of its call that say the same kind of thing in the same currency,
 * from the last one on. For rows with the column `call`.
 */
const PLACE_FROM_LAST = sql<bigint>`row_number() over (
  partition by call, currency, payout_mode, payout_minor is null
  order by received_at desc, sequence desc, postback_id desc)`;

/** Among which hits the money at stake is looked for. */
export interface StakeScope {
  /** As they were known then, inclusive, ISO-8601; `null`: as they are known now. */
  readonly asOf: string | null;
  /** Received from this instant on, ISO-8601: to be quick, for what came before is not asked. */
  readonly from: string;
  /** Whether lines of statements; `null`: both they and what platforms sent. */
  readonly statementLines: boolean | null;
}

/** The hits of a tenant as they are known now or were at a moment; columns as in the table. */
export function hitsKnown({ asOf, from }: Pick<StakeScope, 'asOf' | 'from'>): RawBuilder<unknown> {
  return asOf === null ? sql`postback_inbox` : sql`(${hitsAsKnown(asOf, from)})`;
}

/**
 * A query for the unmatched hits whose money is at stake: of several reports of one call that is
 * the last one of the whole, and every addition, in each currency.
 *
 * Whether a hit counts does not depend on the period or the buyer a report is about, so that lines
 * add up to totals, and lists to lines. What outranks a hit was received after it: nothing from
 * before `from` is needed. `among` may leave out calls, but no hit of one that it keeps.
 */
export function hitsAtStake(
  scope: StakeScope,
  among: RawBuilder<unknown> = sql`true`,
): RawBuilder<unknown> {
  const { from, statementLines } = scope;
  const kind =
    statementLines === null ? sql`true` : sql`(method = 'IMPORT') = ${statementLines}::boolean`;
  return sql`
    select * from (
      select hits.*, ${PLACE_FROM_LAST} as nth
      from (
        select *, ${CALL_OF_HIT} as call from ${hitsKnown(scope)} as known
        where status = 'unmatched' and received_at >= ${from}::timestamptz and ${kind}
          and ${among}
      ) as hits
    ) as ranked
    where payout_minor is not null and (payout_mode = 'add' or nth = 1)`;
}

/** How a hit stood, and the money at stake in it. */
export interface HitStake {
  readonly postbackId: string;
  readonly status: PostbackStatus;
  /** ISO 4217. */
  readonly currency: string;
  /** In minor units; `null` where it is none of those that count. */
  readonly atStakeMinor: bigint | null;
}

/** How hits stood, and the money at stake in each, by their ids. */
export async function stakesOf(
  transaction: TenantTransaction,
  postbackIds: readonly string[],
  scope: StakeScope,
): Promise<ReadonlyMap<string, HitStake>> {
  if (postbackIds.length === 0) return new Map();
  const ids = sql`any(${[...postbackIds]}::text[])`;
  const stakes = hitsAtStake(scope, sql`(postback_id = ${ids} or ${isNamedAsOneOf(ids, scope)})`);
  const { rows } = await sql<HitStake>`
    select known.postback_id, known.status, known.currency, stake.payout_minor as at_stake_minor
    from ${hitsKnown(scope)} as known
      left join (${stakes}) as stake on stake.postback_id = known.postback_id
    where known.postback_id = ${ids}`.execute(transaction);
  return new Map(rows.map((row) => [row.postbackId, row]));
}

/**
 * Whether a hit has the name of a call of these. Names are indexed, calls are not; the call that
 * another sender means by a name is ranked in vain.
 */
function isNamedAsOneOf(ids: RawBuilder<unknown>, scope: StakeScope): RawBuilder<unknown> {
  return sql`vendor_call_id = any(array(
    select vendor_call_id from ${hitsKnown(scope)} as known where postback_id = ${ids}))`;
}
