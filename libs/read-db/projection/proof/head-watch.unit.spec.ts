import { describe, expect, it } from '@jest/globals';
import { HeadWatch } from './head-watch.js';

/** A watch over a log that ends at `head`, and a clock that a look moves on by a second. */
function watchOf(state: { head: bigint | null }) {
  let now = 0;
  const watch = new HeadWatch(
    () => Promise.resolve(state.head),
    () => now,
  );
  const look = async (seconds: number, ...positions: (bigint | null)[]) => {
    for (let second = 0; second < seconds; second += 1) {
      now += 1_000;
      await watch.look(positions.map((position) => ({ position })));
    }
    return watch.isLiveBehind;
  };
  return look;
}

describe('live application', () => {
  it('is not behind while it is where the log ended a moment ago', async () => {
    const log = { head: 0n };
    const look = watchOf(log);
    for (let second = 1; second < 60; second += 1) {
      log.head = BigInt(second);
      expect(await look(1, log.head - 5n)).toBe(false);
    }
  });

  it('is behind when it has not reached for seconds where the log ended', async () => {
    const look = watchOf({ head: 100n });
    expect(await look(6, 99n)).toBe(false);
    expect(await look(2, 99n)).toBe(true);
    expect(await look(1, 100n)).toBe(false);
  });

  it('is as far as the furthest, though a read model stands still', async () => {
    const look = watchOf({ head: 100n });
    expect(await look(20, null, 3n, 100n)).toBe(false);
  });

  it('is not behind an empty log', async () => {
    expect(await watchOf({ head: null })(20, null)).toBe(false);
  });
});
