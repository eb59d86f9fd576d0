import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createSecretKey } from 'node:crypto';
import { TenantIdentity } from './tenant-identity.js';

const bytes = Buffer.from(Array.from({ length: 32 }, (_, index) => index));
const identity = new TenantIdentity(createSecretKey(bytes));
const otherIdentity = new TenantIdentity(createSecretKey(Buffer.alloc(32, 1)));
const phone = fc
  .tuple(fc.integer({ min: 1, max: 9 }), fc.stringMatching(/^\d{1,14}$/))
  .map(([first, rest]) => `+${first}${rest}`);
const lead = fc.tuple(fc.constantFrom('live' as const, 'test' as const), phone, fc.nat(50));

describe('a lead id', () => {
  it.each([
    ['live', '+15551234567', 0, 'eb62b36b-2f24-8f69-8792-4b70099e9839'],
    ['live', '+15551234567', 1, 'd13d83c5-dc6a-8582-8846-ad8288565cac'],
    ['test', '+15551234567', 0, '9ae09c7d-4616-858f-bee8-0a142e3e4b11'],
    ['live', '+442071838750', 0, '704f666f-2d01-8902-9294-4e6d74ee244d'],
  ] as const)('never changes: %s %s %i', (mode, e164, ordinal, id) => {
    expect(identity.leadId(mode, e164, ordinal)).toBe(id);
  });

  it('is a UUID of version 8', () => {
    fc.assert(
      fc.property(lead, (parts) => {
        expect(identity.leadId(...parts)).toMatch(
          /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
        );
      }),
    );
  });

  it('is the same for the same phone, mode and ordinal, and for nothing else', () => {
    fc.assert(
      fc.property(lead, lead, (one, two) => {
        const same = one.every((part, index) => part === two[index]);
        expect(identity.leadId(...one) === identity.leadId(...two)).toBe(same);
        expect(identity.leadId(...one)).toBe(identity.leadId(...one));
      }),
    );
  });

  it('differs between ordinals, and between live and test', () => {
    fc.assert(
      fc.property(phone, fc.nat(50), fc.integer({ min: 1, max: 50 }), (e164, ordinal, step) => {
        const id = identity.leadId('live', e164, ordinal);
        expect(identity.leadId('live', e164, ordinal + step)).not.toBe(id);
        expect(identity.leadId('test', e164, ordinal)).not.toBe(id);
      }),
    );
  });

  it('differs between tenants', () => {
    expect(otherIdentity.leadId('live', '+15551234567', 0)).not.toBe(
      identity.leadId('live', '+15551234567', 0),
    );
  });

  it.each([-1, 0.5, NaN, Infinity])('has no ordinal %d', (ordinal) => {
    expect(() => identity.leadId('live', '+15551234567', ordinal)).toThrow(RangeError);
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
