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
  leadReceived({ leadId: 't0', phoneHash: 'a', mode: 'test' }),
  leadReceived({ leadId: 't1', phoneHash: 'a', mode: 'test', ordinal: 1 }),
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
      expect.objectContaining({ mode: 'test', phoneHash: 'a', latestOrdinal: 1, leadId: 't1' }),
    ]);
  });

  it('is not noted while it is the only one: that is where intake looks first', () => {
    const first = history([leadReceived({ leadId: 'b0', phoneHash: 'b' })]);
    expect(foldInMemory(dedupeProjection, first)).toEqual([]);
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

  it('is the ordinal of the latest lead, and nothing where no second one is known', async () => {
    const ask = (tenantId: string, mode: 'live' | 'test', phoneHash: string) =>
      inTenant(api, tenantId as TenantId, (transaction) =>
        latestOrdinal(transaction, mode, phoneHash),
      );
    expect(await ask(acme, 'live', 'a')).toBe(2);
    expect(await ask(acme, 'test', 'a')).toBe(1);
    expect(await ask(acme, 'live', 'b')).toBeNull();
    expect(await ask('zenith', 'live', 'a')).toBeNull();
  });
});
