import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type PoolClient } from 'pg';
import { connectDatabase, type Database } from '#libs/read-db';
import {
  applyEvents,
  type FreshDatabase,
  freshDatabase,
  postbackReceived,
  storedEvent,
} from '#libs/testing';
import { postbackInboxProjection } from './index.js';

let fresh: FreshDatabase;
let worker: Database;
let client: PoolClient;

beforeAll(async () => {
  fresh = await freshDatabase({ readModels: [postbackInboxProjection] });
  worker = connectDatabase({ url: fresh.url, role: 'worker', applicationName: 'spec' });
  const hits = Array.from({ length: 500 }, (_, index) =>
    storedEvent(postbackReceived({ postbackId: `hit-${index}` }), BigInt(index + 1)),
  );
  await applyEvents(worker, [postbackInboxProjection], hits);
  const owner = connectDatabase({ url: fresh.url, role: 'owner', applicationName: 'spec' });
  await owner.pool.query('analyze');
  await owner.close();
  client = await worker.pool.connect();
  await client.query('set enable_seqscan = off');
});

afterAll(async () => {
  client.release();
  await worker.close();
  await fresh.drop();
});

/** How Postgres would find the hits of a tenant that meet a condition. */
async function planOf(condition: string, values: readonly unknown[]): Promise<string> {
  const { rows } = await client.query<{ readonly 'QUERY PLAN': string }>(
    `explain select postback_id from postback_inbox where tenant_id = 'acme' and ${condition}`,
    [...values],
  );
  return rows.map((row) => row['QUERY PLAN']).join('\n');
}

describe('the hits that have something', () => {
  it.each([
    ['a caller', 'caller_hash = $1', 'caller_hash'],
    ['a call of their sender', 'vendor_call_id = $1', 'vendor_call_id'],
    ['a transfer', 'transfer_id = any(array[$1])', 'transfer_id'],
  ])('are found by %s in an index of those alone', async (_, condition, column) => {
    expect(await planOf(condition, ['one'])).toContain(`Index Cond: ((tenant_id = 'acme'::text)`);
    expect(await planOf(condition, ['one'])).toMatch(new RegExp(`Cond:.*${column}`));
  });

  it('are found by one of several, too', async () => {
    const plan = await planOf(`(caller_hash = $1 or ids && $2::text[])`, ['one', ['two']]);
    expect(plan).toContain('BitmapOr');
  });

  it('are found by being ambiguous, newest first', async () => {
    const newest = 'ambiguous = $1 order by received_at desc, postback_id desc limit 5';
    expect(await planOf(newest, [true])).not.toMatch(/Sort|Filter/);
  });
});

describe('an index of those that have something', () => {
  it('holds nothing of the others', async () => {
    const { rows } = await client.query<{ readonly kept: string }>(
      `select pg_get_expr(indpred, indrelid) as kept from pg_index
        where indrelid = (select viewed.refobjid from pg_rewrite as rule
            join pg_depend as viewed on viewed.objid = rule.oid and viewed.refclassid = 'pg_class'::regclass
           where rule.ev_class = 'postback_inbox'::regclass and viewed.refobjid <> rule.ev_class limit 1)
          and indpred is not null order by 1`,
    );
    expect(rows.map(({ kept }) => kept)).toEqual([
      '(ambiguous = true)',
      '(caller_hash IS NOT NULL)',
      '(transfer_id IS NOT NULL)',
      '(vendor_call_id IS NOT NULL)',
    ]);
  });
});
