import { describe, expect, it } from '@jest/globals';
import { isBeyond, isRecordedBy, type Moment, recordedBy, refuseFuture } from './moment.js';

const at = (seconds: number, position: bigint | null = BigInt(seconds)) => ({
  recordedAt: new Date(Date.UTC(2026, 0, 5, 12, 0, seconds)),
  position,
});
const instant = (seconds: number): Moment => ({
  kind: 'instant',
  instant: at(seconds).recordedAt.toISOString(),
});
const position = (value: bigint): Moment => ({ kind: 'position', position: value });

describe('what had been recorded by a moment', () => {
  it('includes what was recorded at it', () => {
    for (const moment of [instant(7), position(7n)]) {
      expect([6, 7, 8].map((seconds) => isRecordedBy(at(seconds), moment))).toEqual([
        true,
        true,
        false,
      ]);
    }
  });

  it('begins with the first event and has no gap, though a clock was set back', () => {
    const stream = [at(10), at(20), at(15), at(30)];
    expect(recordedBy(stream, instant(16))).toEqual(stream.slice(0, 3));
    expect(recordedBy(stream, instant(9))).toEqual([]);
    expect(recordedBy(stream, position(20n))).toEqual(stream.slice(0, 3));
  });

  it('is known to be complete only when no clock can have been set back further', () => {
    expect(isBeyond(at(69), instant(9))).toBe(false);
    expect(isBeyond(at(70), instant(9))).toBe(true);
    expect(isBeyond(at(9), position(9n))).toBe(false);
    expect(isBeyond(at(10), position(9n))).toBe(true);
  });

  it('cannot be told by position where the server tells none', () => {
    expect(isRecordedBy(at(1, null), instant(2))).toBe(true);
    expect(() => isRecordedBy(at(1, null), position(2n))).toThrow(
      expect.objectContaining({ code: 'position_unknown' }),
    );
  });
});

describe('a moment that is not over', () => {
  const present = { headPosition: () => Promise.resolve(100n), now: () => at(30).recordedAt };

  it('is refused', async () => {
    for (const moment of [instant(31), position(101n)]) {
      await expect(refuseFuture(moment, present)).rejects.toMatchObject({
        code: 'as_of_in_future',
        // Some addresses call it asOf, others as_of.
        message: expect.not.stringMatching(/as_?of/i),
      });
    }
    const empty = { ...present, headPosition: () => Promise.resolve(null) };
    await expect(refuseFuture(position(0n), empty)).rejects.toMatchObject({
      code: 'as_of_in_future',
    });
  });

  it('is not the present one', async () => {
    await expect(refuseFuture(instant(30), present)).resolves.toBeUndefined();
    await expect(refuseFuture(position(100n), present)).resolves.toBeUndefined();
  });
});
