import { type RawBuilder, sql } from 'kysely';

/** So far ahead of the log’s clock a stack may be set, to try at night what happens by day. */
const CLOCKS_DIFFER = sql`interval '8 days'`;

/**
 * A query for hits as they were known at a moment, inclusive: what they were taken to say then,
 * under the aliases and tokens of then, and what had become of them. Columns are named as in the
 * table.
 *
 * `reportedFrom` leaves out hits on calls before, to be quick: a hit is received after its call,
 * however it is read. `among` leaves out others, by what their rows say at any time; they are
 * `hit`.
 */
export function hitsAsKnown(
  asOf: string,
  reportedFrom?: string,
  among: RawBuilder<unknown> = sql`true`,
): RawBuilder<unknown> {
  const at = sql`${asOf}::timestamptz`;
  return sql`
    select hit.postback_id, hit.token_id, hit.method, hit.received_at, hit.sequence,
      stood.entry ->> 'status' as status, stood.entry ->> 'mode' as mode,
      stood.entry ->> 'destinationId' as settled_destination_id,
      said.entry ->> 'destinationId' as destination_id,
      said.entry ->> 'vendorCallId' as vendor_call_id,
      (said.entry ->> 'reportedAt')::timestamptz as reported_at,
      (said.entry ->> 'payoutMinor')::bigint as payout_minor,
      said.entry ->> 'payoutMode' as payout_mode,
      said.entry ->> 'currency' as currency, said.entry ->> 'buyer' as buyer,
      (said.entry ->> 'billable')::boolean as billable, said.entry ->> 'words' as words
    from postback_inbox as hit
      join lateral (${lastBy(at, sql`hit.standings`)}) as stood on true
      join lateral (${lastBy(at, sql`hit.readings`)}) as said on true
    where hit.received_at <= ${at} + ${CLOCKS_DIFFER}
      and hit.received_at >= ${reportedFrom ?? '-infinity'}::timestamptz
      and ${among}`;
}

/** The last entry of a list that was known by then; no row if there was none. */
function lastBy(at: RawBuilder<unknown>, list: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`
    select entry from jsonb_array_elements(${list}) with ordinality as list(entry, place)
    where (entry ->> 'knownAt')::timestamptz <= ${at}
    order by place desc limit 1`;
}
