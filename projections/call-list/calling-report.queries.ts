import type { LeadMode } from '#libs/leads';
import { type TenantTransaction } from '#libs/read-db';
import { type RawBuilder, sql } from 'kysely';

/** Calls of a mode that were decided on in a period. */
export interface CallingReportRequest {
  readonly mode: LeadMode;
  /** ISO-8601, inclusive. */
  readonly from: string;
  /** ISO-8601, exclusive. */
  readonly to: string;
  /** IANA zone of the days. */
  readonly timeZone: string;
}

/** What became of some calls. */
export interface CallingFigures {
  readonly calls: number;
  readonly rang: number;
  /** Somebody or something answered. */
  readonly answered: number;
  /** A person did, as far as could be told. */
  readonly persons: number;
  /** Of those, whoever was left waiting: see {@link Abandonment}. */
  readonly abandoned: number;
  /** Calls in which the consumer was connected with a destination. */
  readonly transferred: number;
  readonly optedOut: number;
  readonly talkSeconds: number;
  readonly connectedSeconds: number;
}

/**
 * How many people who answered were left without a voice for longer than {@link
 * ABANDONED_AFTER_MS}, or were hung up on without a word: at most 3 of 100 in 30 days are tolerated
 * (16 CFR 310.4(b)(4)). Whoever hung up before is none of them, nor is a machine.
 */
export interface Abandonment {
  readonly persons: number;
  readonly abandoned: number;
}

/** From the answer until somebody speaks, at most; in milliseconds (16 CFR 310.4(b)(1)(iv)). */
export const ABANDONED_AFTER_MS = 2_000;

/** The figures of a period day by day, oldest first; days without a call are left out. */
export async function reportCalling(
  transaction: TenantTransaction,
  { mode, from, to, timeZone }: CallingReportRequest,
): Promise<(CallingFigures & { readonly day: string })[]> {
  const day = sql<string>`(attempted_at at time zone ${timeZone})::date::text`;
  const { rows } = await sql<CallingFigures & { day: string }>`
    select ${day} as day, ${figures} from call_list
    where mode = ${mode} and attempted_at >= ${from} and attempted_at < ${to}
    group by 1 order by 1`.execute(transaction);
  return rows;
}

/** Who was abandoned in a period. */
export async function abandonmentOf(
  transaction: TenantTransaction,
  { mode, from, to }: Omit<CallingReportRequest, 'timeZone'>,
): Promise<Abandonment> {
  const { rows } = await sql<Abandonment>`
    select ${count(isPerson)} as persons, ${count(isAbandoned)} as abandoned from call_list
    where mode = ${mode} and attempted_at >= ${from} and attempted_at < ${to}`.execute(transaction);
  return rows[0] ?? { persons: 0, abandoned: 0 };
}

const isPerson = sql`answered_at is not null and answered_by in ('human', 'unknown')`;
const waitedTo = sql`answered_at + ${ABANDONED_AFTER_MS} * interval '1 millisecond'`;
const isHungUpOn = sql`greeted_at is null and hung_up_by = 'system'`;
const isAbandoned = sql`${isPerson}
  and (coalesce(greeted_at, ended_at, now()) > ${waitedTo} or ${isHungUpOn})`;

const figures = sql.join([
  sql`count(*)::integer as calls`,
  sql`${count(sql`rang_at is not null`)} as rang`,
  sql`${count(sql`answered_at is not null`)} as answered`,
  sql`${count(isPerson)} as persons`,
  sql`${count(isAbandoned)} as abandoned`,
  sql`${count(sql`bridged_at is not null`)} as transferred`,
  sql`${count(sql`disposition = 'opted_out'`)} as opted_out`,
  sql`coalesce(sum(talk_seconds), 0)::integer as talk_seconds`,
  sql`coalesce(sum(connected_seconds), 0)::integer as connected_seconds`,
]);

function count(which: RawBuilder<unknown>): RawBuilder<number> {
  return sql<number>`(count(*) filter (where ${which}))::integer`;
}
