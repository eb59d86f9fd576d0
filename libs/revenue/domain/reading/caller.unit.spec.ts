import { describe, expect, it } from '@jest/globals';
import { isWithheld, readCaller } from './caller.js';
import { aPhoneReader } from './reading.fixtures.js';

describe('the number of a caller', () => {
  const read = (value: string) => readCaller([{ name: 'caller', value }], [], aPhoneReader);
  it.each([
    ['as a spreadsheet writes a number', '5125551216.0', '+15125551216'],
    ['as a spreadsheet writes a text', "'+15125551216", '+15125551216'],
    ['with a typographic one', '’5125551216', '+15125551216'],
    ['with more behind the point than nothing', '5125551216.5', null],
  ])('is read %s', (_, text, expected) => {
    expect(read(text).value).toBe(expected);
  });

  it.each(['7378742833.0', "'266696687", "'anonymous"])('is withheld there, too: %s', (text) => {
    expect(read(text)).toMatchObject({ value: null, problem: 'anonymous' });
  });
});

describe('a withheld number', () => {
  const sentinels = ['anonymous', 'unknown', 'restricted', 'private', 'blocked', 'unavailable'];
  it.each([
    ...[...sentinels, 'withheld', '+266696687', '266696687', '7378742833', '2562533', '8656696'],
    ...['86282452253', '464', 'Restricted', ' ANONYMOUS ', 'sip:anonymous@anonymous.invalid'],
  ])('is told by its sentinel: "%s"', (text) => {
    expect(isWithheld(text)).toBe(true);
  });

  it('is not a number that merely begins like one', () => {
    expect(isWithheld('+17378742833')).toBe(false);
  });
});
