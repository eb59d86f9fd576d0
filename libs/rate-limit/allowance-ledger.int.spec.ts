import { type ApiKeyId, type TenantId } from '#libs/kernel';
import { connectDatabase, type Database } from '#libs/read-db';
import { type FreshDatabase, freshDatabase } from '#libs/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { PostgresAllowanceLedger, sweepRateWindows } from './allowance-ledger.js';
import { KeyRateLimiter } from './key-rate-limiter.js';

describe('the allowance ledger in Postgres', () => {
  let fresh: FreshDatabase;
  let api: Database;
  let worker: Database;
  const tenantId = 'demo' as TenantId;
  const windowStart = Date.parse('2026-07-05T12:00:00Z');

  beforeAll(async () => {
    fresh = await freshDatabase();
    const { url } = fresh;
    api = connectDatabase({ url, role: 'api', applicationName: 'test' });
    worker = connectDatabase({ url, role: 'worker', applicationName: 'test' });
  });
  afterAll(async () => {
    await Promise.all([api.close(), worker.close()]);
    await fresh.drop();
  });

  it('adds up what is leased at the same time', async () => {
    const ledger = new PostgresAllowanceLedger(api);
    const request = { tenantId, apiKeyId: 'key1' as ApiKeyId, windowStart, amount: 10 };
    const totals = await Promise.all(Array.from({ length: 12 }, () => ledger.lease(request)));
    expect(totals.sort((a, b) => a - b)).toEqual(Array.from({ length: 12 }, (_, n) => 10 * n + 10));
  });

  it('keeps three processes together within the limit', async () => {
    const key = { tenantId, apiKeyId: 'key2' as ApiKeyId, ratePerMinute: 120 };
    const limiters = [1, 2, 3].map(
      () =>
        new KeyRateLimiter({ ledger: new PostgresAllowanceLedger(api), now: () => windowStart }),
    );
    const answers = await Promise.all(
      Array.from({ length: 600 }, async (_, n) => limiters[n % 3]!.admit(key)),
    );
    const admitted = answers.filter((answer) => answer.admitted).length;
    expect(admitted).toBeLessThanOrEqual(120);
    expect(admitted).toBeGreaterThan(100);
  });

  it('forgets windows that are over', async () => {
    expect(await sweepRateWindows(worker, new Date(windowStart))).toBe(0);
    expect(await sweepRateWindows(worker, new Date(windowStart + 1))).toBe(2);
  });
});
