import { type ApiKeyId, type TenantId } from '#libs/kernel';
import { IdempotencyLedger } from '#libs/idempotency';
import { PostgresAllowanceLedger } from '#libs/rate-limit';
import { connectDatabase, type Database } from '#libs/read-db';
import { type FreshDatabase, freshDatabase } from '#libs/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { pino } from 'pino';
import { Housekeeping } from './housekeeping.js';

const DAY_MS = 86_400_000;
const tenantId = 'demo' as TenantId;
const apiKeyId = 'key1' as ApiKeyId;

describe('housekeeping', () => {
  let fresh: FreshDatabase;
  let api: Database;
  let worker: Database;

  beforeAll(async () => {
    fresh = await freshDatabase();
    const { url } = fresh;
    api = connectDatabase({ url, role: 'api', applicationName: 'test' });
    worker = connectDatabase({ url, role: 'worker', applicationName: 'test' });
    await new IdempotencyLedger(api).claim({ tenantId, commandId: randomUUID() }, 'a');
    const ledger = new PostgresAllowanceLedger(api);
    await ledger.lease({ tenantId, apiKeyId, windowStart: Date.now(), amount: 1 });
    const request = { keyId: null, method: 'GET', route: '/', status: 200, latencyMs: 1 };
    const nothing = { bytesIn: 0, bytesOut: 0, outcome: null, leadId: null, errorCode: null };
    await worker.kysely
      .insertInto('requestLog')
      .values({ tenantId, id: '1', at: new Date(), body: null, ...request, ...nothing })
      .execute();
  });
  afterAll(async () => {
    await Promise.all([api.close(), worker.close()]);
    await fresh.drop();
  });

  const tables = ['requestLog', 'idempotencyKey', 'rateWindow'] as const;
  const countAll = () =>
    Promise.all(
      tables.map(
        async (table) => (await worker.kysely.selectFrom(table).selectAll().execute()).length,
      ),
    );
  const sweepAfter = (ms: number, database = worker) =>
    new Housekeeping({
      ...{ database, logger: pino({ level: 'silent' }), requestLogRetentionDays: 7 },
      now: () => Date.now() + ms,
    }).sweep();

  it('deletes each row when its own time is over, and not before', async () => {
    await sweepAfter(0);
    expect(await countAll()).toEqual([1, 1, 1]);
    await sweepAfter(2 * 60 * 60 * 1000);
    expect(await countAll()).toEqual([1, 1, 0]);
    await sweepAfter(7 * DAY_MS + 60_000);
    expect(await countAll()).toEqual([0, 1, 0]);
    await sweepAfter(30 * DAY_MS + 60_000);
    expect(await countAll()).toEqual([0, 0, 0]);
  });

  it('outlives a database that is down', async () => {
    const url = 'postgres://nobody@127.0.0.1:1/none';
    const gone = connectDatabase({ url, role: 'worker', applicationName: 'test' });
    await expect(sweepAfter(0, gone)).resolves.toBeUndefined();
    await gone.close();
  });
});
