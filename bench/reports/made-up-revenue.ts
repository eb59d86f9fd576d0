import { type Database } from '#libs/read-db';

/** What is made up: transfers, evenly over the days before `until`. */
export interface MadeUp {
  readonly tenantId: string;
  readonly transfers: number;
  readonly days: number;
  /** ISO-8601. */
  readonly until: string;
}

/**
 * By read model, the columns that are filled and what with, for each number `n` at an instant `at`.
 */
const ROWS = {
  transfer_revenue: {
    ...{ transfer_id: ofNumber('1'), lead_id: ofNumber('2'), call_id: ofNumber('3') },
    ...{ mode: "'live'", source: "'source ' || n % 12" },
    campaign: "jsonb_build_object('utm_source', 'channel ' || n % 9)",
    ...{ destination_id: "'buyer-' || n % 40", destination_name: "'Buyer ' || n % 40" },
    ...{ requested_at: 'at', dialed_at: 'at', bridged_at: 'at', ended_at: 'at' },
    ...{ request_known_at: 'at', dial_known_at: 'at', bridge_known_at: 'at', end_known_at: 'at' },
    ...{ call_at: 'at', connected_seconds: 'n % 600', failure: 'null' },
    ...{ state: "case when n % 10 < 7 then 'confirmed' else 'estimated' end" },
    ...{ estimated_minor: '3000', currency: "'USD'", estimated_billable: 'true' },
    ...{ billable_seconds: '90', billable: 'n % 600 >= 90' },
    confirmed_minor: confirmed('3000 + n % 2000'),
    ...{ confirmed_currency: confirmed("'USD'"), confirmed_at: confirmed('at') },
    first_confirmed_minor: confirmed('3000 + n % 1900'),
    ...{ first_confirmed_currency: confirmed("'USD'"), buyer: confirmed("'Buyer ' || n % 40") },
    ...{
      reported_seconds: confirmed('n % 600'),
      report_count: 'case when n % 10 < 7 then 1 else 0 end',
    },
    reports: listOf(`jsonb_build_object('postbackId', 'hit-' || n, 'buyer', 'Buyer ' || n % 40,
      'durationSeconds', n % 600, 'billable', null, 'isDuplicate', false, 'sequence', 0,
      'receivedAt', at, 'knownAt', at, 'goneAt', null)`),
    worths:
      listOf(`jsonb_build_object('knownAt', at, 'state', 'confirmed', 'minor', 3000 + n % 2000,
      'currency', 'USD', 'billable', true)`),
    ...{ match_rule: confirmed("'caller'"), ambiguous: 'false', matched_at: confirmed('at') },
  },
  postback_inbox: {
    postback_id: ofNumber('4'),
    status: "case when n % 10 = 0 then 'unmatched' else 'matched' end",
    reason: "case when n % 10 = 0 then 'no_transfer_for_caller' end",
    ...{ nearest_ms: 'null', token_id: "'token-' || n % 40", destination_id: "'buyer-' || n % 40" },
    ...{ method: "'POST'", received_at: 'at', sequence: '0', caller_hash: "'caller-' || n" },
    ...{ vendor_call_id: "'call-' || n", ids: "'{}'", call_at: 'at', reported_at: 'at' },
    ...{ duration_seconds: 'n % 600', payout_minor: '3000 + n % 2000', payout_mode: "'set'" },
    ...{ currency: "'USD'", billable: 'null', buyer: "'Buyer ' || n % 40", map_version: "'1.0'" },
    ...{ rules_version: '1', warnings: "'[]'", transfer_id: 'null', lead_id: 'null' },
    ...{
      settled_destination_id: 'null',
      mode: "'live'",
      ambiguous: 'false',
      updated_at: 'at',
      position: 'n',
    },
    standings: `jsonb_build_array(jsonb_build_object('knownAt', at, 'status',
      case when n % 10 = 0 then 'unmatched' else 'matched' end, 'mode', 'live'))`,
    readings: `jsonb_build_array(jsonb_build_object('knownAt', at, 'reportedAt', at,
      'destinationId', 'buyer-' || n % 40, 'vendorCallId', 'call-' || n, 'buyer', 'Buyer ' || n % 40,
      'payoutMinor', 3000 + n % 2000, 'payoutMode', 'set', 'currency', 'USD'))`,
  },
  revenue_ledger: {
    ...{ entry_id: ofNumber('5'), transfer_id: ofNumber('1'), lead_id: ofNumber('2') },
    ...{
      destination_id: "'buyer-' || n % 40",
      kind: "'confirmed'",
      delta_minor: '3000 + n % 2000',
    },
    ...{ currency: "'USD'", billable: 'true', postback_id: ofNumber('4'), reason: 'null' },
    ...{ occurred_at: 'at', recorded_at: 'at', position: 'n' },
  },
} as const satisfies Record<string, Readonly<Record<string, string>>>;

/** Fills the read models that reports are made of. `owner` is connected as the owner. */
export async function fillRevenue(owner: Database, made: MadeUp): Promise<void> {
  const { tenantId, transfers, days, until } = made;
  const client = await owner.pool.connect();
  try {
    await client.query("select set_config('app.tenant', $1, false)", [tenantId]);
    for (const [readModel, columns] of Object.entries(ROWS)) {
      const { rows } = await client.query<{ table: string }>(
        'select table_name as table from projection_build where name = $1 order by build desc limit 1',
        [readModel],
      );
      const table = rows[0]?.table;
      if (table === undefined) throw new Error(`There is no ${readModel}.`);
      const statement = insertInto(table, columns);
      await client.query(statement, [tenantId, transfers, until, days]);
      await client.query(`analyze ${table}`);
    }
  } finally {
    client.release(true);
  }
}

function insertInto(table: string, columns: Readonly<Record<string, string>>): string {
  return `
    insert into ${table} (tenant_id, ${Object.keys(columns).join(', ')})
    select $1, ${Object.values(columns).join(', ')}
    from (select n, $3::timestamptz - ((n - 0.5) / $2::integer) * $4::integer * interval '1 day' as at
      from generate_series(1, $2::integer) as n) as made`;
}

/** An id that follows from a number; ids of one kind begin the same. */
function ofNumber(kind: string): string {
  return `'${kind}-' || n`;
}

/** Seven of ten transfers are reported on. */
function confirmed(value: string): string {
  return `case when n % 10 < 7 then ${value} end`;
}

function listOf(value: string): string {
  return `case when n % 10 < 7 then jsonb_build_array(${value}) else '[]'::jsonb end`;
}
