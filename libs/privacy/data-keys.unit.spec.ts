import { describe, expect, it } from '@jest/globals';
import type { DataKeyId, TenantId } from '#libs/kernel';
import type { DataKey } from './data-key.js';
import { CACHE_TTL_MS, DataKeys } from './data-keys.js';
import { blockIdOf, DataKeyBlock, KEYS_PER_BLOCK } from './data-key-block.js';
import { BLOCKS_MAX, nextSupply } from './data-key-pool.js';
import { MasterKey } from './master-key.js';
import { MemoryDataKeyStore } from './memory-key-stores.js';
import { isErased, seal, UnreadableBox } from './sealed.js';

const acme = 'acme' as TenantId;
const other = 'other' as TenantId;
const masterKey = MasterKey.fromBase64(Buffer.alloc(32, 7).toString('base64'));
const up = () => Promise.resolve();
const down = () => Promise.reject(new Error('down'));

function setUp(store = new MemoryDataKeyStore()) {
  const clock = { now: 1_000_000 };
  const keys = new DataKeys({ store, masterKey, now: () => clock.now });
  return { store, clock, keys };
}

/** Takes keys one after another until it is refused. */
async function takeUntilRefused(keys: DataKeys): Promise<{ taken: number; refusal: unknown }> {
  for (let taken = 0; ; taken += 1) {
    try {
      await keys.take(acme);
    } catch (refusal) {
      return { taken, refusal };
    }
  }
}

/** The key as another process would read it from the database. */
function durableKey({ rows }: MemoryDataKeyStore, keyId: DataKeyId): DataKey | undefined {
  const row = rows.get(`${acme}/${blockIdOf(keyId)}`);
  return row && DataKeyBlock.unwrap(masterKey, acme, row).find(keyId);
}

describe('a key taken from the pool', () => {
  it('is durable before it is handed out', async () => {
    const { store, keys } = setUp();
    for (let count = 0; count < 2 * KEYS_PER_BLOCK; count += 1) {
      const key = await keys.take(acme);
      expect(durableKey(store, key.id)?.secret.equals(key.secret)).toBe(true);
    }
  });

  it('is nobody else’s, however many are taken at once', async () => {
    const { keys } = setUp();
    const taken = await Promise.all(Array.from({ length: 500 }, () => keys.take(acme)));
    expect(new Set(taken.map((key) => key.id)).size).toBe(500);
    expect(new Set(taken.map((key) => key.secret.export().toString('hex'))).size).toBe(500);
  });

  it('belongs to its tenant', async () => {
    const { keys } = setUp();
    const key = await keys.take(acme);
    expect((await keys.find(other, [key.id])).size).toBe(0);
  });

  it('rests in the database only wrapped', async () => {
    const { store, keys } = setUp();
    const key = await keys.take(acme);
    const wrapped = store.rows.get(`${acme}/${blockIdOf(key.id)}`)?.wrapped;
    expect(wrapped?.includes(key.secret.export())).toBe(false);
  });
});

describe('the pool', () => {
  it('waits for a slow database and hands out nothing before it has answered', async () => {
    const { store, keys } = setUp();
    const { promise, resolve: answer } = Promise.withResolvers<undefined>();
    store.obstacle = () => promise;
    const taking = keys.take(acme);
    expect(store.rows.size).toBe(0);
    answer(undefined);
    const key = await taking;
    expect(durableKey(store, key.id)).toBeDefined();
  });

  it('is left alone while it is more than half full', async () => {
    const { store, keys } = setUp();
    for (let count = 0; count < KEYS_PER_BLOCK / 2; count += 1) await keys.take(acme);
    await new Promise(setImmediate);
    expect(store.written).toEqual([1]);
  });

  it('is filled again before it runs dry', async () => {
    const { store, keys } = setUp();
    for (let count = 0; count < KEYS_PER_BLOCK * 0.75; count += 1) await keys.take(acme);
    while (store.written.length < 2) await new Promise(setImmediate);
    expect(store.written).toEqual([1, 2]);
  });

  it('goes on without the database until it is empty, then refuses as unavailable', async () => {
    const { store, keys } = setUp();
    await keys.take(acme);
    store.obstacle = down;
    const { taken, refusal } = await takeUntilRefused(keys);
    expect(taken).toBe(KEYS_PER_BLOCK - 1);
    expect(refusal).toMatchObject({ kind: 'unavailable', code: 'data_keys_unavailable' });
  });

  it('recovers by itself once the database is back', async () => {
    const { store, clock, keys } = setUp();
    store.obstacle = down;
    await takeUntilRefused(keys);
    store.obstacle = up;
    clock.now += 1_000;
    await expect(keys.take(acme)).resolves.toBeDefined();
  });

  it('does not hammer a database that just failed', async () => {
    const { store, keys } = setUp();
    let calls = 0;
    store.add = () => {
      calls += 1;
      return down();
    };
    for (let count = 0; count < 10; count += 1) await keys.take(acme).catch(() => undefined);
    expect(calls).toBe(1);
  });

  it('writes more blocks together while they are used up quickly, and fewer again after', () => {
    let supply = 1;
    for (let turn = 0; turn < 20; turn += 1) supply = nextSupply(supply, 100);
    expect(supply).toBe(BLOCKS_MAX);
    expect(nextSupply(BLOCKS_MAX, 10_000)).toBe(BLOCKS_MAX);
    for (let turn = 0; turn < 20; turn += 1) supply = nextSupply(supply, 100_000);
    expect(supply).toBe(1);
  });
});

describe('finding keys', () => {
  it('gives back the very keys that were taken, on another instance too', async () => {
    const { store, keys } = setUp();
    const taken = await Promise.all([keys.take(acme), keys.take(acme)]);
    const found = await setUp(store).keys.find(
      acme,
      taken.map((key) => key.id),
    );
    for (const key of taken) expect(found.get(key.id)?.secret.equals(key.secret)).toBe(true);
  });

  it('asks once for all blocks that are not in memory, and not again', async () => {
    const { store, keys } = setUp();
    const ids: DataKeyId[] = [];
    while (ids.length < 3 * KEYS_PER_BLOCK) ids.push((await keys.take(acme)).id);
    const blockIds = [...new Set(ids.map(blockIdOf))];
    const { keys: elsewhere } = setUp(store);
    await elsewhere.find(acme, ids.slice(0, 1));
    expect((await elsewhere.find(acme, [...ids, ...ids])).size).toBe(3 * KEYS_PER_BLOCK);
    await elsewhere.find(acme, ids);
    expect(store.queries).toEqual([[blockIds[0]], [blockIds[1], blockIds[2]]]);
  });

  it('remembers a key it handed out, so that a repeat costs no query', async () => {
    const { store, keys } = setUp();
    const key = await keys.take(acme);
    const found = (await keys.find(acme, [key.id])).get(key.id);
    expect(found?.secret.equals(key.secret)).toBe(true);
    expect(store.queries).toEqual([]);
  });

  it('leaves out what does not exist', async () => {
    expect((await setUp().keys.find(acme, ['none' as DataKeyId])).size).toBe(0);
  });

  it('says so when the database is down, rather than calling a person erased', async () => {
    const { store, keys } = setUp();
    const box = seal(await keys.take(acme), { tenantId: acme }, 'Ann');
    const { store: sameStore, keys: elsewhere } = setUp(store);
    sameStore.obstacle = down;
    await expect(elsewhere.openAll(acme, [box])).rejects.toMatchObject({
      code: 'data_keys_unavailable',
    });
  });

  it('says so when the master key is another, rather than calling a person erased', async () => {
    const { store, keys } = setUp();
    const box = seal(await keys.take(acme), { tenantId: acme }, 'Ann');
    const wrongMasterKey = MasterKey.fromBase64(Buffer.alloc(32, 9).toString('base64'));
    const elsewhere = new DataKeys({ store, masterKey: wrongMasterKey });
    await expect(elsewhere.openAll(acme, [box])).rejects.toThrow(/MASTER_KEY/);
  });
});

describe('destroying keys', () => {
  it('leaves a marked blank where there was a person, and every other box as it was', async () => {
    const { keys } = setUp();
    const [gone, stays] = await Promise.all([keys.take(acme), keys.take(acme)]);
    const boxes = [gone, stays].map((key) => seal(key, { tenantId: acme }, { name: 'Ann' }));
    expect(await keys.destroy(acme, [gone.id])).toBe(1);
    const [erased, kept] = await keys.openAll(acme, boxes);
    expect(isErased(erased)).toBe(true);
    expect(kept).toEqual({ name: 'Ann' });
  });

  it('can be repeated, and leaves nothing of the key in its row', async () => {
    const { store, keys } = setUp();
    const key = await keys.take(acme);
    expect(await keys.destroy(acme, [key.id, key.id])).toBe(1);
    expect(await keys.destroy(acme, [key.id])).toBe(0);
    expect(durableKey(store, key.id)).toBeUndefined();
  });

  it('leaves every other key of their blocks as it was, here and elsewhere', async () => {
    const { store, keys } = setUp();
    const taken: DataKey[] = [];
    while (taken.length < 2 * KEYS_PER_BLOCK) taken.push(await keys.take(acme));
    const gone = taken.filter((_, index) => index % 3 === 0).map((key) => key.id);
    await Promise.all(gone.map((keyId) => keys.destroy(acme, [keyId])));
    const ids = taken.map((key) => key.id);
    for (const instance of [keys, setUp(store).keys]) {
      const found = await instance.find(acme, ids);
      for (const { id, secret } of taken) {
        expect(found.get(id)?.secret.equals(secret)).toBe(gone.includes(id) ? undefined : true);
      }
    }
  });

  it('does not take from the pool what it still has to give', async () => {
    const { store, keys } = setUp();
    for (let count = 0; count < KEYS_PER_BLOCK; count += 1) {
      const key = await keys.take(acme);
      await keys.destroy(acme, [key.id]);
      expect(durableKey(store, key.id)).toBeUndefined();
    }
    const key = await keys.take(acme);
    expect(durableKey(store, key.id)?.secret.equals(key.secret)).toBe(true);
  });

  it('says so when the master key is another, and destroys nothing', async () => {
    const { store, keys } = setUp();
    const key = await keys.take(acme);
    const wrongMasterKey = MasterKey.fromBase64(Buffer.alloc(32, 9).toString('base64'));
    const elsewhere = new DataKeys({ store, masterKey: wrongMasterKey });
    await expect(elsewhere.destroy(acme, [key.id])).rejects.toThrow(/MASTER_KEY/);
    expect(durableKey(store, key.id)).toBeDefined();
  });

  it('does not reach into another tenant', async () => {
    const { keys } = setUp();
    const key = await keys.take(acme);
    expect(await keys.destroy(other, [key.id])).toBe(0);
    expect((await keys.find(acme, [key.id])).size).toBe(1);
  });

  it('takes effect on another instance once what it remembers has aged', async () => {
    const { store, keys } = setUp();
    const key = await keys.take(acme);
    const { keys: elsewhere, clock } = setUp(store);
    await elsewhere.find(acme, [key.id]);
    await keys.destroy(acme, [key.id]);
    for (let passed = 0; passed < CACHE_TTL_MS; passed += CACHE_TTL_MS / 4) {
      await elsewhere.find(acme, [key.id]);
      clock.now += CACHE_TTL_MS / 4;
    }
    expect((await elsewhere.find(acme, [key.id])).size).toBe(0);
    expect(CACHE_TTL_MS).toBeLessThanOrEqual(60_000);
  });

  it('is not undone by a look-up that was under way', async () => {
    const { store, keys } = setUp();
    const key = await keys.take(acme);
    const { keys: elsewhere } = setUp(store);
    const { promise, resolve: answer } = Promise.withResolvers<undefined>();
    store.obstacle = () => promise;
    const lookUp = elsewhere.find(acme, [key.id]);
    store.obstacle = up;
    await elsewhere.destroy(acme, [key.id]);
    answer(undefined);
    await lookUp;
    expect((await elsewhere.find(acme, [key.id])).size).toBe(0);
  });
});

describe('opening many boxes', () => {
  it('keeps their order and asks once', async () => {
    const { store, keys } = setUp();
    const taken = await Promise.all(Array.from({ length: 20 }, () => keys.take(acme)));
    const boxes = taken.map((key, index) => seal(key, { tenantId: acme }, index));
    const { keys: elsewhere } = setUp(store);
    expect(await elsewhere.openAll(acme, boxes)).toEqual(boxes.map((_, index) => index));
    expect(store.queries).toHaveLength(1);
  });

  it('stops at one that was tampered with', async () => {
    const { keys } = setUp();
    const box = seal(await keys.take(acme), { tenantId: acme }, 'Ann');
    const tampered = `${box.slice(0, -4)}AAAA` as typeof box;
    await expect(keys.openAll(acme, [box, tampered])).rejects.toThrow(UnreadableBox);
  });
});
