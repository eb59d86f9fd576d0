import { describe, expect, it } from '@jest/globals';
import type { DataKeyId, TenantId } from '#libs/kernel';
import { newDataKey } from './data-key.js';
import { DataKeyCache } from './data-key-cache.js';

const acme = 'acme' as TenantId;
const id = (index: number) => `key-${index}` as DataKeyId;

function setUp() {
  const clock = { now: 0 };
  return { clock, cache: new DataKeyCache({ ttlMs: 100, entriesMax: 10, now: () => clock.now }) };
}

describe('the cache of data keys', () => {
  it('tells a key it knows from one that was erased and one it knows nothing of', () => {
    const { cache } = setUp();
    const key = newDataKey(0);
    cache.put(acme, key.id, key);
    cache.put(acme, id(1), null);
    expect(cache.get(acme, key.id)).toBe(key);
    expect(cache.get(acme, id(1))).toBeNull();
    expect(cache.get(acme, id(2))).toBeUndefined();
    expect(cache.get('other' as TenantId, key.id)).toBeUndefined();
  });

  it('forgets an entry when its time is over, used or not', () => {
    const { cache, clock } = setUp();
    cache.put(acme, id(0), null);
    clock.now = 99;
    expect(cache.get(acme, id(0))).toBeNull();
    clock.now = 100;
    expect(cache.get(acme, id(0))).toBeUndefined();
  });

  it('believes the later of two entries, wherever the earlier one lies', () => {
    const { cache } = setUp();
    const key = newDataKey(0);
    cache.put(acme, key.id, key);
    for (let index = 0; index < 5; index += 1) cache.put(acme, id(index), null);
    cache.put(acme, key.id, null);
    expect(cache.get(acme, key.id)).toBeNull();
  });

  it('holds a bounded number, and the latest of them', () => {
    const { cache } = setUp();
    for (let index = 0; index < 1_000; index += 1) {
      cache.put(acme, id(index), null);
      expect(cache.size).toBeLessThanOrEqual(10);
    }
    for (let index = 995; index < 1_000; index += 1) expect(cache.get(acme, id(index))).toBeNull();
  });
});
