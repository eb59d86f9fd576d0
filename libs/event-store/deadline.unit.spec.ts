import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { backoffMs, DeadlineExceeded, pause, withDeadline } from './deadline.js';

const never = () => new Promise<never>(() => undefined);

describe('a deadline', () => {
  it('lets an answer pass, and a refusal', async () => {
    expect(await withDeadline(Promise.resolve('in time'), 1_000)).toBe('in time');
    await expect(withDeadline(Promise.reject(new RangeError()), 1_000)).rejects.toThrow(RangeError);
  });

  it.each([5, 0, -2.8])('of %d ms ends waiting in vain', async (milliseconds) => {
    await expect(withDeadline(never(), milliseconds)).rejects.toThrow(DeadlineExceeded);
  });
});

describe('a pause', () => {
  it('ends when it is called off, before it or during it', async () => {
    const ending = new AbortController();
    const during = pause(60_000, ending.signal);
    ending.abort();
    await during;
    await pause(60_000, ending.signal);
  });
});

describe('a back-off', () => {
  it('stays below its cap and below what the attempt allows', () => {
    fc.assert(
      fc.property(
        fc.nat(2_000),
        fc.integer({ min: 1, max: 1_000 }),
        fc.nat(10_000),
        (attempt, base, cap) => {
          const wait = backoffMs(attempt, base, cap);
          expect(wait).toBeGreaterThanOrEqual(0);
          expect(wait).toBeLessThanOrEqual(Math.min(cap, base * 2 ** attempt));
        },
      ),
    );
  });
});
