import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { IntakeBuffer } from './intake-buffer.js';

async function* counting(upTo: number, seen: { pulled: number }, error?: Error) {
  for (let n = 1; n <= upTo; n += 1) {
    await turn();
    seen.pulled = n;
    yield n;
  }
  if (error !== undefined) throw error;
}

async function turns(count: number) {
  for (let n = 0; n < count; n += 1) await turn();
}

describe('an intake buffer', () => {
  it('gathers while nobody takes, up to its bound, and loses nothing', async () => {
    const seen = { pulled: 0 };
    const buffer = new IntakeBuffer(counting(25, seen), 10);
    await turns(50);
    expect(seen.pulled).toBe(10);
    const first = await buffer.take(1_000);
    expect(first).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);

    const rest: number[] = [];
    while (rest.length < 15) rest.push(...(await buffer.take(1_000)));
    expect(rest).toEqual(Array.from({ length: 15 }, (_, index) => index + 11));
  });

  it('lets what comes with the first item arrive, if told to linger', async () => {
    const hasty = new IntakeBuffer(counting(2, { pulled: 0 }), 10);
    expect(await hasty.take(1_000)).toEqual([1]);
    const lingering = new IntakeBuffer(counting(2, { pulled: 0 }), 10, 50);
    expect(await lingering.take(1_000)).toEqual([1, 2]);
  });

  it('lets a batch become full for whoever has time for it, and no longer than told', async () => {
    const seen = { pulled: 0 };
    const buffer = new IntakeBuffer(counting(14, seen, new Error('broken')), 10);
    await buffer.gather(60_000);
    expect(await buffer.take(0)).toHaveLength(10);
    // Nothing comes after an error that could be waited for.
    await buffer.gather(60_000);
    expect(await buffer.take(0)).toEqual([11, 12, 13, 14]);

    const silent = () =>
      (async function* () {
        yield 1;
        await new Promise(() => undefined);
      })();
    const patient = new IntakeBuffer<number>(silent(), 10);
    await patient.gather(5);
    expect(await patient.take(0)).toEqual([1]);
    // Whoever knows the last one waits for no other, whether it has come already or not.
    const knowing = new IntakeBuffer<number>(silent(), 10);
    for (let time = 0; time < 2; time += 1) await knowing.gather(60_000, (item) => item === 1);
    expect(await knowing.take(0)).toEqual([1]);
  });

  it('hands out what came before an error, then the error', async () => {
    const buffer = new IntakeBuffer(counting(3, { pulled: 0 }, new Error('broken')), 10);
    await turns(20);
    expect(await buffer.take(1_000)).toEqual([1, 2, 3]);
    await expect(buffer.take(1_000)).rejects.toThrow('broken');
    await expect(buffer.take(1_000)).rejects.toThrow('broken');
  });

  it('takes the end of its stream for an error, for a log has none', async () => {
    const buffer = new IntakeBuffer(counting(0, { pulled: 0 }), 10);
    await expect(buffer.take(1_000)).rejects.toThrow('The log ended.');
  });

  it('returns empty-handed after the time given, and at once when woken', async () => {
    const silent = (async function* () {
      await new Promise(() => undefined);
      yield 1;
    })();
    const buffer = new IntakeBuffer(silent, 10);
    expect(await buffer.take(5)).toEqual([]);
    const taken = buffer.take(60_000);
    buffer.wake();
    expect(await taken).toEqual([]);
  });

  it('stops pulling when it is closed', async () => {
    const seen = { pulled: 0 };
    const buffer = new IntakeBuffer(counting(1_000, seen), 2);
    await turns(20);
    buffer.close();
    await turns(20);
    expect(seen.pulled).toBeLessThanOrEqual(3);
  });
});
