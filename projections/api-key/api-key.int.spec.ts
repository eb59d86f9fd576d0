import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ApiKeyEvent } from '#libs/accounts';
import { type TenantId } from '#libs/kernel';
import { connectDatabase, type Database, foldInMemory, inTenant } from '#libs/read-db';
import { applyEvents, type FreshDatabase, freshDatabase, history } from '#libs/testing';
import { apiKeyProjection, listApiKeys } from './index.js';

type Created = Extract<ApiKeyEvent, { type: 'ApiKeyCreated' }>;

const created = (data: Partial<Created['data']> = {}): Created => ({
  type: 'ApiKeyCreated',
  data: {
    keyId: 'key-1',
    tenantId: 'acme',
    kind: 'intake',
    prefix: 'l2i_',
    last4: 'x7Qz',
    secretHash: 'a hash that no list shows',
    name: 'webform',
    scopes: ['read', 'write'],
    role: null,
    rateLimitPerMinute: 120,
    mode: 'live',
    expiresAt: null,
    createdAt: '2026-01-05T12:00:00.000Z',
    ...data,
  },
});
const rotated = (validUntil: string): ApiKeyEvent => ({
  type: 'ApiKeyRotated',
  data: { keyId: 'key-1', successorKeyId: 'key-2', validUntil },
});
const revoked: ApiKeyEvent = {
  type: 'ApiKeyRevoked',
  data: { keyId: 'key-1', reason: 'leaked', revokedAt: '2026-01-07T12:00:00.000Z' },
};

const after = (...events: ApiKeyEvent[]) => foldInMemory(apiKeyProjection, history(events));

describe('a key in the list', () => {
  it('shows how to recognise it, and nothing of its secret', () => {
    expect(after(created())).toEqual([
      {
        tenantId: 'acme',
        keyId: 'key-1',
        kind: 'intake',
        prefix: 'l2i_',
        last4: 'x7Qz',
        name: 'webform',
        scopes: ['read', 'write'],
        role: null,
        rateLimitPerMinute: 120,
        mode: 'live',
        createdAt: '2026-01-05T12:00:00.000Z',
        expiresAt: null,
        successorKeyId: null,
        revokedAt: null,
        revokeReason: null,
      },
    ]);
  });

  it('expires as agreed when it is rotated, but never later than before', () => {
    const validUntil = '2026-01-08T12:00:00.000Z';
    expect(after(created(), rotated(validUntil))).toMatchObject([
      { successorKeyId: 'key-2', expiresAt: validUntil },
    ]);
    const soon = '2026-01-06T12:00:00.000Z';
    expect(after(created({ expiresAt: soon }), rotated(validUntil))).toMatchObject([
      { successorKeyId: 'key-2', expiresAt: soon },
    ]);
  });

  it('tells when and why it was revoked', () => {
    expect(after(created(), revoked)).toMatchObject([
      { revokedAt: '2026-01-07T12:00:00.000Z', revokeReason: 'leaked' },
    ]);
  });
});

describe("a tenant's keys", () => {
  let fresh: FreshDatabase;
  let api: Database;
  let worker: Database;

  beforeAll(async () => {
    fresh = await freshDatabase({ readModels: [apiKeyProjection] });
    api = connectDatabase({ url: fresh.url, role: 'api', applicationName: 'spec' });
    worker = connectDatabase({ url: fresh.url, role: 'worker', applicationName: 'spec' });
  });

  afterAll(async () => {
    await Promise.all([api.close(), worker.close()]);
    await fresh.drop();
  });

  it('come newest first, those withdrawn included, and no others', async () => {
    const second = created({ keyId: 'key-2', createdAt: '2026-01-06T12:00:00.000Z' });
    const events = history([created(), second, revoked]);
    await applyEvents(worker, [apiKeyProjection], events);
    const list = (tenantId: string) => inTenant(api, tenantId as TenantId, listApiKeys);
    expect(await list('acme')).toEqual([...foldInMemory(apiKeyProjection, events)].reverse());
    expect(await list('zenith')).toEqual([]);
  });
});
