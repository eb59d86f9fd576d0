import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { decimalOf } from './money-view.js';

describe('an amount as a decimal number', () => {
  it.each([
    [0n, '0.00'],
    [5n, '0.05'],
    [-5n, '-0.05'],
    [4_500n, '45.00'],
    [-123_456n, '-1234.56'],
    [9_007_199_254_740_993n, '90071992547409.93'],
  ])('of %s hundredths is %s', (minor, expected) => {
    expect(decimalOf(minor)).toBe(expected);
  });

  it('is exact', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(10n ** 18n), max: 10n ** 18n }), (minor) => {
        expect(BigInt(decimalOf(minor).replace('.', ''))).toBe(minor);
      }),
    );
  });
});
