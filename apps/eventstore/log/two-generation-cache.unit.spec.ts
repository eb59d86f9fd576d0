import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { TwoGenerationCache } from './two-generation-cache.js';

describe('a cache of two generations', () => {
  it('never gives anything but the value that was set last', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(20), fc.nat())), (sets) => {
        const cache = new TwoGenerationCache<number, number>(8);
        const truth = new Map<number, number>();
        for (const [key, value] of sets) {
          cache.set(key, value);
          truth.set(key, value);
          for (const [known, expected] of truth) {
            expect([undefined, expected]).toContain(cache.get(known));
          }
        }
      }),
    );
  });

  it('keeps what was used lately and forgets what was not', () => {
    const cache = new TwoGenerationCache<number, string>(10);
    cache.set(0, 'used');
    cache.set(1, 'unused');
    for (let key = 2; key < 50; key += 1) {
      cache.set(key, 'passing');
      expect(cache.get(0)).toBe('used');
    }
    expect(cache.get(1)).toBeUndefined();
  });
});
