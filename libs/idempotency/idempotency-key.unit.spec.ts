import { type ApiKeyId, type TenantId } from '#libs/kernel';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { checkedIdempotencyKey, commandIdOf, fingerprintOf } from './idempotency-key.js';

describe('an Idempotency-Key', () => {
  it.each(['a', '!~', 'x'.repeat(255)])('may be %j', (key) => {
    expect(checkedIdempotencyKey(key)).toBe(key);
  });

  it.each(['', ' ', 'a b', 'é', 'a\n', 'x'.repeat(256)])('may not be %j', (key) => {
    expect(() => checkedIdempotencyKey(key)).toThrow(
      expect.objectContaining({ code: 'idempotency_key_invalid' }),
    );
  });

  it('always runs the same command, and no two scopes the same', () => {
    const scope = {
      tenantId: 'demo' as TenantId,
      apiKeyId: 'key1' as ApiKeyId,
      route: 'POST /v1/leads',
      key: 'k',
    };
    expect(commandIdOf(scope)).toBe(commandIdOf({ ...scope }));
    expect(commandIdOf(scope)).toMatch(/^[0-9a-f-]{36}$/);
    const others = [
      { ...scope, tenantId: 'other' as TenantId },
      { ...scope, apiKeyId: 'key2' as ApiKeyId },
      { ...scope, route: 'POST /v1/suppressions' },
      { ...scope, key: 'K' },
    ];
    expect(new Set([scope, ...others].map(commandIdOf)).size).toBe(5);
  });
});

describe('the fingerprint of a body', () => {
  it('is the same however its keys are ordered', () => {
    expect(fingerprintOf({ a: 1, b: { c: [1, 2], d: null } })).toBe(
      fingerprintOf({ b: { d: null, c: [1, 2] }, a: 1 }),
    );
  });

  it('differs for bodies that differ', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (a, b) => {
        const same = fingerprintOf(a) === fingerprintOf(b);
        expect(same).toBe(deepEqual(a, b));
      }),
    );
  });

  it('is taken of no body too', () => {
    expect(fingerprintOf(undefined)).toBe(fingerprintOf(null));
  });
});

function deepEqual(a: unknown, b: unknown): boolean {
  try {
    expect(JSON.parse(JSON.stringify(a))).toEqual(JSON.parse(JSON.stringify(b)));
    return true;
  } catch {
    return false;
  }
}
