import { describe, expect, it } from '@jest/globals';
import { type ApiKeyCreatedData } from '#libs/accounts';
import { listed } from './list-keys.js';

const now = new Date('2026-07-05T12:00:00.000Z');
const key: ApiKeyCreatedData = {
  keyId: '4fQz81LmXb0a',
  tenantId: 'demo',
  kind: 'intake',
  prefix: 'l2i_',
  last4: 'wxyz',
  secretHash: 'hash-of-the-secret',
  name: 'web form',
  scopes: ['write'],
  role: null,
  rateLimitPerMinute: 120,
  mode: 'live',
  expiresAt: null,
  createdAt: '2026-07-01T00:00:00.000Z',
};

describe('a key in a list', () => {
  it('never shows its hash', () => {
    expect(JSON.stringify(listed({ status: 'active', key }, now))).not.toContain('hash-of');
  });

  it('is usable without an end', () => {
    expect(listed({ status: 'active', key }, now)).toMatchObject({
      standing: 'usable',
      endsAt: null,
    });
  });

  it('ends with its expiry or with its rotation, whichever comes first', () => {
    const expiring = { ...key, expiresAt: '2026-09-01T00:00:00.000Z' };
    const rotated = {
      status: 'rotated',
      successorKeyId: 'x',
      validUntil: now.toISOString(),
    } as const;
    expect(listed({ ...rotated, key: expiring }, now)).toMatchObject({
      standing: 'expired',
      endsAt: now.toISOString(),
    });
    expect(listed({ status: 'active', key: expiring }, now).standing).toBe('usable');
  });

  it('stays revoked', () => {
    expect(listed({ status: 'revoked', key }, now).standing).toBe('revoked');
  });
});
