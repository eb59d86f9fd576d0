import { describe, expect, it } from '@jest/globals';
import { fold } from '#libs/kernel';
import { tenantDecider } from './tenant.decider.js';
import type { TenantEvent } from './tenant.events.js';

const tenant = {
  tenantId: 'demo',
  name: 'Demo',
  mode: 'sandbox' as const,
  createdAt: '2026-03-01T12:00:00.000Z',
};
const created: TenantEvent = { type: 'TenantCreated', data: tenant };

function decide(given: TenantEvent[], changes: Partial<TenantEvent['data']> = {}): TenantEvent[] {
  const command = { type: 'CreateTenant' as const, tenant: { ...tenant, ...changes } };
  return tenantDecider.decide(command, fold(tenantDecider, given));
}

describe('a tenant', () => {
  it('is created', () => {
    expect(decide([])).toEqual([created]);
  });

  it('is created once, however often and whenever it is asked for', () => {
    expect(decide([created])).toEqual([]);
    expect(decide([created], { createdAt: '2027-01-01T00:00:00.000Z' })).toEqual([]);
  });

  it.each([{ name: 'Another' }, { mode: 'live' as const }])(
    'does not take over an id that is in use: %j',
    (changes) => {
      expect(() => decide([created], changes)).toThrow(
        expect.objectContaining({ kind: 'conflict', code: 'tenant_exists' }),
      );
    },
  );

  it('hears of everything that is wrong at once', () => {
    expect(() => decide([], { tenantId: 'Not_a_slug', name: ' ' })).toThrow(
      expect.objectContaining({
        kind: 'validation',
        details: [
          expect.objectContaining({ field: 'tenant', code: 'invalid_tenant_id' }),
          expect.objectContaining({ field: 'name', code: 'invalid_length' }),
        ],
      }),
    );
  });
});
