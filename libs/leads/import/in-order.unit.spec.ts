import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { inOrder } from './in-order.js';

async function all<T>(results: AsyncIterable<T>): Promise<T[]> {
  const collected: T[] = [];
  for await (const result of results) collected.push(result);
  return collected;
}

describe('work on several items at once', () => {
  it('gives every result once, in the items’ order, however the work ends', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.scheduler(),
        fc.uniqueArray(fc.nat(), { maxLength: 20 }),
        fc.integer({ min: 1, max: 5 }),
        async (scheduler, items, inFlightMax) => {
          let inFlight = 0;
          const work = async (item: number) => {
            inFlight += 1;
            expect(inFlight).toBeLessThanOrEqual(inFlightMax);
            await scheduler.schedule(Promise.resolve());
            inFlight -= 1;
            return item;
          };
          expect(await scheduler.waitFor(all(inOrder(items, work, inFlightMax)))).toEqual(items);
        },
      ),
    );
  });

  it('fails with the first failure in order, after all that was begun has ended', async () => {
    const ended: number[] = [];
    const work = async (item: number) => {
      for (let turn = 0; turn < 10 - item; turn += 1) await Promise.resolve();
      ended.push(item);
      if (item > 1) throw new Error(`item ${item}`);
      return item;
    };
    await expect(all(inOrder([1, 2, 3, 4], work, 4))).rejects.toThrow('item 2');
    expect(ended.toSorted()).toEqual([1, 2, 3, 4]);
  });
});
