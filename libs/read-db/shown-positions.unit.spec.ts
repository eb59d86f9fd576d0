import { describe, expect, it } from '@jest/globals';
import { ShownPositions } from './shown-positions.js';

const PATIENT_MS = 60_000;

/**
 * A read side that answers when it is told to, and that makes pauses only as long as it is told.
 */
function aReadSide() {
  const asked: ((positions: Record<string, bigint | null>) => void)[] = [];
  const paused: (() => void)[] = [];
  const failing: ((error: Error) => void)[] = [];
  const shown = new ShownPositions(
    () =>
      new Promise((resolve, reject) => {
        failing.push(reject);
        asked.push((positions) => {
          resolve(new Map(Object.entries(positions)));
        });
      }),
    () => new Promise<void>((resolve) => paused.push(resolve)),
  );
  return { shown, asked, paused, failing };
}

/** Everything that can go on by itself has gone on. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('how far read models are', () => {
  it('is asked once for all who wait, for whatever models', async () => {
    const { shown, asked } = aReadSide();
    const waits = [
      shown.together('queue').reaches(5n, PATIENT_MS),
      shown.together('inbox', 'transfers').reaches(7n, PATIENT_MS),
      shown.together('queue').reaches(4n, PATIENT_MS),
    ];
    await settled();
    expect(asked).toHaveLength(1);
    asked[0]!({ queue: 5n, inbox: 9n, transfers: 7n });
    expect(await Promise.all(waits)).toEqual([true, true, true]);
    expect(asked).toHaveLength(1);
  });

  it('is not asked again where it is known', async () => {
    const { shown, asked } = aReadSide();
    const queue = shown.together('queue');
    expect(queue.position).toBeNull();
    const first = queue.reaches(5n, PATIENT_MS);
    asked[0]!({ queue: 6n });
    await first;
    expect(await queue.reaches(6n, 0)).toBe(true);
    expect(queue.position).toBe(6n);
    expect(asked).toHaveLength(1);
  });

  it('is asked again at once while it moves, and after a pause while it does not', async () => {
    const { shown, asked, paused } = aReadSide();
    const wait = shown.together('queue').reaches(5n, PATIENT_MS);
    asked[0]!({ queue: 3n, inbox: 1n });
    await settled();
    expect([asked.length, paused.length]).toEqual([2, 0]);
    asked[1]!({ queue: 3n, inbox: 9n });
    await settled();
    expect([asked.length, paused.length]).toEqual([2, 1]);
    paused[0]!();
    await settled();
    asked[2]!({ queue: 5n, inbox: 9n });
    expect(await wait).toBe(true);
  });

  it('is that of the one furthest behind', async () => {
    const { shown, asked } = aReadSide();
    const both = shown.together('inbox', 'transfers');
    const wait = both.reaches(5n, 0);
    asked[0]!({ inbox: 9n, transfers: 4n });
    expect(await wait).toBe(false);
    expect(both.position).toBe(4n);
  });

  it('is unknown where one has no table, or has seen nothing', async () => {
    const { shown, asked } = aReadSide();
    const wait = shown.together('inbox', 'transfers').reaches(0n, 0);
    asked[0]!({ inbox: null });
    expect(await wait).toBe(false);
    expect(shown.together('inbox').position).toBeNull();
    expect(shown.together('transfers').position).toBeNull();
  });

  it('is waited for no longer once the signal aborts', async () => {
    const { shown, asked } = aReadSide();
    const stop = new AbortController();
    const wait = shown.together('queue').reaches(5n, PATIENT_MS, stop.signal);
    stop.abort();
    asked[0]!({ queue: 4n });
    expect(await wait).toBe(false);
  });

  it('fails for all who wait while the database is out of reach, and can be asked again', async () => {
    const { shown, asked, failing } = aReadSide();
    const queue = shown.together('queue');
    const waits = [queue.reaches(5n, PATIENT_MS), queue.reaches(6n, PATIENT_MS)];
    failing[0]!(new Error('out of reach'));
    for (const wait of waits) await expect(wait).rejects.toThrow('out of reach');
    const again = queue.reaches(5n, PATIENT_MS);
    asked[1]!({ queue: 5n });
    expect(await again).toBe(true);
  });
});
