import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { SUPPRESSION_SCOPES, WHOLE_TENANT } from '../domain/suppression-scope.js';
import { type EntryTarget, readEntryId, suppressionEntryId } from './suppression-entry-id.js';

const phoneHash = 'q7Jm3yWcXv0tR5uN8aKzL1pFhDgEoSbYi2TnVrMwQkA';
const number: EntryTarget = { kind: 'number', phoneHash };
const prefix: EntryTarget = { kind: 'prefix', prefix: '+1900' };

const anyTarget = fc.oneof(
  fc.constant(number),
  fc
    .stringMatching(/^[1-9]\d{0,13}$/)
    .map((digits): EntryTarget => ({ kind: 'prefix', prefix: `+${digits}` })),
);
const anyBinding = fc.record({
  scope: fc.constantFrom(...SUPPRESSION_SCOPES),
  scopeName: fc.string({ minLength: 1 }),
});

describe('the id of an entry', () => {
  it('is the number’s hash, or the prefix, where it binds everybody', () => {
    expect(suppressionEntryId(number, WHOLE_TENANT)).toBe(phoneHash);
    expect(suppressionEntryId(prefix, WHOLE_TENANT)).toBe('p1900');
  });

  it('tells what it is about and whom it binds', () => {
    fc.assert(
      fc.property(anyTarget, anyBinding, (target, binding) => {
        const { scope } = binding;
        expect(readEntryId(suppressionEntryId(target, binding))).toEqual({ target, scope });
      }),
    );
  });

  it('is one for all spellings of a name, and another for each name and scope', () => {
    const idOf = (scope: 'brand' | 'seller', scopeName: string) =>
      suppressionEntryId(number, { scope, scopeName });
    expect(idOf('seller', ' ACME  auto')).toBe(idOf('seller', 'Acme Auto'));
    expect(idOf('seller', 'Acme Home')).not.toBe(idOf('seller', 'Acme Auto'));
    expect(idOf('brand', 'Acme Auto')).not.toBe(idOf('seller', 'Acme Auto'));
  });

  it.each(['', 'p', 'phone', 'p1900.x0123456789abcdef', `${phoneHash}.b`, `${phoneHash}/..`])(
    'is not %j',
    (text) => {
      expect(readEntryId(text)).toBeNull();
    },
  );
});
