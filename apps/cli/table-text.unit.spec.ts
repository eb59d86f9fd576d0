import { describe, expect, it } from '@jest/globals';
import { table } from './table-text.js';

describe('a table', () => {
  it('aligns its columns under their heading', () => {
    expect(
      table(
        ['KEY', 'NAME'],
        [
          ['a', 'first'],
          ['long one', 'x'],
        ],
        'none',
      ),
    ).toBe('KEY       NAME\na         first\nlong one  x');
  });

  it('says something where it has no rows', () => {
    expect(table(['KEY'], [], 'There is none.')).toBe('There is none.');
  });
});
