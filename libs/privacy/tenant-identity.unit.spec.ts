import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createSecretKey } from 'node:crypto';
import { leadIdOf, TenantIdentity } from './tenant-identity.js';

const bytes = Buffer.from(Array.from({ length: 32 }, (_, index) => index));
const identity = new TenantIdentity(createSecretKey(bytes));
const otherIdentity = new TenantIdentity(createSecretKey(Buffer.alloc(32, 1)));
const phone = fc
  .tuple(fc.integer({ min: 1, max: 9 }), fc.stringMatching(/^\d{1,14}$/))
  .map(([first, rest]) => `+${first}${rest}`);
const lead = fc.tuple(phone, fc.constantFrom('live' as const, 'test' as const), fc.nat(50));
type Lead = [e164: string, mode: 'live' | 'test', ordinal: number];

function idOf([e164, mode, ordinal]: Lead, by = identity): string {
  return leadIdOf(by.phoneHash(e164), mode, ordinal);
}

describe('a lead id', () => {
  it.each([
    ['+15551234567', 'live', 0, '9eff2f5b-3f72-84b9-b462-ca3b94dc681d'],
    ['+15551234567', 'live', 1, 'df91491a-464c-8373-85c7-de8ca0c54e9f'],
    ['+15551234567', 'test', 0, '9c799587-e850-8f51-b907-f8d6791472b4'],
    ['+442071838750', 'live', 0, '5cd408b8-7b88-8cb0-afe1-cee24e7e0775'],
  ] as const)('never changes: %s %s %i', (e164, mode, ordinal, id) => {
    expect(idOf([e164, mode, ordinal])).toBe(id);
  });

  it('is a UUID of version 8', () => {
    fc.assert(
      fc.property(lead, (parts) => {
        expect(idOf(parts)).toMatch(
          /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
        );
      }),
    );
  });

  it('is the same for the same phone, mode and ordinal, and for nothing else', () => {
    fc.assert(
      fc.property(lead, lead, (one, two) => {
        const same = one.every((part, index) => part === two[index]);
        expect(idOf(one) === idOf(two)).toBe(same);
        expect(idOf(one)).toBe(idOf(one));
      }),
    );
  });

  it('differs between ordinals, and between live and test', () => {
    fc.assert(
      fc.property(phone, fc.nat(50), fc.integer({ min: 1, max: 50 }), (e164, ordinal, step) => {
        const id = idOf([e164, 'live', ordinal]);
        expect(idOf([e164, 'live', ordinal + step])).not.toBe(id);
        expect(idOf([e164, 'test', ordinal])).not.toBe(id);
      }),
    );
  });

  it('differs between tenants', () => {
    const parts: Lead = ['+15551234567', 'live', 0];
    expect(idOf(parts, otherIdentity)).not.toBe(idOf(parts));
  });

  it('is not derived from a phone itself, for all phones can be tried', () => {
    expect(() => leadIdOf('+15551234567', 'live', 0)).toThrow(RangeError);
  });

  it.each([-1, 0.5, NaN, Infinity])('has no ordinal %d', (ordinal) => {
    expect(() => idOf(['+15551234567', 'live', ordinal])).toThrow(RangeError);
  });
});

describe('a hash of evidence', () => {
  it('never changes', () => {
    expect(identity.evidenceHash('lead-1', '{}')).toBe(
      'dB6qe_cmsFcF3bw129A6uv8UZ5GQAOAHac0oI8nocWE',
    );
  });

  it('differs between texts, leads and tenants', () => {
    const hash = identity.evidenceHash('lead-1', '{}');
    expect(identity.evidenceHash('lead-1', '{"ip":"198.51.100.1"}')).not.toBe(hash);
    expect(identity.evidenceHash('lead-2', '{}')).not.toBe(hash);
    expect(otherIdentity.evidenceHash('lead-1', '{}')).not.toBe(hash);
  });
});

describe('a phone hash', () => {
  it('never changes', () => {
    expect(identity.phoneHash('+15551234567')).toBe('13GAKwiohKJCZM2xZaDKOqJIuvYfietn3VU8xjaxSGI');
  });

  it('differs between phones and between tenants', () => {
    expect(identity.phoneHash('+15551234568')).not.toBe(identity.phoneHash('+15551234567'));
    expect(otherIdentity.phoneHash('+15551234567')).not.toBe(identity.phoneHash('+15551234567'));
  });

  it.each(['5551234567', '+1 555 123 4567', '+1555123456|0', '', '+0123', '+15551234567\n'])(
    'is refused for a text that is not E.164, without repeating it: %j',
    (text) => {
      expect(() => identity.phoneHash(text)).toThrow(/^A phone must be normalised/);
    },
  );
});
