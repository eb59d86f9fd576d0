import type { LeadMode } from '#events/leads';
import { type RawBuilder, sql } from 'kysely';

/**
 * What confirmed amounts to show: those of the moment, or what each transfer was confirmed with
 * first.
 */
export type RevenueSense = 'now' | 'first_reported';

/** Which transfers, and as they were known when. */
export interface KnownTransfers {
  readonly mode: LeadMode;
  /** Calls from this instant on. ISO-8601. */
  readonly from: string;
  /** Until this one, exclusive. ISO-8601. */
  readonly to: string;
  /** Only what was recorded by then, inclusive, ISO-8601; `null`: all that is known now. */
  readonly asOf: string | null;
  readonly sense: RevenueSense;
}

/** The columns of {@link transfersAsKnown}. */
export const KNOWN_COLUMNS = [
  ...['transfer_id', 'lead_id', 'call_id', 'source', 'campaign', 'destination_id'],
  ...['destination_name', 'call_at', 'bridged_at', 'ended_at', 'connected_seconds', 'failure'],
  ...['state', 'estimated_minor', 'currency', 'billable', 'confirmed_minor'],
  ...['confirmed_currency', 'first_confirmed_minor', 'first_confirmed_currency', 'confirmed_at'],
  ...['buyer', 'report_count', 'uncounted'],
] as const;

/**
 * A query for transfers as they were known at a moment, in {@link KNOWN_COLUMNS}.
 *
 * What happens once (bridge, end, estimate, failure) is left out if it was not known by then; what
 * is said again and again (reports, amounts) is taken from the lists kept in the row.
 */
export function transfersAsKnown(wanted: KnownTransfers): RawBuilder<unknown> {
  const { mode, from, to, asOf, sense } = wanted;
  const isNow = asOf === null && sense === 'now';
  const columns = sql.join(KNOWN_COLUMNS.map((column) => sql.ref(column)));
  if (isNow) {
    return sql`
      select ${columns} from transfer_revenue
      where mode = ${mode} and call_at >= ${from} and call_at < ${to}`;
  }
  return sql`
    select ${columns} from (${rewound(wanted)}) as known
    where call_at >= ${from} and call_at < ${to}`;
}

/** Nobody is left ringing for so long: what may have counted as a call of the period then. */
const CALL_TAKES = sql`interval '1 day'`;

function rewound({ mode, from, to, asOf, sense }: KnownTransfers): RawBuilder<unknown> {
  const at = sql`${asOf ?? 'infinity'}::timestamptz`;
  const worth = sense === 'now' ? sql`latest` : sql`earliest`;
  return sql`
    select t.transfer_id, t.lead_id, t.call_id, t.source, t.campaign, t.destination_id,
      t.destination_name, t.currency,
      case when t.bridge_known_at <= ${at} then t.bridged_at
        when t.dial_known_at <= ${at} then t.dialed_at else t.requested_at end as call_at,
      case when t.bridge_known_at <= ${at} then t.bridged_at end as bridged_at,
      case when t.end_known_at <= ${at} then t.ended_at end as ended_at,
      case when t.end_known_at <= ${at} then t.connected_seconds end as connected_seconds,
      case when t.failure_known_at <= ${at} then t.failure end as failure,
      case when t.end_known_at <= ${at} then t.estimated_minor end as estimated_minor,
      coalesce(${worth}.worth ->> 'state', 'estimated') as state,
      (${worth}.worth ->> 'minor')::bigint as confirmed_minor,
      case when ${worth}.worth ->> 'minor' is not null
        then ${worth}.worth ->> 'currency' end as confirmed_currency,
      (earliest.worth ->> 'minor')::bigint as first_confirmed_minor,
      earliest.worth ->> 'currency' as first_confirmed_currency,
      (earliest.worth ->> 'knownAt')::timestamptz as confirmed_at,
      case when ${worth}.worth ->> 'minor' is not null
        then (${worth}.worth ->> 'billable')::boolean
        else coalesce(said.billable, t.end_known_at <= ${at} and t.estimated_billable, false)
        end as billable,
      said.buyer, coalesce(said.reports, 0) as report_count,
      coalesce(said.uncounted, '[]'::jsonb) as uncounted
    from transfer_revenue as t
      left join lateral (${worthAt(at, sql`true`, sql`desc`)}) as latest on true
      left join lateral (${worthAt(at, isAmount, sql`asc`)}) as earliest on true
      left join lateral (${saidBy(at)}) as said on true
    where t.mode = ${mode} and t.request_known_at <= ${at}
      and t.call_at >= ${from}::timestamptz - ${CALL_TAKES}
      and t.call_at < ${to}::timestamptz + ${CALL_TAKES}`;
}

const isAmount = sql`worth ->> 'minor' is not null`;

function worthAt(
  at: RawBuilder<unknown>,
  condition: RawBuilder<unknown>,
  order: RawBuilder<unknown>,
): RawBuilder<unknown> {
  return sql`
    select worth from jsonb_array_elements(t.worths) with ordinality as list(worth, place)
    where (worth ->> 'knownAt')::timestamptz <= ${at} and ${condition}
    order by place ${order} limit 1`;
}

/** What reports that counted then said beside the money. */
function saidBy(at: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`
    select (saying ->> 'billable')::boolean as billable, saying ->> 'buyer' as buyer,
      (saying ->> 'reports')::integer as reports, saying -> 'uncounted' as uncounted
    from jsonb_array_elements(t.sayings) with ordinality as list(saying, place)
    where (saying ->> 'knownAt')::timestamptz <= ${at}
    order by place desc limit 1`;
}
