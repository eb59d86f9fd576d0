import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { drawOf } from './routing-draw.js';

describe('the draw of a call', () => {
  it('is for ever the same', () => {
    expect(drawOf('c2a7e6d1-3f48-4b90-8d15-6e9b0a4c7f23', 1)).toBe(0.7422306217382939);
    fc.assert(
      fc.property(fc.uuid(), fc.integer({ min: 1, max: 10 }), (callId, attempt) => {
        const draw = drawOf(callId, attempt);
        expect(drawOf(callId, attempt)).toBe(draw);
        expect(draw).toBeGreaterThanOrEqual(0);
        expect(draw).toBeLessThan(1);
      }),
    );
  });

  it('is another one for the next attempt', () => {
    expect(drawOf('call', 1)).not.toBe(drawOf('call', 2));
  });

  it('is spread evenly over calls', () => {
    const draws = Array.from({ length: 10_000 }, (_, n) => drawOf(`call-${n}`, 1));
    for (const quarter of [0, 0.25, 0.5, 0.75]) {
      const share = draws.filter((draw) => draw >= quarter && draw < quarter + 0.25).length;
      expect(Math.abs(share / draws.length - 0.25)).toBeLessThan(0.02);
    }
  });
});
