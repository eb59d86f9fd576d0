import { describe, expect, it } from '@jest/globals';
import { drawRandomBytes } from './random-pool.js';

describe('drawn random bytes', () => {
  it('are as many as were asked for, and never the same twice, across many pools', () => {
    const drawn = Array.from({ length: 5_000 }, () => drawRandomBytes(12));
    expect(drawn.every((bytes) => bytes.length === 12)).toBe(true);
    expect(new Set(drawn.map((bytes) => bytes.toString('hex'))).size).toBe(5_000);
  });

  it('are the caller’s own: no later draw changes them', () => {
    const first = drawRandomBytes(32);
    const before = Buffer.from(first);
    for (let n = 0; n < 500; n += 1) drawRandomBytes(32);
    expect(first.equals(before)).toBe(true);
  });

  it('are never the wiped ones: every bit position is set about half of the time', () => {
    const counts = new Array<number>(256).fill(0);
    for (let n = 0; n < 4_000; n += 1) {
      drawRandomBytes(32).forEach((byte, index) => {
        for (let bit = 0; bit < 8; bit += 1) {
          counts[index * 8 + bit]! += (byte >> bit) & 1;
        }
      });
    }
    // Ten standard deviations: a false alarm is out of the question.
    for (const count of counts) expect(Math.abs(count - 2_000)).toBeLessThan(320);
  });

  it('are refused beyond a pool', () => {
    expect(() => drawRandomBytes(4_097)).toThrow(RangeError);
    expect(drawRandomBytes(4_096)).toHaveLength(4_096);
  });
});
