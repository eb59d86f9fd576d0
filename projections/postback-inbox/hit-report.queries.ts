import { type TenantTransaction } from '#libs/read-db';
import { type RawBuilder, sql } from 'kysely';
import { DESTINATION_OF_HIT, hitsAtStake, hitsKnown, MODE_OF_HIT } from './calls-at-stake.js';

/** By what hits are told apart, beside their currency: what a hit without a transfer can say. */
export const HIT_DIMENSIONS = ['day', 'hour', 'destination', 'buyer'] as const;

/** One of them. */
export type HitDimension = (typeof HIT_DIMENSIONS)[number];

/** Which hits to count. */
export interface HitReportRequest {
  /** Of the leads; those that count for none are live: nobody else sends them. */
  readonly mode: 'live' | 'test';
  /** Calls from this instant on. ISO-8601. */
  readonly from: string;
  /** Until this one, exclusive. ISO-8601. */
  readonly to: string;
  /** IANA zone in which days and hours begin. */
  readonly timeZone: string;
  readonly by: readonly HitDimension[];
  /** Only what was known by then, inclusive, ISO-8601; `null`: all that is known now. */
  readonly asOf: string | null;
  /** What is left out does not filter; `null` is that there is none. */
  readonly filter: {
    readonly destinationId?: string | null;
    readonly buyer?: string | null;
    readonly currency?: string;
  };
}

/** Some hits, counted. */
export interface HitLine {
  /** Local date YYYY-MM-DD; `null` if not told apart, as the next ones. */
  readonly day: string | null;
  /** When a local hour begins, ISO-8601 UTC. */
  readonly hour: string | null;
  /** That of their transfer, else the one their token is for; also `null` where it is for any. */
  readonly destinationId: string | null;
  /** As reported; also `null` where none is named. */
  readonly buyer: string | null;
  /** ISO 4217. */
  readonly currency: string;
  readonly hits: number;
  /** Those that count for a transfer, repetitions and revisions too. */
  readonly matched: number;
  readonly unmatched: number;
  /** What the calls of unmatched ones are said to be worth, in minor units. */
  readonly unmatchedMinor: bigint;
}

/**
 * Hits on calls of a period, lines of statements left out, and what is at stake in those that are
 * unmatched (PB-11).
 *
 * A call that was reported several times counts with what the ledger would make of its reports, in
 * each currency, where the reports that make it up belong; the same name from two senders is two
 * calls.
 */
export async function reportHits(
  transaction: TenantTransaction,
  request: HitReportRequest,
): Promise<HitLine[]> {
  const { by } = request;
  const { rows } = await sql<HitLine>`
    select ${dimensions(by)}, currency, sum(counted)::integer as hits,
      (count(*) filter (where status in ('matched', 'duplicate', 'revised')))::integer as matched,
      (count(*) filter (where status = 'unmatched'))::integer as unmatched,
      coalesce(sum(at_stake_minor), 0)::bigint as unmatched_minor
    from (${hitsOf(request)}) as hits
    group by ${groups(by)}
    order by ${groups(by)}`.execute(transaction);
  return rows;
}

/**
 * Hits, and those at stake once more for their money alone. They are put together rather than
 * joined: how many of a tenant there are the planner knows too little of to join them well.
 */
function hitsOf(request: HitReportRequest): RawBuilder<unknown> {
  const { asOf, from } = request;
  return sql`
    select 1 as counted, status, null::bigint as at_stake_minor, ${factsOf(request)}
    from ${hitsKnown(asOf, from)} as known where ${isAsked(request)}
    union all
    select 0, null, at_stake_minor, ${factsOf(request)}
    from (${hitsAtStake({ asOf, statementLines: false })}) as waiting where ${isAsked(request)}`;
}

function factsOf({ timeZone }: HitReportRequest): RawBuilder<unknown> {
  return sql`
    currency, ${DESTINATION_OF_HIT} as destination_id, buyer,
    (reported_at at time zone ${timeZone})::date::text as day,
    date_trunc('hour', reported_at, ${timeZone}) as hour`;
}

function isAsked({ mode, from, to, filter }: HitReportRequest): RawBuilder<unknown> {
  return sql`method <> 'IMPORT' and ${MODE_OF_HIT} = ${mode}
    and reported_at >= ${from} and reported_at < ${to} ${narrowedBy(filter)}`;
}

function narrowedBy({ destinationId, buyer, currency }: HitReportRequest['filter']) {
  return sql.join(
    [
      sql``,
      ...(destinationId === undefined
        ? []
        : [sql`and ${DESTINATION_OF_HIT} is not distinct from ${destinationId}::text`]),
      ...(currency === undefined ? [] : [sql`and currency = ${currency}`]),
      ...(buyer === undefined ? [] : [sql`and buyer is not distinct from ${buyer}::text`]),
    ],
    sql` `,
  );
}

const COLUMNS = {
  ...{ day: 'day', hour: 'hour', destination: 'destination_id', buyer: 'buyer' },
} as const satisfies Record<HitDimension, string>;

const TYPES = {
  ...{ day: 'text', hour: 'timestamptz', destination: 'text', buyer: 'text' },
} as const satisfies Record<HitDimension, string>;

function dimensions(by: readonly HitDimension[]): RawBuilder<unknown> {
  return sql.join(
    HIT_DIMENSIONS.map((each) =>
      by.includes(each)
        ? sql.ref(COLUMNS[each])
        : sql`null::${sql.raw(TYPES[each])} as ${sql.id(COLUMNS[each])}`,
    ),
  );
}

function groups(by: readonly HitDimension[]): RawBuilder<unknown> {
  const columns = HIT_DIMENSIONS.filter((each) => by.includes(each)).map((each) => COLUMNS[each]);
  return sql.join([...columns, 'currency'].map((column) => sql.ref(column)));
}
