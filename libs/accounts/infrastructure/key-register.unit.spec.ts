import { beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { StoredEvent } from '#libs/event-store';
import type { ApiKeyId, TenantId } from '#libs/kernel';
import { apiKeyStream } from '../application/account-streams.js';
import { created, revoked, rotated } from '../domain/accounts.fixtures.js';
import { KeyRegister } from './key-register.js';

const keyId = 'key000000001' as ApiKeyId;
const history = [created(), rotated, revoked].map((event, index) => stored(event, index));

function stored(
  event: { type: string; data: unknown },
  index: number,
  stream = apiKeyStream(keyId),
): StoredEvent {
  const metadata = {
    schemaVersion: 1,
    tenantId: 'demo' as TenantId,
    actor: { kind: 'operator', id: 'test' } as const,
    occurredAt: '2026-03-01T12:00:00.000Z',
    commandId: 'command',
    $correlationId: 'test',
    $causationId: 'test',
  };
  const revision = BigInt(index);
  const at = { id: `${stream}-${index}`, position: revision, recordedAt: new Date(0) };
  return { ...event, ...at, metadata, stream, revision };
}

describe('the register of keys', () => {
  let register: KeyRegister;

  beforeEach(() => {
    register = new KeyRegister();
  });

  it('folds what it is given', () => {
    expect(register.key(keyId)).toBeUndefined();
    const statuses = history.map((event) => {
      register.apply(event);
      return register.key(keyId)?.status;
    });
    expect(statuses).toEqual(['active', 'rotated', 'revoked']);
  });

  it('is not set back by events it had before from a look-up', () => {
    for (const event of history) register.apply(event);
    for (const event of history) {
      register.apply(event);
      expect(register.key(keyId)?.status).toBe('revoked');
    }
  });

  it('comes to the same, however a look-up and the live log overlap', () => {
    const prefix = fc.nat(history.length);
    fc.assert(
      fc.property(fc.array(prefix), (lookUps) => {
        const overlapping = new KeyRegister();
        for (const length of lookUps) {
          for (const event of history.slice(0, length)) overlapping.apply(event);
        }
        const seen = Math.max(0, ...lookUps);
        expect(overlapping.nextRevision(apiKeyStream(keyId))).toBe(BigInt(seen));
        expect(overlapping.key(keyId)?.status).toBe(
          [undefined, 'active', 'rotated', 'revoked'][seen],
        );
      }),
    );
  });

  it('knows tenants, and passes over whatever else there is', () => {
    const data = { tenantId: 'demo', name: 'Demo', mode: 'sandbox', createdAt: '' };
    register.apply(stored({ type: 'TenantCreated', data }, 0, 'tenant-demo'));
    register.apply(stored({ type: 'LeadReceived', data: {} }, 0, 'lead-1'));
    expect(register.tenant('demo' as TenantId)?.mode).toBe('sandbox');
    expect(register.nextRevision('lead-1')).toBe(0n);
  });
});
