import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type StoredEvent } from './catalog.js';
import { type History, HistoryCache } from './history-cache.js';

/** Only how many events there are matters to the cache. */
function aHistory(length: number): History {
  return { events: Array.from({ length }, () => ({}) as StoredEvent), revision: BigInt(length) };
}

describe('a history cache', () => {
  it('never holds more events than it may, whatever is put in and forgotten', () => {
    const step = fc.record({ stream: fc.constantFrom('a', 'b', 'c', 'd'), length: fc.nat(12) });
    fc.assert(
      fc.property(fc.array(fc.tuple(step, fc.boolean())), (steps) => {
        const cache = new HistoryCache(20);
        for (const [{ stream, length }, forget] of steps) {
          if (forget) cache.forget(stream);
          else cache.put(stream, aHistory(length));
          expect(cache.get(stream)?.events.length).toBe(forget ? undefined : length);
          const held = ['a', 'b', 'c', 'd'].map((name) => cache.get(name)?.events.length ?? 0);
          expect(held.reduce((sum, events) => sum + events, 0)).toBeLessThanOrEqual(20);
        }
      }),
    );
  });

  it('lets go of what was used least lately', () => {
    const cache = new HistoryCache(20);
    cache.put('a', aHistory(8));
    cache.put('b', aHistory(8));
    cache.get('a');
    cache.put('c', aHistory(8));
    expect(['a', 'b', 'c'].filter((name) => cache.get(name) !== undefined)).toEqual(['a', 'c']);
  });

  it('does not keep a history that is too long for it', () => {
    const cache = new HistoryCache(20);
    cache.put('a', aHistory(21));
    expect(cache.get('a')).toBeUndefined();
  });
});
