import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Watermark } from './watermark.js';

const orderOf = (length: number) =>
  fc.shuffledSubarray(
    Array.from({ length }, (_, index) => index),
    { minLength: length },
  );

describe('a watermark', () => {
  it('is the last event before which everything is finished, in whatever order that happens', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 60 }).chain(orderOf), (order) => {
        const watermark = new Watermark(null);
        const begun = order.map((_, index) => watermark.begin(BigInt(index * 10), null));
        const finished = new Set<number>();
        for (const index of order) {
          begun[index]!();
          finished.add(index);
          let expected: bigint | null = null;
          for (let at = 0; finished.has(at); at += 1) expected = BigInt(at * 10);
          expect(watermark.position).toBe(expected);
          expect(watermark.unfinished).toBe(order.length - finished.size);
        }
        expect(watermark.remembered).toBe(0);
      }),
    );
  });

  it('stays where it began until something is finished, and counts nothing twice', () => {
    const watermark = new Watermark(7n);
    const first = watermark.begin(8n, new Date(8));
    const second = watermark.begin(9n, null);
    second();
    second();
    expect([watermark.position, watermark.unfinished, watermark.remembered]).toEqual([7n, 1, 2]);
    first();
    expect([watermark.position, watermark.passedAt]).toEqual([9n, new Date(8)]);
  });

  it('forgets what is finished', () => {
    const watermark = new Watermark(null);
    for (let position = 0n; position < 5_000n; position += 1n) watermark.begin(position, null)();
    expect([watermark.position, watermark.remembered]).toEqual([4_999n, 0]);
  });
});
