import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ApiKeyId, TenantId } from '#libs/kernel';
import { connectDatabase, type Database, inTenant } from '#libs/read-db';
import { type FreshDatabase, freshDatabase } from '#libs/testing';
import { PostgresApiKeyUsageStore } from './postgres-api-key-usage.js';

const acme = 'acme' as TenantId;
const other = 'other' as TenantId;
const keyId = 'key000000001' as ApiKeyId;
const earlier = new Date('2026-03-01T12:00:00.000Z');
const later = new Date('2026-03-01T12:00:10.000Z');

let fresh: FreshDatabase;
let database: Database;

beforeAll(async () => {
  fresh = await freshDatabase();
  database = connectDatabase({ url: fresh.url, role: 'api', applicationName: 'usage.spec' });
});

afterAll(async () => {
  await database.close();
  await fresh.drop();
});

function usesOf(tenantId: TenantId) {
  return inTenant(database, tenantId, (transaction) =>
    transaction.selectFrom('apiKeyUsage').select(['keyId', 'lastUsedAt']).execute(),
  );
}

describe('the last use of a key', () => {
  it('is the latest that any instance saw, whichever wrote last, and its tenant’s alone', async () => {
    const store = new PostgresApiKeyUsageStore(database);
    await store.save(acme, [{ keyId, lastUsedAt: later }]);
    await store.save(acme, [{ keyId, lastUsedAt: earlier }]);
    expect(await usesOf(acme)).toEqual([{ keyId, lastUsedAt: later.toISOString() }]);
    expect(await usesOf(other)).toEqual([]);
  });
});
