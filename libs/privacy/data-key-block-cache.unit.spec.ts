import { describe, expect, it } from '@jest/globals';
import type { TenantId } from '#libs/kernel';
import { DataKeyBlock } from './data-key-block.js';
import { DataKeyBlockCache } from './data-key-block-cache.js';

const acme = 'acme' as TenantId;
const newBlock = () => DataKeyBlock.create(0);

function setUp() {
  const clock = { now: 0 };
  const cache = new DataKeyBlockCache({ ttlMs: 100, entriesMax: 10, now: () => clock.now });
  return { clock, cache };
}

describe('the cache of data keys', () => {
  it('knows the blocks that were put, each as its tenant’s alone', () => {
    const { cache } = setUp();
    const block = newBlock();
    cache.put(acme, block);
    expect(cache.get(acme, block.id)).toBe(block);
    expect(cache.get(acme, newBlock().id)).toBeUndefined();
    expect(cache.get('other' as TenantId, block.id)).toBeUndefined();
  });

  it('forgets an entry when its time is over, used or not', () => {
    const { cache, clock } = setUp();
    const block = newBlock();
    cache.put(acme, block);
    clock.now = 99;
    expect(cache.get(acme, block.id)).toBe(block);
    clock.now = 100;
    expect(cache.get(acme, block.id)).toBeUndefined();
  });

  it('believes the later of two entries, wherever the earlier one lies', () => {
    const { cache, clock } = setUp();
    const block = newBlock();
    cache.put(acme, block);
    for (let count = 0; count < 5; count += 1) cache.put(acme, newBlock());
    clock.now = 50;
    cache.put(acme, block);
    clock.now = 149;
    expect(cache.get(acme, block.id)).toBe(block);
  });

  it('holds a bounded number, and the latest of them', () => {
    const { cache } = setUp();
    const blocks = Array.from({ length: 100 }, newBlock);
    for (const block of blocks) {
      cache.put(acme, block);
      expect(cache.size).toBeLessThanOrEqual(10);
    }
    for (const block of blocks.slice(-5)) expect(cache.get(acme, block.id)).toBe(block);
  });
});
