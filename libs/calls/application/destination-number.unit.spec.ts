import { describe, expect, it } from '@jest/globals';
import { readDestinationNumber } from './destination-number.js';

describe('a number to hand calls over to', () => {
  it.each([
    ['(212) 555-0142', '+12125550142'],
    ['1-212-555-0142', '+12125550142'],
    ['+1 212 555 0142', '+12125550142'],
    ['tel:+12125550142', '+12125550142'],
    ['4165550142', '+14165550142'],
    ['800-555-0142', '+18005550142'],
    ['+18765550142', null],
    ['8095550142', null],
    ['+442071838750', null],
    ['555-0142', null],
    ['212-555-0142 ext. 5', null],
    ['900-234-5678', null],
    ['+1 900 234 5678', null],
    ['desk', null],
  ])('%s is %s', (text, expected) => {
    expect(readDestinationNumber(text)).toBe(expected);
  });
});
