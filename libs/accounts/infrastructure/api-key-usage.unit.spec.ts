import { describe, expect, it } from '@jest/globals';
import { type ApiKeyId, fixedClock, type TenantId } from '#libs/kernel';
import { ApiKeyUsage, type LastUse } from './api-key-usage.js';

const acme = 'acme' as TenantId;
const other = 'other' as TenantId;
const keyId = 'key000000001' as ApiKeyId;
const otherKeyId = 'key000000002' as ApiKeyId;

function setUp() {
  const saved: [TenantId, readonly LastUse[]][] = [];
  const problems: unknown[] = [];
  const clock = fixedClock('2026-03-01T12:00:00.000Z');
  const state = { down: false };
  const store = {
    save: (tenantId: TenantId, uses: readonly LastUse[]) => {
      if (state.down) return Promise.reject(new Error('down'));
      saved.push([tenantId, uses]);
      return Promise.resolve();
    },
  };
  const onProblem = (error: unknown) => problems.push(error);
  return { saved, problems, clock, state, usage: new ApiKeyUsage(store, { clock, onProblem }) };
}

describe('the use of keys', () => {
  it('is written once per tenant, with the last use of each key', async () => {
    const { usage, clock, saved } = setUp();
    usage.record(acme, keyId);
    usage.record(other, otherKeyId);
    clock.set('2026-03-01T12:00:05.000Z');
    usage.record(acme, keyId);
    await usage.flush();
    expect(saved).toEqual([
      [acme, [{ keyId, lastUsedAt: new Date('2026-03-01T12:00:05.000Z') }]],
      [other, [{ keyId: otherKeyId, lastUsedAt: new Date('2026-03-01T12:00:00.000Z') }]],
    ]);
  });

  it('is not written again when nothing happened since', async () => {
    const { usage, saved } = setUp();
    usage.record(acme, keyId);
    await usage.flush();
    await usage.flush();
    expect(saved).toHaveLength(1);
  });

  it('is kept while the database is down, and told', async () => {
    const { usage, saved, state, clock, problems } = setUp();
    usage.record(acme, keyId);
    state.down = true;
    await usage.flush();
    expect(problems).toHaveLength(1);
    state.down = false;
    clock.set('2026-03-01T12:00:07.000Z');
    usage.record(acme, otherKeyId);
    await usage.stop();
    const written = saved.flatMap(([, uses]) => uses.map((use) => use.keyId));
    expect(written.sort()).toEqual([keyId, otherKeyId]);
  });

  it('is not set back by a write that failed while the key was used again', async () => {
    const { usage, saved, state, clock } = setUp();
    usage.record(acme, keyId);
    state.down = true;
    const failing = usage.flush();
    clock.set('2026-03-01T12:00:09.000Z');
    await Promise.resolve();
    usage.record(acme, keyId);
    await failing;
    state.down = false;
    await usage.flush();
    expect(saved).toEqual([[acme, [{ keyId, lastUsedAt: new Date('2026-03-01T12:00:09.000Z') }]]]);
  });
});
