import { type Database } from '#libs/read-db';
import { tenant } from '../intake/ours.js';

const ROWS_AT_ONCE = 20_000;

/**
 * Rows of a year's transfers that nobody reports on: they are only there to be looked through. What
 * they are made of is not in the log, which has no part in finding a transfer among many.
 */
export async function fillTransfers(
  database: Database,
  count: number,
  onProgress: (done: number) => void,
): Promise<void> {
  const table = await tableOf(database);
  const client = await database.pool.connect();
  try {
    await client.query("select set_config('app.tenant', $1, false)", [tenant]);
    for (let done = 0; done < count; done += ROWS_AT_ONCE) {
      await client.query(rowsStatement(table), [
        ...[tenant, done + 1, Math.min(count, done + ROWS_AT_ONCE)],
      ]);
      onProgress(Math.min(count, done + ROWS_AT_ONCE));
    }
    await client.query(`analyze ${table}`);
  } finally {
    client.release(true);
  }
}

/** The table of the build that is served. */
async function tableOf(database: Database): Promise<string> {
  const { rows } = await database.pool.query<{ table: string }>(
    `select table_name as table from projection_build
      where name = 'transfer_matching' and state = 'live' order by build desc limit 1`,
  );
  if (rows[0] === undefined) throw new Error('The read model transfer_matching is not served.');
  return rows[0].table;
}

function rowsStatement(table: string): string {
  return `
    insert into ${table}
      (tenant_id, transfer_id, lead_id, call_id, consumer_hash, presented_caller_id,
       destination_id, destination_name, status, requested_at, dialed_at, bridged_at, ended_at,
       anchor_at, connected_seconds, estimated_minor, currency, billable, position)
    select $1, gen_random_uuid(), gen_random_uuid(), gen_random_uuid(),
           encode(sha256(('consumer ' || n % 700000)::bytea), 'base64'), null,
           'buyer-' || n % 40, 'Buyer ' || n % 40, 'ended', at, at, at, at, at,
           n % 600, 3000, 'USD', n % 600 >= 90, 0
      from (select n, now() - (n % 31536000) * interval '1 second' as at
              from generate_series($2::bigint, $3::bigint) as n) as made`;
}
