import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { TenantId } from '#libs/kernel';
import { connectDatabase, type Database, inTenant } from '#libs/read-db';
import { type FreshDatabase, freshDatabase } from '#libs/testing';
import { randomUUID } from 'node:crypto';
import { newDataKey } from './data-key.js';
import { DataKeys } from './data-keys.js';
import { MasterKey } from './master-key.js';
import { PostgresDataKeyStore, PostgresTenantSecretStore } from './postgres-key-stores.js';
import { isErased, seal } from './sealed.js';
import { TenantSecrets } from './tenant-secrets.js';

const masterKey = MasterKey.fromBase64(Buffer.alloc(32, 7).toString('base64'));
const phone = '+15551234567';

let fresh: FreshDatabase;
let owner: Database;
let api: Database;
let elsewhere: Database;

/** A tenant no other test uses. */
const newTenant = () => `t-${randomUUID()}`.slice(0, 40) as TenantId;

beforeAll(async () => {
  fresh = await freshDatabase();
  const connect = (role: 'owner' | 'api' | 'worker') =>
    connectDatabase({ url: fresh.url, role, max: 4, applicationName: 'key-stores.spec' });
  [owner, api, elsewhere] = [connect('owner'), connect('api'), connect('worker')];
});

afterAll(async () => {
  await Promise.all([owner, api, elsewhere].map((database) => database.close()));
  await fresh.drop();
});

function dataKeysOn(database: Database): DataKeys {
  return new DataKeys({ store: new PostgresDataKeyStore(database), masterKey });
}

function secretsOn(database: Database): TenantSecrets {
  return new TenantSecrets({ store: new PostgresTenantSecretStore(database), masterKey });
}

describe('data keys in Postgres', () => {
  it('open on one instance what was sealed on another', async () => {
    const tenantId = newTenant();
    const key = await dataKeysOn(api).take(tenantId);
    const box = seal(key, { tenantId }, { phone });
    expect(await dataKeysOn(elsewhere).openAll(tenantId, [box])).toEqual([{ phone }]);
  });

  it('are written and found in the largest blocks there are', async () => {
    const tenantId = newTenant();
    const store = new PostgresDataKeyStore(api);
    const rows = Array.from({ length: 2_048 }, () => {
      const { id, secret } = newDataKey(0);
      return { keyId: id, wrapped: masterKey.wrap({ tenantId, use: id }, secret) };
    });
    await store.add(tenantId, rows);
    const found = await store.find(
      tenantId,
      rows.map((row) => row.keyId),
    );
    expect(new Map(found.map((row) => [row.keyId, row.wrapped?.toString('hex')]))).toEqual(
      new Map(rows.map((row) => [row.keyId, row.wrapped.toString('hex')])),
    );
  });

  it('are written all or not at all', async () => {
    const tenantId = newTenant();
    const store = new PostgresDataKeyStore(api);
    const row = (id = newDataKey(0).id) => ({ keyId: id, wrapped: Buffer.of(1) });
    const [first, second] = [row(), row()];
    await store.add(tenantId, [first]);
    await expect(store.add(tenantId, [second, first])).rejects.toBeDefined();
    expect(await store.find(tenantId, [second.keyId])).toEqual([]);
  });

  it('are gone once destroyed, and their rows say when', async () => {
    const tenantId = newTenant();
    const keys = dataKeysOn(api);
    const key = await keys.take(tenantId);
    const box = seal(key, { tenantId }, { phone });
    expect(await keys.destroy(tenantId, [key.id])).toBe(1);
    expect(await dataKeysOn(api).destroy(tenantId, [key.id])).toBe(0);
    const [opened] = await dataKeysOn(elsewhere).openAll(tenantId, [box]);
    expect(isErased(opened)).toBe(true);
    const row = await inTenant(owner, tenantId, (transaction) =>
      transaction
        .selectFrom('dataKey')
        .select(['wrapped', 'erasedAt'])
        .where('keyId', '=', key.id)
        .executeTakeFirstOrThrow(),
    );
    expect(row).toEqual({ wrapped: null, erasedAt: expect.any(String) });
  });

  it('are neither found nor destroyed by another tenant', async () => {
    const [tenantId, stranger] = [newTenant(), newTenant()];
    const keys = dataKeysOn(api);
    const key = await keys.take(tenantId);
    expect((await dataKeysOn(api).find(stranger, [key.id])).size).toBe(0);
    expect(await keys.destroy(stranger, [key.id])).toBe(0);
    expect((await dataKeysOn(api).find(tenantId, [key.id])).size).toBe(1);
  });
});

describe('tenant secrets in Postgres', () => {
  it('are one secret, however many instances create the tenant at once', async () => {
    const tenantId = newTenant();
    await Promise.all(Array.from({ length: 8 }, () => secretsOn(api).create(tenantId)));
    const hashes = await Promise.all(
      [api, elsewhere].map((database) => secretsOn(database).phoneHash(tenantId, phone)),
    );
    expect(new Set(hashes).size).toBe(1);
  });
});

describe('a database that is not there', () => {
  it('is told as unavailable, for keys and for secrets', async () => {
    const url = 'postgres://nobody@127.0.0.1:1/none';
    const nowhere = connectDatabase({ url, role: 'api', applicationName: 'key-stores.spec' });
    const unavailable = { kind: 'unavailable', code: 'data_keys_unavailable' };
    const tenantId = newTenant();
    await expect(dataKeysOn(nowhere).take(tenantId)).rejects.toMatchObject(unavailable);
    await expect(secretsOn(nowhere).identity(tenantId)).rejects.toMatchObject(unavailable);
    await nowhere.close();
  });
});
