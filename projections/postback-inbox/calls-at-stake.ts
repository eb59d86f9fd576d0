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

/** Among which hits the money at stake is looked for. */
export interface StakeScope {
  /** As they were known then, inclusive, ISO-8601; `null`: as they are known now. */
  readonly asOf: string | null;
  /** Whether lines of statements; `null`: both they and what platforms sent. */
  readonly statementLines: boolean | null;
}

/** The hits of a tenant as they are known now or were at a moment; columns as in the table. */
export function hitsKnown(asOf: string | null, from?: string): RawBuilder<unknown> {
  return asOf === null ? sql`postback_inbox` : sql`(${hitsAsKnown(asOf, from)})`;
}

/** The same, without those that were never unmatched. */
function hitsThatMayWait(asOf: string | null): RawBuilder<unknown> {
  if (asOf === null) return sql`postback_inbox`;
  return sql`(${hitsAsKnown(asOf, undefined, sql`hit.standings @> '[{"status": "unmatched"}]'`)})`;
}

/**
 * A query for the unmatched hits, and how much each adds to the money at stake, `null` where it
 * does not count for that. Together they are what the ledger would make of their call (`worthOf` of
 * `libs/revenue`; a law compares both): the last report of the whole, where it is above zero, and
 * the additions since, without what says the same again; never below zero, and nothing of a call of
 * which the last word is that it is not paid for. Money in another currency than the first is told
 * likewise, each currency by its own reports alone (`sayingOf`).
 *
 * Whether a hit counts does not depend on the period or the buyer a report is about, so that lines
 * add up to totals, and lists to lines. `among` may leave out calls, but no hit of one that it
 * keeps.
 */
export function hitsAtStake(
  { asOf, statementLines }: StakeScope,
  among: RawBuilder<unknown> = sql`true`,
): RawBuilder<unknown> {
  const kind =
    statementLines === null ? sql`true` : sql`(method = 'IMPORT') = ${statementLines}::boolean`;
  return sql`
    select *, case when amount is not null
        then (greatest(0, upto) - greatest(0, upto - amount))::bigint end as at_stake_minor
    from (
      select *, sum(amount) over (partition by call, currency order by place) as upto
      from (${withAmounts(sql`
        select *, ${CALL_OF_HIT} as call,
          coalesce(payout_minor, 0) <> 0 as has_money,
          payout_minor is not null and payout_mode = 'add' as is_addition,
          payout_minor is not null and payout_mode = 'set' as is_whole
        from ${hitsThatMayWait(asOf)} as known
        where status = 'unmatched' and ${kind} and ${among}`)}) as counting
    ) as added`;
}

/**
 * Hits with the amount of each that counts, else `null`. None is left out on the way: the planner
 * would take few to be left, and join them to others one by one.
 */
function withAmounts(hits: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`
    select *, case when ${COUNTS}
      then case when is_addition then payout_minor else greatest(0, payout_minor) end end as amount
    from (
      select *, ${LAST_WHOLE} as whole_at, ${LAST_WORD} as last_word
      from (
        select *, ${IS_FIRST_CURRENCY} as is_first_currency
        from (
          select *, case when not ${IS_REPEAT} then place end as told_at
          from (select *, ${PLACE} as place from (${hits}) as hits) as placed
        ) as told
        window of_call as (partition by call), of_currency as (partition by call, currency)
      ) as told
      window of_call as (partition by call), of_currency as (partition by call, currency)
    ) as weighed`;
}

/** The last whole and the additions since, unless the last word is that it is not paid for. */
const COUNTS = sql`payout_minor is not null
  and (told_at = whole_at or (is_addition and told_at > coalesce(whole_at, 0)))
  and (last_word is null or last_word / 2 < coalesce(whole_at, 0) or last_word % 2 = 1)`;

/** Among the hits of its call, in the order in which reports count. */
const PLACE = sql`row_number() over (
  partition by call order by received_at, sequence, postback_id)`;

/** An addition repeats any before it, another report the last one that is no addition. */
const IS_REPEAT = sql`case
  when is_addition then row_number() over (
    partition by call, is_addition, words order by place) > 1
  else coalesce(words = lag(words) over (partition by call, is_addition order by place), false)
  end`;

/** The currency of a call is that of its first money. */
const IS_FIRST_CURRENCY = sql`min(told_at) filter (where has_money) over of_call
  is not distinct from min(told_at) filter (where has_money) over of_currency`;

/** Which whole counts: nothing is the same in every currency. */
const LAST_WHOLE = sql`case when is_first_currency
  then greatest(max(told_at) filter (where is_whole and has_money) over of_currency,
    max(told_at) filter (where is_whole and not has_money) over of_call)
  else max(told_at) filter (where is_whole and has_money) over of_currency end`;

/** Twice the place of the last word on whether it is paid for, and one more if it is. */
const LAST_WORD = sql`case when is_first_currency
  then greatest(
    max(told_at * 2 + billable::integer) filter (where has_money) over of_currency,
    max(told_at * 2 + billable::integer) filter (where not has_money) over of_call) end`;

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
  const { asOf } = scope;
  const ids = sql`any(${[...postbackIds]}::text[])`;
  const known = sql`${hitsKnown(asOf)} as known`;
  const named = sql`select vendor_call_id from ${known} where postback_id = ${ids}`;
  const stakes = hitsAtStake(
    scope,
    // Names are indexed, calls are not; what another sender means by a name is weighed in vain.
    sql`(postback_id = ${ids} or vendor_call_id = any(array(${named})))`,
  );
  const { rows } = await sql<Omit<HitStake, 'atStakeMinor'>>`
    select postback_id, status, currency from ${known} where postback_id = ${ids}`.execute(
    transaction,
  );
  // Not joined: of a name for very many calls all would be weighed again for each hit.
  const atStake = await sql<Pick<HitStake, 'postbackId' | 'atStakeMinor'>>`
    select postback_id, at_stake_minor from (${stakes}) as waiting
    where postback_id = ${ids}`.execute(transaction);
  const minor = new Map(atStake.rows.map((row) => [row.postbackId, row.atStakeMinor]));
  return new Map(
    rows.map((row) => [
      row.postbackId,
      { ...row, atStakeMinor: minor.get(row.postbackId) ?? null },
    ]),
  );
}
