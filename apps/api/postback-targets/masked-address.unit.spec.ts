import { describe, expect, it } from '@jest/globals';
import { maskedAddress } from './masked-address.js';

describe('an address that is shown', () => {
  it.each([
    ['https://a.example/hook', 'https://a.example/hook'],
    ['https://a.example/?token=pb_1&x={payout}', 'https://a.example/?token=***&x={payout}'],
    ['https://a.example/?x=[tag:buyer]&y=a=b', 'https://a.example/?x=[tag:buyer]&y=***'],
    ['https://a.example/?x=pb_1{payout}', 'https://a.example/?x=***'],
    ['https://a.example/?pb_1', 'https://a.example/?***'],
  ])('hides what may be a credential: %s', (url, shown) => {
    expect(maskedAddress(url)).toBe(shown);
  });
});
