import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type TenantId } from '#libs/kernel';
import { connectDatabase, type Database, inTenant, type TenantTransaction } from '#libs/read-db';
import {
  applyEvents,
  aVerdict,
  callAttempted,
  type FreshDatabase,
  freshDatabase,
  leadReceived,
  storedEvent,
} from '#libs/testing';
import { sql } from 'kysely';
import { callingCount, dialQueueProjection, leadsOnCall, nextDueAt, nextToDial } from './index.js';

const acme = 'acme' as TenantId;
const now = '2026-01-05T12:00:00.000Z';
const receivedAt = '2026-01-05T11:00:00.000Z';
const leads = 1_000;
const calling = 5;
/** Every tenth lead may be dialed. */
const waiting = leads / 10 - calling;

let fresh: FreshDatabase;
let owner: Database;
/** Of one connection, so that it is the one that asked that tells of its scans. */
let worker: Database;

beforeAll(async () => {
  fresh = await freshDatabase({ readModels: [dialQueueProjection] });
  owner = connectDatabase({ url: fresh.url, role: 'owner', applicationName: 'spec' });
  const engine = connectDatabase({ url: fresh.url, role: 'worker', applicationName: 'spec' });
  await applyEvents(engine, [dialQueueProjection], history());
  await engine.close();
  worker = connectDatabase({ url: fresh.url, role: 'worker', max: 1, applicationName: 'spec' });
  await owner.pool.query('analyze');
});

afterAll(async () => {
  await Promise.all([owner.close(), worker.close()]);
  await fresh.drop();
});

function history() {
  const received = Array.from({ length: leads }, (_, number) => {
    const verdict = number % 10 === 0 ? aVerdict() : aVerdict('consent_missing');
    return leadReceived({ leadId: `lead-${number}`, receivedAt, verdict });
  });
  const called = Array.from({ length: calling }, (_, index) =>
    callAttempted({ leadId: `lead-${index * 10}` }),
  );
  return [...received, ...called].map((event, index) =>
    storedEvent(event, BigInt(index + 1), { tenantId: acme }),
  );
}

/** By index, how many rows are in it. */
async function entries(): Promise<number[]> {
  const { rows } = await owner.pool.query<{ entries: number }>(
    `select reltuples::integer as entries from pg_class
      where relname ~ '^dial_queue_v[0-9]+_b1_[0-9]+$' order by relname`,
  );
  return rows.map((row) => row.entries);
}

/** The indexes that a question went by. */
async function indexesOf(
  ask: (transaction: TenantTransaction) => Promise<unknown>,
): Promise<string[]> {
  const before = await scans();
  await inTenant(worker, acme, ask);
  const after = await scans();
  return [...after.keys()].filter((index) => after.get(index) !== before.get(index));
}

async function scans(): Promise<ReadonlyMap<string, bigint>> {
  await sql`select pg_stat_force_next_flush()`.execute(worker.kysely);
  const { rows } = await owner.pool.query<{ index: string; scans: bigint }>(
    `select regexp_replace(indexrelname, '^.*_b1_', '') as index, idx_scan as scans
       from pg_stat_user_indexes where relname like 'dial_queue_v%'`,
  );
  return new Map(rows.map((row) => [row.index, row.scans]));
}

describe('the indexes of the queue', () => {
  it('hold those that wait, or are being called, and no other lead', async () => {
    expect(await entries()).toEqual([waiting, waiting, waiting, calling]);
  });

  it('lead to those that are next, of all sources or of one', async () => {
    const next = (priorities: Record<string, number>) =>
      indexesOf((transaction) => nextToDial(transaction, { now, limit: 5, priorities }));
    expect(await next({})).toEqual(['1']);
    expect(await next({ radio: 5 })).toContain('2');
  });

  it('lead to when the next one is due', async () => {
    expect(await indexesOf((transaction) => nextDueAt(transaction, now))).toEqual(['3']);
  });

  it('lead to those that are being called', async () => {
    expect(await indexesOf(callingCount)).toEqual(['4']);
    expect(await indexesOf(leadsOnCall)).toEqual(['4']);
  });
});
