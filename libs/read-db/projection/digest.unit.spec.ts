import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { EventDigest, fingerprintOf } from './digest.js';

const digestOf = (ids: readonly string[], from = new EventDigest()) => {
  for (const id of ids) from.add(fingerprintOf(id));
  return from.toString();
};

const ids = fc.uniqueArray(fc.uuid(), { minLength: 1, maxLength: 50 });

describe('the digest of applied events', () => {
  it('is the id itself for one event', () => {
    expect(digestOf(['01234567-89ab-cdef-0123-456789abcdef'])).toBe(
      '0123456789abcdef0123456789abcdef',
    );
  });

  it('does not depend on their order, nor on where a batch ended', () => {
    fc.assert(
      fc.property(ids, fc.nat(), (all, at) => {
        const cut = at % all.length;
        const stored = digestOf(all.slice(0, cut));
        expect(digestOf(all.slice(cut), EventDigest.from(stored))).toBe(digestOf(all));
        expect(digestOf([...all].reverse())).toBe(digestOf(all));
      }),
    );
  });

  it('tells when one was left out or applied twice', () => {
    fc.assert(
      fc.property(ids, fc.nat(), (all, at) => {
        const one = at % all.length;
        expect(digestOf(all.toSpliced(one, 1))).not.toBe(digestOf(all));
        expect(digestOf([...all, all[one]!])).not.toBe(digestOf(all));
      }),
    );
  });
});
