import { beforeEach, describe, expect, it } from '@jest/globals';
import { RefusalBreaker } from './refusal-breaker.js';

let breaker: RefusalBreaker;
beforeEach(() => {
  breaker = new RefusalBreaker();
});
const refusals = (count: number, nowMs: number) =>
  Array.from({ length: count }, () => breaker.refused(nowMs));

describe('dialing that is refused', () => {
  it('goes on after single refusals, and pauses after five in a row', () => {
    expect(refusals(4, 0)).toEqual([null, null, null, null]);
    expect(breaker.isPaused(0)).toBe(false);
    expect(breaker.refused(0)).toBe(30_000);
    expect([breaker.isPaused(29_999), breaker.isPaused(30_000)]).toEqual([true, false]);
  });

  it('pauses longer each time, up to half an hour', () => {
    refusals(5, 0);
    expect(breaker.refused(30_000)).toBe(60_000);
    expect(breaker.refused(90_000)).toBe(120_000);
    let [nowMs, pauseMs] = [210_000, 0];
    for (let round = 0; round < 9; round += 1) {
      pauseMs = breaker.refused(nowMs)!;
      nowMs += pauseMs;
    }
    expect(pauseMs).toBe(1_800_000);
  });

  it('does not pause longer for what was ordered before the pause', () => {
    expect(refusals(48, 0).filter((pauseMs) => pauseMs !== null)).toEqual([30_000]);
    expect(breaker.isOnTrial).toBe(true);
  });

  it('goes on as if nothing had been once an order is taken on', () => {
    refusals(5, 0);
    breaker.reset();
    expect([breaker.isPaused(0), breaker.isOnTrial]).toEqual([false, false]);
    expect(refusals(4, 0)).toEqual([null, null, null, null]);
  });
});
