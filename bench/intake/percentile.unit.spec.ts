import { describe, expect, it } from '@jest/globals';
import { median, percentile } from './percentile.js';

const oneToHundred = Array.from({ length: 100 }, (_, n) => 100 - n);

describe('a percentile', () => {
  it('is the value of the nearest rank', () => {
    expect([0.5, 0.99, 0.999, 1].map((of) => percentile(oneToHundred, of))).toEqual([
      50, 99, 100, 100,
    ]);
    expect(percentile([7], 0.001)).toBe(7);
  });
});

describe('a median', () => {
  it('is the value in the middle, or between the two there', () => {
    expect(median([9, 1, 5])).toBe(5);
    expect(median([4, 1, 2, 9])).toBe(3);
  });
});
