import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type TenantId } from '#libs/kernel';
import { connectDatabase, type Database, foldInMemory, inTenant } from '#libs/read-db';
import {
  applyEvents,
  type FreshDatabase,
  freshDatabase,
  slotReleased,
  slotReserved,
  storedEvent,
} from '#libs/testing';
import { destinationUsageProjection, findDestinationUsage, listDestinationUsage } from './index.js';

const acme = 'acme' as TenantId;

let fresh: FreshDatabase;
let worker: Database;

beforeAll(async () => {
  fresh = await freshDatabase({ readModels: [destinationUsageProjection] });
  worker = connectDatabase({ url: fresh.url, role: 'worker', applicationName: 'spec' });
  await applyEvents(worker, [destinationUsageProjection], events);
});

afterAll(async () => {
  await worker.close();
  await fresh.drop();
});

const events = [
  storedEvent(slotReserved(), 1n),
  storedEvent(slotReserved({ destinationId: 'buyer-2', transferId: 'transfer-2' }), 2n),
  storedEvent(slotReserved({ destinationId: 'buyer-x' }), 3n, { tenantId: 'zenith' }),
  storedEvent(slotReleased(), 4n),
];

describe('the usage of destinations', () => {
  it('is told of those of the tenant, and equals the fold of their events', async () => {
    const rows = await inTenant(worker, acme, listDestinationUsage);
    const folded = foldInMemory(destinationUsageProjection, events);
    expect(rows).toEqual(folded.filter(({ tenantId }) => tenantId === acme));
    expect(rows).toMatchObject([
      { destinationId: 'buyer-1', inFlight: 0, reservations: {} },
      { destinationId: 'buyer-2', inFlight: 1, hourCount: 1 },
    ]);
  });

  it('is told of one, and of none that belongs to somebody else', async () => {
    const find = (destinationId: string) =>
      inTenant(worker, acme, (transaction) => findDestinationUsage(transaction, destinationId));
    expect(await find('buyer-2')).toMatchObject({ inFlight: 1, total: 1 });
    expect(await find('buyer-x')).toBeNull();
  });
});
