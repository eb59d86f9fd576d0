import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parsedNumber, readReportedNumber } from './reported-number.js';

const AREA_CODES = Array.from({ length: 800 }, (_, n) => String(200 + n));
const WRITTEN = ['', '1', '+1'];

describe('a number in a report', () => {
  it('is American where it is ten digits, whatever stands before, between or behind them', () => {
    const spellings = ['2125550123', '12125550123', '+1 (212) 555-0123', 'tel:+1.212.555.0123 x7'];
    for (const text of spellings) {
      expect(readReportedNumber(text)).toEqual({ e164: '+12125550123' });
    }
  });

  it('may be of any other country', () => {
    expect(readReportedNumber('+44 20 7946 0123')).toEqual({ e164: '+442079460123' });
  });

  it.each(['', '555', 'none'])('is none where it is %p', (text) => {
    expect(readReportedNumber(text)).toEqual({ problem: 'unparseable' });
  });

  it('is read in every area code as the numbering plans have it', () => {
    const texts = AREA_CODES.flatMap((code) => WRITTEN.map((before) => `${before}${code}5550123`));
    expect(texts.map(readReportedNumber)).toEqual(texts.map(parsedNumber));
  });

  it('is read as the numbering plans have it, whatever its digits', () => {
    const digits = fc.stringMatching(/^(\+?[01]?)?\d{9,11}$/);
    fc.assert(
      fc.property(digits, (text) => {
        expect(readReportedNumber(text)).toEqual(parsedNumber(text));
      }),
      { numRuns: 1_000 },
    );
  });
});
