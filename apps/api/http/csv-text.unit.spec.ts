import { describe, expect, it } from '@jest/globals';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { csvLine } from './csv-text.js';

describe('a line of CSV', () => {
  it('holds nothing that a spreadsheet would run', () => {
    expect(csvLine(['=1+1', '+1', '@x', '-cmd', '-4.50', -3, 7n, true, null])).toBe(
      `'=1+1,'+1,'@x,'-cmd,-4.50,-3,7,true,\r\n`,
    );
  });

  it('is read back as it was, whatever is in it', () => {
    const harmless = fc.string().filter((text) => !/^[=+\-@\t\r]/.test(text));
    fc.assert(
      fc.property(fc.array(harmless, { minLength: 2 }), (cells) => {
        expect(parse(csvLine(cells), { relax_column_count: true })).toEqual([cells]);
      }),
    );
  });
});
