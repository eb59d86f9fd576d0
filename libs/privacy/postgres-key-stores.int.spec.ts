import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { DataKeyId, TenantId } from '#libs/kernel';
import { connectDatabase, type Database, inTenant } from '#libs/read-db';
import { type FreshDatabase, freshDatabase } from '#libs/testing';
import { createSecretKey, randomBytes, randomUUID } from 'node:crypto';
import { blockIdOf, DataKeyBlock } from './data-key-block.js';
import { BLOCKS_MAX } from './data-key-pool.js';
import { DataKeys } from './data-keys.js';
import type { StoredDataKeyBlock } from './key-stores.js';
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

function newRow(tenantId: TenantId): StoredDataKeyBlock {
  return DataKeyBlock.create(0).wrap(masterKey, tenantId);
}

function rowOf(tenantId: TenantId, keyId: DataKeyId) {
  return inTenant(owner, tenantId, (transaction) =>
    transaction
      .selectFrom('dataKeyBlock')
      .select(['wrapped', 'erasedAt'])
      .where('blockId', '=', blockIdOf(keyId))
      .executeTakeFirstOrThrow(),
  );
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

  it('are written and found as many as are ever written together', async () => {
    const tenantId = newTenant();
    const store = new PostgresDataKeyStore(api);
    const rows = Array.from({ length: BLOCKS_MAX }, () => newRow(tenantId));
    await store.add(tenantId, rows);
    const blockIds = rows.map((row) => row.blockId);
    const found = await store.find(tenantId, blockIds);
    const wrappings = (blocks: readonly StoredDataKeyBlock[]) =>
      new Map(blocks.map(({ blockId, wrapped }) => [blockId, wrapped?.toString('hex')]));
    expect(wrappings(found)).toEqual(wrappings(rows));
  });

  it('are written all or not at all', async () => {
    const tenantId = newTenant();
    const store = new PostgresDataKeyStore(api);
    const [first, second] = [newRow(tenantId), newRow(tenantId)];
    await store.add(tenantId, [first]);
    await expect(store.add(tenantId, [second, first])).rejects.toBeDefined();
    expect(await store.find(tenantId, [second.blockId])).toEqual([]);
  });

  it('are gone once destroyed, and their row says when', async () => {
    const tenantId = newTenant();
    const keys = dataKeysOn(api);
    const [key, other] = [await keys.take(tenantId), await keys.take(tenantId)];
    const boxes = [key, other].map((sealing) => seal(sealing, { tenantId }, { phone }));
    expect(await keys.destroy(tenantId, [key.id])).toBe(1);
    expect(await dataKeysOn(api).destroy(tenantId, [key.id])).toBe(0);
    const [opened, kept] = await dataKeysOn(elsewhere).openAll(tenantId, boxes);
    expect(isErased(opened)).toBe(true);
    expect(kept).toEqual({ phone });
    expect(await rowOf(tenantId, key.id)).toMatchObject({ erasedAt: expect.any(String) });
  });

  it('are all gone when each was destroyed by another instance at the same time', async () => {
    const tenantId = newTenant();
    const pool = dataKeysOn(api);
    const keys = await Promise.all(Array.from({ length: 20 }, () => pool.take(tenantId)));
    const erased = keys.slice(1).map(({ id }, index) => {
      return dataKeysOn(index % 2 === 0 ? api : elsewhere).destroy(tenantId, [id]);
    });
    expect(new Set(await Promise.all(erased))).toEqual(new Set([1]));
    const ids = keys.map((key) => key.id);
    expect([...(await dataKeysOn(api).find(tenantId, ids)).keys()]).toEqual([ids[0]]);
  });

  it('that were stored one to a row open what they sealed, until they are destroyed', async () => {
    const tenantId = newTenant();
    const id = 'AZq3vP8BT0mJ2c9Qw1xYzA' as DataKeyId;
    const secret = randomBytes(32);
    const wrapped = masterKey.wrap({ tenantId, use: id }, secret);
    const blockId = blockIdOf(id);
    await new PostgresDataKeyStore(api).add(tenantId, [{ blockId, wrapped }]);
    const box = seal({ id, secret: createSecretKey(secret) }, { tenantId }, { phone });
    expect(await dataKeysOn(elsewhere).openAll(tenantId, [box])).toEqual([{ phone }]);
    expect(await dataKeysOn(elsewhere).destroy(tenantId, [id])).toBe(1);
    expect(await dataKeysOn(api).openAll(tenantId, [box])).toEqual([{ erased: true }]);
    expect(await rowOf(tenantId, id)).toMatchObject({ wrapped: null });
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
