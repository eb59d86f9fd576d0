import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { ApiKeyId } from '#libs/kernel';
import { apiKeyHash, apiKeyIdFrom, formatApiKey, parseApiKey } from './api-key-text.js';

const prefixes = ['l2i_', 'ck_live_', 'ck_test_', 'pk_live_', 'pk_test_'] as const;
const id = 'A1b2C3d4E5f6' as ApiKeyId;
const bytes = Buffer.from(Array.from({ length: 32 }, (_, index) => index));
const secret = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((array) => Buffer.from(array));

describe('the text of an API key', () => {
  it('never changes its form', () => {
    expect(formatApiKey('l2i_', id, bytes)).toBe(
      'l2i_A1b2C3d4E5f6003aUlTJC7tjlCTQj2uNU3MFagCXG9LRKRcwGkBIDlf1FWYzP',
    );
    expect(apiKeyHash(formatApiKey('l2i_', id, bytes))).toBe(
      '7G2kO_5tImci6y9_RxvDpp3V-INE0ozgSHMEM9p9IEA',
    );
  });

  it('has the same length for every secret, the least and the greatest too', () => {
    for (const fill of [0, 255]) {
      expect(formatApiKey('ck_live_', id, Buffer.alloc(32, fill))).toMatch(
        /^ck_live_[0-9A-Za-z]{61}$/,
      );
    }
  });

  it('gives back its prefix and id', () => {
    fc.assert(
      fc.property(fc.constantFrom(...prefixes), secret, secret, (prefix, random, other) => {
        const keyId = apiKeyIdFrom(other);
        expect(keyId).toMatch(/^[0-9A-Za-z]{12}$/);
        expect(parseApiKey(formatApiKey(prefix, keyId, random))).toEqual({ prefix, keyId });
      }),
    );
  });

  it('differs for different secrets', () => {
    fc.assert(
      fc.property(secret, secret, (one, two) => {
        expect(formatApiKey('l2i_', id, one) === formatApiKey('l2i_', id, two)).toBe(
          one.equals(two),
        );
      }),
    );
  });

  it('is refused with any one character mistyped, before anybody is asked', () => {
    const text = formatApiKey('l2i_', id, bytes);
    fc.assert(
      fc.property(
        fc.nat(text.length - 1),
        fc.string({ minLength: 1, maxLength: 1 }),
        (at, typo) => {
          fc.pre(text[at] !== typo);
          expect(parseApiKey(text.slice(0, at) + typo + text.slice(at + 1))).toBeNull();
        },
      ),
    );
  });

  it('is refused with two neighbours swapped', () => {
    const text = formatApiKey('l2i_', id, bytes);
    for (let at = 0; at + 1 < text.length; at += 1) {
      if (text[at] === text[at + 1]) continue;
      const swapped = `${text.slice(0, at)}${text.charAt(at + 1)}${text.charAt(at)}${text.slice(at + 2)}`;
      expect(parseApiKey(swapped)).toBeNull();
    }
  });

  it.each([
    '',
    'l2i_',
    'Bearer',
    'l2i_\u0000',
    `${formatApiKey('l2i_', id, bytes)}\n`,
    'x'.repeat(100_000),
  ])('is told from something else: %#', (text) => {
    expect(parseApiKey(text)).toBeNull();
  });

  it('has 32 bytes of secret', () => {
    expect(() => formatApiKey('l2i_', id, Buffer.alloc(31))).toThrow(RangeError);
  });
});
