import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type TenantId } from '#libs/kernel';
import { connectDatabase, type Database, foldInMemory, inTenant } from '#libs/read-db';
import {
  applyEvents,
  type FreshDatabase,
  freshDatabase,
  history,
  leadReceived,
} from '#libs/testing';
import { dedupeProjection, latestOrdinal } from './index.js';

const acme = 'acme' as TenantId;
const events = history([
  leadReceived({ leadId: 'a0', phoneHash: 'a' }),
  leadReceived({ leadId: 'b0', phoneHash: 'b' }),
  leadReceived({ leadId: 'a1', phoneHash: 'a', ordinal: 1 }),
  leadReceived({ leadId: 'test', phoneHash: 'b', mode: 'test', ordinal: 0 }),
  leadReceived({
    leadId: 'a2',
    phoneHash: 'a',
    ordinal: 2,
    receivedAt: '2026-03-05T12:00:00.000Z',
  }),
]);

describe('the latest lead of a phone', () => {
  it('is the one with the highest ordinal, for live and test leads apart', () => {
    const known = foldInMemory(dedupeProjection, events);
    expect(known).toEqual([
      {
        tenantId: 'acme',
        mode: 'live',
        phoneHash: 'a',
        latestOrdinal: 2,
        leadId: 'a2',
        receivedAt: '2026-03-05T12:00:00.000Z',
      },
      expect.objectContaining({ mode: 'live', phoneHash: 'b', latestOrdinal: 0, leadId: 'b0' }),
      expect.objectContaining({ mode: 'test', phoneHash: 'b', latestOrdinal: 0, leadId: 'test' }),
    ]);
  });

  it('is not forgotten for one with a lower ordinal that comes later', () => {
    const late = leadReceived({ leadId: 'a1', phoneHash: 'a', ordinal: 1 });
    const higher = leadReceived({ leadId: 'a2', phoneHash: 'a', ordinal: 2 });
    expect(foldInMemory(dedupeProjection, history([higher, late]))).toMatchObject([
      { leadId: 'a2', latestOrdinal: 2 },
    ]);
  });
});

describe('the hint for intake', () => {
  let fresh: FreshDatabase;
  let api: Database;
  let worker: Database;

  beforeAll(async () => {
    fresh = await freshDatabase({ readModels: [dedupeProjection] });
    api = connectDatabase({ url: fresh.url, role: 'api', applicationName: 'spec' });
    worker = connectDatabase({ url: fresh.url, role: 'worker', applicationName: 'spec' });
    await applyEvents(worker, [dedupeProjection], events);
  });

  afterAll(async () => {
    await Promise.all([api.close(), worker.close()]);
    await fresh.drop();
  });

  it('is the ordinal of the latest lead, and nothing where none is known', async () => {
    const ask = (tenantId: string, mode: 'live' | 'test', phoneHash: string) =>
      inTenant(api, tenantId as TenantId, (transaction) =>
        latestOrdinal(transaction, mode, phoneHash),
      );
    expect(await ask(acme, 'live', 'a')).toBe(2);
    expect(await ask(acme, 'test', 'b')).toBe(0);
    expect(await ask(acme, 'test', 'a')).toBeNull();
    expect(await ask('zenith', 'live', 'a')).toBeNull();
  });
});
