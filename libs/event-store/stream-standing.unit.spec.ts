import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { aRun, theatre } from './theatre.fixtures.js';
import { aStage, codeOf, reserve, seatsIn, someCommand, STREAM } from './theatre-stage.fixtures.js';

describe('where a stream stands', () => {
  const orders = fc.array(fc.tuple(fc.boolean(), fc.constantFrom('run', 'look'), someCommand), {
    maxLength: 40,
  });

  it('is what its whole history comes to, whoever wrote it and whoever looked in between', () =>
    fc.assert(
      fc.asyncProperty(orders, async (steps) => {
        const { store, runner: here } = aStage();
        const { runner: there } = aStage(store);
        for (const [isHere, what, command] of steps) {
          const runner = isHere ? here : there;
          if (what === 'run') await runner.run(aRun(STREAM, command)).catch(codeOf);
          else
            expect([...(await runner.standing(STREAM, theatre)).state].sort()).toEqual(
              seatsIn(store),
            );
        }
        const last = store.log.at(-1);
        expect(await here.standing(STREAM, theatre)).toMatchObject({
          revision: last?.revision ?? null,
          position: last?.position ?? null,
          tenantId: last === undefined ? null : 'demo',
        });
      }),
    ));

  it('is told from what came since: an event is read once, and a command after a look reads nothing', async () => {
    const { store, runner } = aStage();
    for (const seat of [1, 2, 3]) await aStage(store).runner.run(aRun(STREAM, reserve(seat)));
    await runner.standing(STREAM, theatre);
    const read: (bigint | undefined)[] = [];
    const readStream = store.readStream.bind(store);
    store.readStream = (stream, options) => {
      read.push(options?.from);
      return readStream(stream, options);
    };
    await runner.run(aRun(STREAM, reserve(4)));
    expect(read).toEqual([]);
    await runner.standing(STREAM, theatre);
    expect(read).toEqual([4n]);
  });
});
