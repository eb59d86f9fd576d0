import type { ApiKeyCreatedData, ApiKeyEvent } from './api-key.events.js';

/** A valid key; a test states what matters to it. */
export function aKey(changes: Partial<ApiKeyCreatedData> = {}): ApiKeyCreatedData {
  return {
    keyId: 'key000000001',
    tenantId: 'demo',
    kind: 'intake',
    prefix: 'l2i_',
    last4: 'wxyz',
    secretHash: 'hash-1',
    name: 'Website',
    scopes: ['write'],
    role: null,
    rateLimitPerMinute: 120,
    mode: 'live',
    expiresAt: null,
    createdAt: '2026-03-01T12:00:00.000Z',
    ...changes,
  };
}

/** Its creation. */
export function created(changes: Partial<ApiKeyCreatedData> = {}): ApiKeyEvent {
  return { type: 'ApiKeyCreated', data: aKey(changes) };
}

/** Its rotation, overlapping until the second of March. */
export const rotated: ApiKeyEvent = {
  type: 'ApiKeyRotated',
  data: {
    keyId: 'key000000001',
    successorKeyId: 'key000000002',
    validUntil: '2026-03-02T12:00:00.000Z',
  },
};

/** Its revocation. */
export const revoked: ApiKeyEvent = {
  type: 'ApiKeyRevoked',
  data: { keyId: 'key000000001', reason: 'leaked', revokedAt: '2026-03-01T13:00:00.000Z' },
};
