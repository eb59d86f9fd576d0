import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createHmac, createSecretKey } from 'node:crypto';
import { inspect } from 'node:util';
import { KeyedHash } from './keyed-hash.js';

describe('a keyed hash', () => {
  it('is the HMAC that Node computes, for any text and any key up to a block', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 1, maxLength: 64 }),
        fc.array(fc.string({ unit: 'binary' }), { minLength: 1, maxLength: 3 }),
        (bytes, texts) => {
          const key = createSecretKey(bytes);
          const keyed = new KeyedHash(key);
          for (const text of texts) {
            expect(keyed.of(text)).toBe(createHmac('sha256', key).update(text).digest('base64url'));
          }
        },
      ),
      { numRuns: 500 },
    );
  });

  it('takes no longer key, which would have to be hashed first', () => {
    expect(() => new KeyedHash(createSecretKey(Buffer.alloc(65, 1)))).toThrow(RangeError);
  });

  it('prints as nothing', () => {
    const keyed = new KeyedHash(createSecretKey(Buffer.alloc(32, 0x41)));
    expect(inspect(keyed, { depth: null, showHidden: true })).not.toMatch(/41|77|Buffer/);
  });
});
