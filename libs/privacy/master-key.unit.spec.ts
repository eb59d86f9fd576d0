import { describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { inspect } from 'node:util';
import type { TenantId } from '#libs/kernel';
import { MasterKey, WrongMasterKey } from './master-key.js';

const context = { tenantId: 'acme' as TenantId, use: 'identity' };
const bytes = Buffer.alloc(32, 7);
const masterKey = MasterKey.fromBase64(bytes.toString('base64'));
const another = MasterKey.fromBase64(Buffer.alloc(32, 8).toString('base64'));
const key = randomBytes(32);

describe('a wrapped key', () => {
  it('is the same key again under the same master key', () => {
    const again = MasterKey.fromBase64(bytes.toString('base64'));
    expect(again.unwrap(context, masterKey.wrap(context, key)).equals(key)).toBe(true);
  });

  it('names the master key it was wrapped with, so that another can be told apart', () => {
    const wrapped = masterKey.wrap(context, key);
    expect(wrapped.subarray(0, 6).toString('base64url')).toBe(masterKey.id);
    expect(masterKey.id).not.toBe(another.id);
  });

  it('is refused under another master key, not taken for erased', () => {
    expect(() => another.unwrap(context, masterKey.wrap(context, key))).toThrow(WrongMasterKey);
  });

  it('is refused when a bit of it was changed', () => {
    const wrapped = masterKey.wrap(context, key);
    wrapped.writeUInt8(wrapped.readUInt8(20) ^ 1, 20);
    expect(() => masterKey.unwrap(context, wrapped)).toThrow(WrongMasterKey);
  });

  it('is refused for another tenant or another use', () => {
    const wrapped = masterKey.wrap(context, key);
    for (const wrong of [
      { ...context, tenantId: 'other' as TenantId },
      { ...context, use: 'data' },
    ]) {
      expect(() => masterKey.unwrap(wrong, wrapped)).toThrow(WrongMasterKey);
    }
  });
});

describe('a master key', () => {
  it('has 32 bytes', () => {
    expect(() => MasterKey.fromBase64(Buffer.alloc(31).toString('base64'))).toThrow(RangeError);
  });

  it('does not show when it is printed, and its id is not made of it', () => {
    const shown = inspect(masterKey, { depth: 9, showHidden: true }) + JSON.stringify(masterKey);
    expect(shown).not.toContain(bytes.toString('base64').slice(0, 8));
    expect(bytes.toString('base64url')).not.toContain(masterKey.id);
  });
});
