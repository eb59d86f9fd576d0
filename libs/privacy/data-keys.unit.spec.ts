import { describe, expect, it } from '@jest/globals';
import type { DataKeyId, TenantId } from '#libs/kernel';
import { CACHE_TTL_MS, DataKeys } from './data-keys.js';
import { BLOCK_MAX, BLOCK_MIN, nextBlockSize } from './data-key-pool.js';
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

describe('a key taken from the pool', () => {
  it('is durable before it is handed out', async () => {
    const { store, keys } = setUp();
    for (let count = 0; count < 200; count += 1) {
      const key = await keys.take(acme);
      expect(store.rows.get(`${acme}/${key.id}`)?.wrapped).toBeInstanceOf(Buffer);
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
    const wrapped = store.rows.get(`${acme}/${key.id}`)?.wrapped;
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
    expect(store.rows.has(`${acme}/${key.id}`)).toBe(true);
  });

  it('is left alone while it is more than half full', async () => {
    const { store, keys } = setUp();
    for (let count = 0; count < BLOCK_MIN / 2; count += 1) await keys.take(acme);
    await new Promise(setImmediate);
    expect(store.blocks).toEqual([BLOCK_MIN]);
  });

  it('is filled again before it runs dry', async () => {
    const { store, keys } = setUp();
    for (let count = 0; count < BLOCK_MIN * 0.75; count += 1) await keys.take(acme);
    while (store.blocks.length < 2) await new Promise(setImmediate);
    expect(store.blocks).toEqual([BLOCK_MIN, 2 * BLOCK_MIN]);
  });

  it('goes on without the database until it is empty, then refuses as unavailable', async () => {
    const { store, keys } = setUp();
    await keys.take(acme);
    store.obstacle = down;
    const { taken, refusal } = await takeUntilRefused(keys);
    expect(taken).toBe(BLOCK_MIN - 1);
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

  it('writes larger blocks while they are used up quickly, and smaller ones again after', () => {
    let size = BLOCK_MIN;
    for (let block = 0; block < 20; block += 1) size = nextBlockSize(size, 100);
    expect(size).toBe(BLOCK_MAX);
    expect(nextBlockSize(size, 10_000)).toBe(BLOCK_MAX);
    for (let block = 0; block < 20; block += 1) size = nextBlockSize(size, 100_000);
    expect(size).toBe(BLOCK_MIN);
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

  it('asks once for all that are not in memory, and not again', async () => {
    const { store, keys } = setUp();
    const ids = (await Promise.all([1, 2, 3].map(() => keys.take(acme)))).map((key) => key.id);
    const { keys: elsewhere } = setUp(store);
    await elsewhere.find(acme, ids.slice(0, 1));
    await elsewhere.find(acme, [...ids, ...ids]);
    await elsewhere.find(acme, ids);
    expect(store.queries).toEqual([[ids[0]], [ids[1], ids[2]]]);
  });

  it('remembers a key it handed out, so that a repeat costs no query', async () => {
    const { store, keys } = setUp();
    const key = await keys.take(acme);
    expect((await keys.find(acme, [key.id])).get(key.id)).toBe(key);
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

  it('can be repeated, and keeps the row that says so', async () => {
    const { store, keys } = setUp();
    const key = await keys.take(acme);
    await keys.destroy(acme, [key.id]);
    expect(await keys.destroy(acme, [key.id])).toBe(0);
    expect(store.rows.get(`${acme}/${key.id}`)).toEqual({ keyId: key.id, wrapped: null });
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
