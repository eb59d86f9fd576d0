import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { NotSettled, settledWithin } from './settled-within.js';

const never = new Promise<never>(() => undefined);

/** Lets nothing of this process run, as when it is stopped or the machine sleeps. */
function standStill(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}

describe('what has to settle within a time', () => {
  afterEach(() => {
    jest.useRealTimers();
  });

  it('settles as it would have', async () => {
    expect(await settledWithin(Promise.resolve(7), 1)).toBe(7);
    await expect(settledWithin(Promise.reject(new Error('no')), 1)).rejects.toThrow('no');
  });

  it('leaves no timer behind', async () => {
    jest.useFakeTimers({ doNotFake: ['queueMicrotask', 'nextTick'] });
    await settledWithin(Promise.resolve(7), 1);
    await settledWithin(Promise.reject(new Error('no')), 1).catch(() => undefined);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('is given up when the time is over, and not before', async () => {
    jest.useFakeTimers({ doNotFake: ['queueMicrotask', 'nextTick'] });
    const given = jest.fn();
    const waiting = settledWithin(never, 30).catch(given);
    await jest.advanceTimersByTimeAsync(29_999);
    expect(given).not.toHaveBeenCalled();
    jest.advanceTimersByTime(1);
    await waiting;
    expect(given).toHaveBeenCalledWith(expect.any(NotSettled));
    expect(jest.getTimerCount()).toBe(0);
  });

  it('is not given up for a time in which the process stood still', async () => {
    const work = new Promise((resolve) => setTimeout(resolve, 2_600, 'late'));
    const waiting = settledWithin(work, 2);
    standStill(2_500);
    expect(await waiting).toBe('late');
  });
});
