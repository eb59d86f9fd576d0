import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { StreamLanes } from './stream-lanes.js';

describe('lanes', () => {
  it('keep the order of each name, never do more at once than they may, and do everything', async () => {
    const tasks = fc.array(
      fc.record({ name: fc.constantFrom('a', 'b', 'c'), fails: fc.boolean() }),
      {
        maxLength: 40,
      },
    );
    await fc.assert(
      fc.asyncProperty(
        tasks,
        fc.integer({ min: 1, max: 4 }),
        fc.scheduler(),
        async (all, limit, s) => {
          const lanes = new StreamLanes(limit);
          const done: { name: string; index: number }[] = [];
          const atWork = new Map<string, number>();
          const runs = all.map(({ name, fails }, index) =>
            lanes.run(name, async () => {
              atWork.set(name, (atWork.get(name) ?? 0) + 1);
              const busy = [...atWork.values()];
              expect(busy.every((count) => count <= 1)).toBe(true);
              expect(busy.reduce((sum, count) => sum + count, 0)).toBeLessThanOrEqual(limit);
              await s.schedule(Promise.resolve());
              atWork.set(name, 0);
              done.push({ name, index });
              if (fails) throw new Error('told to');
            }),
          );
          const outcomes = Promise.allSettled(runs);
          const idle = lanes.idle();
          await s.waitFor(outcomes);
          await idle;
          expect((await outcomes).map(({ status }) => status)).toEqual(
            all.map(({ fails }) => (fails ? 'rejected' : 'fulfilled')),
          );
          for (const name of ['a', 'b', 'c']) {
            const order = done.filter((each) => each.name === name).map(({ index }) => index);
            expect(order).toEqual([...order].sort((a, b) => a - b));
          }
        },
      ),
    );
  });
});
