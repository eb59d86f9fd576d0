import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { fold } from '#libs/kernel';
import { aKey, created, revoked, rotated } from './accounts.fixtures.js';
import { apiKeyDecider, type ApiKeyCommand } from './api-key.decider.js';
import type { ApiKeyCreatedData, ApiKeyEvent } from './api-key.events.js';
import { type KnownApiKey, standingAt } from './api-key.js';

const rotate: ApiKeyCommand = {
  type: 'RotateApiKey',
  tenantId: 'demo',
  keyId: 'key000000001',
  successorKeyId: 'key000000002',
  rotatedAt: '2026-03-01T12:00:00.000Z',
  validUntil: '2026-03-02T12:00:00.000Z',
};
const revoke: ApiKeyCommand = {
  type: 'RevokeApiKey',
  tenantId: 'demo',
  keyId: 'key000000001',
  reason: 'leaked',
  revokedAt: '2026-03-01T13:00:00.000Z',
};
const create: ApiKeyCommand = { type: 'CreateApiKey', key: aKey() };

function decide(given: ApiKeyEvent[], command: ApiKeyCommand): ApiKeyEvent[] {
  return apiKeyDecider.decide(command, fold(apiKeyDecider, given));
}

function refusal(given: ApiKeyEvent[], command: ApiKeyCommand): unknown {
  try {
    return decide(given, command);
  } catch (error) {
    return (error as { code?: unknown }).code;
  }
}

function standing(given: ApiKeyEvent[], at: string): string {
  return standingAt(fold(apiKeyDecider, given) as KnownApiKey, new Date(at));
}

describe('a key', () => {
  it('is created', () => {
    expect(decide([], create)).toEqual([created()]);
  });

  it('is not created again with another text', () => {
    const again: ApiKeyCommand = { type: 'CreateApiKey', key: aKey({ secretHash: 'hash-2' }) };
    expect(refusal([created()], again)).toBe('api_key_already_created');
  });

  it('is rotated to its successor', () => {
    expect(decide([created()], rotate)).toEqual([rotated]);
  });

  it('has one successor only', () => {
    const other: ApiKeyCommand = { ...rotate, successorKeyId: 'key000000003' };
    expect(refusal([created(), rotated], other)).toBe('api_key_already_rotated');
  });

  it('is revoked, rotated or not', () => {
    expect(decide([created()], revoke)).toEqual([revoked]);
    expect(decide([created(), rotated], revoke)).toEqual([revoked]);
  });

  it('is not rotated once it is revoked or over', () => {
    expect(refusal([created(), revoked], rotate)).toBe('api_key_revoked');
    const over = created({
      createdAt: '2026-02-01T00:00:00.000Z',
      expiresAt: '2026-03-01T12:00:00.000Z',
    });
    expect(refusal([over], rotate)).toBe('api_key_expired');
  });

  it('cannot be told from a missing one by another tenant', () => {
    for (const command of [rotate, revoke]) {
      expect(refusal([], command)).toBe('api_key_not_found');
      const foreign = { ...command, tenantId: 'other' };
      expect(refusal([created()], foreign)).toBe('api_key_not_found');
    }
  });

  it.each([create, rotate, revoke])('takes no harm from a repeated $type', (command) => {
    const before = command === create ? [] : [created()];
    expect(decide([...before, ...decide(before, command)], command)).toEqual([]);
  });
});

describe('what is asked of a new key', () => {
  const errorsOf = (changes: Partial<ApiKeyCreatedData>): unknown[] => {
    try {
      decide([], { type: 'CreateApiKey', key: aKey(changes) });
      return [];
    } catch (error) {
      return (error as { details: { field: string }[] }).details.map((detail) => detail.field);
    }
  };

  it.each([
    [{ name: '' }, 'name'],
    [{ name: 'n'.repeat(101) }, 'name'],
    [{ scopes: [] }, 'scopes'],
    [{ scopes: ['read', 'read'] }, 'scopes'],
    [{ role: 'admin' }, 'role'],
    [{ kind: 'platform', role: null }, 'role'],
    [{ kind: 'posting', role: 'admin' }, 'role'],
    [{ rateLimitPerMinute: 0 }, 'rateLimitPerMinute'],
    [{ rateLimitPerMinute: 100_001 }, 'rateLimitPerMinute'],
    [{ rateLimitPerMinute: 1.5 }, 'rateLimitPerMinute'],
    [{ expiresAt: '2026-03-01T12:00:00.000Z' }, 'expiresAt'],
  ] as [Partial<ApiKeyCreatedData>, string][])('%j is refused for its %s', (changes, field) => {
    expect(errorsOf(changes)).toEqual([field]);
  });

  it('is judged as a whole, so that all is said at once', () => {
    expect(errorsOf({ name: '', scopes: [], rateLimitPerMinute: -1 })).toEqual([
      'name',
      'scopes',
      'rateLimitPerMinute',
    ]);
  });

  it.each([
    { kind: 'platform', role: 'superadmin' },
    { kind: 'platform', role: 'buyer' },
    { kind: 'posting', role: 'partner' },
    { scopes: ['read', 'write'], rateLimitPerMinute: 100_000 },
    { expiresAt: '2026-03-01T12:00:00.001Z' },
  ] as Partial<ApiKeyCreatedData>[])('%j is fine', (changes) => {
    expect(errorsOf(changes)).toEqual([]);
  });
});

describe('the standing of a key', () => {
  it('is usable from the start', () => {
    expect(standing([created()], '2026-03-01T12:00:00.000Z')).toBe('usable');
  });

  it('ends at the very instant it was given', () => {
    const limited = [created({ expiresAt: '2026-04-01T00:00:00.000Z' })];
    expect(standing(limited, '2026-03-31T23:59:59.999Z')).toBe('usable');
    expect(standing(limited, '2026-04-01T00:00:00.000Z')).toBe('expired');
  });

  it('lasts through the overlap of a rotation and no longer', () => {
    expect(standing([created(), rotated], '2026-03-02T11:59:59.999Z')).toBe('usable');
    expect(standing([created(), rotated], '2026-03-02T12:00:00.000Z')).toBe('expired');
  });

  it('is not prolonged by a rotation past the key’s own end', () => {
    const limited = [created({ expiresAt: '2026-03-02T00:00:00.000Z' }), rotated];
    expect(standing(limited, '2026-03-02T06:00:00.000Z')).toBe('expired');
  });

  it('is revoked for ever, whatever else happens to the key', () => {
    const later = fc.array(fc.constantFrom(rotated, revoked));
    fc.assert(
      fc.property(later, later, fc.date({ noInvalidDate: true }), (before, after, at) => {
        const state = fold(apiKeyDecider, [created(), ...before, revoked, ...after]);
        expect(standingAt(state as KnownApiKey, at)).toBe('revoked');
      }),
    );
  });
});
