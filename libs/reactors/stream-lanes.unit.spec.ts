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

describe('a patient task', () => {
  /** Lanes with one slot, and the names of the tasks that ended, in that order. */
  function oneSlot() {
    const [lanes, done] = [new StreamLanes(1), [] as string[]];
    const run = (name: string, ready: Promise<void> | null = null) =>
      lanes.run(
        name,
        () => {
          done.push(name);
          return Promise.resolve();
        },
        ready,
      );
    return { lanes, done, run };
  }

  it('takes no slot while it waits, and those of its name wait behind it', async () => {
    const { lanes, done, run } = oneSlot();
    const ready = Promise.withResolvers<undefined>();
    const patient = [run('a', ready.promise), run('a')];
    await run('b');
    expect({ done, patient: lanes.patient }).toEqual({ done: ['b'], patient: 2 });
    ready.resolve(undefined);
    await Promise.all(patient);
    expect({ done, patient: lanes.patient }).toEqual({ done: ['b', 'a', 'a'], patient: 0 });
  });

  it('lets others go first when a slot is free', async () => {
    const { lanes, done, run } = oneSlot();
    const busy = Promise.withResolvers<undefined>();
    const first = lanes.run('x', () => busy.promise);
    const all = [first, run('a', Promise.resolve()), run('b'), run('c')];
    // They are all in line by then.
    await new Promise((resolve) => setImmediate(resolve));
    busy.resolve(undefined);
    await Promise.all(all);
    expect(done).toEqual(['b', 'c', 'a']);
  });
});
