import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type TenantId } from '#libs/kernel';
import { connectDatabase, type Database, inTenant } from '#libs/read-db';
import {
  applyEvents,
  type FreshDatabase,
  freshDatabase,
  postbackAttemptFailed,
  postbackDelivered,
  postbackScheduled,
  storedEvent,
} from '#libs/testing';
import {
  type DeliveryFilter,
  listPostbackDeliveries,
  postbackDeliveriesProjection,
} from './index.js';

const acme = 'acme' as TenantId;
const result = postbackScheduled().data.result;
const later = '2026-01-06T17:00:00.000Z';
const second = { deliveryId: 'delivery-2', targetId: 'target-2', scheduledAt: later };

let fresh: FreshDatabase;
let worker: Database;
let api: Database;

beforeAll(async () => {
  const readModels = [postbackDeliveriesProjection];
  fresh = await freshDatabase({ readModels });
  worker = connectDatabase({ url: fresh.url, role: 'worker', applicationName: 'spec' });
  api = connectDatabase({ url: fresh.url, role: 'api', applicationName: 'spec' });
  await applyEvents(worker, readModels, [
    storedEvent(postbackScheduled(), 1n),
    storedEvent(postbackScheduled({ ...second, result: { ...result, leadId: 'lead-2' } }), 2n),
    storedEvent(postbackAttemptFailed(), 3n),
    storedEvent(postbackScheduled({ deliveryId: 'delivery-x' }), 4n, { tenantId: 'zenith' }),
    storedEvent(postbackDelivered(), 5n),
  ]);
});
afterAll(async () => {
  await Promise.all([worker.close(), api.close()]);
  await fresh.drop();
});

const listed = (filter: DeliveryFilter, page?: { limit?: number; cursor?: string }, by = acme) =>
  inTenant(api, by, (transaction) => listPostbackDeliveries(transaction, filter, page));
const idsOf = async (filter: DeliveryFilter) =>
  (await listed(filter)).items.map(({ deliveryId }) => deliveryId);

describe('the list of deliveries', () => {
  it('has those of the tenant, newest first', async () => {
    expect(await idsOf({})).toEqual(['delivery-2', 'delivery-1']);
    const ofOther = await listed({}, {}, 'zenith' as TenantId);
    expect(ofOther.items.map(({ deliveryId }) => deliveryId)).toEqual(['delivery-x']);
  });

  it.each<[DeliveryFilter, string[]]>([
    [{ status: 'pending' }, ['delivery-2']],
    [{ status: 'delivered' }, ['delivery-1']],
    [{ status: 'given_up' }, []],
    [{ targetId: 'target-1' }, ['delivery-1']],
    [{ leadId: 'lead-2' }, ['delivery-2']],
    [{ transferId: 'transfer-1', status: 'pending' }, ['delivery-2']],
  ])('is narrowed down by %j', async (filter, ids) => {
    expect(await idsOf(filter)).toEqual(ids);
  });

  it('goes on from page to page without a gap', async () => {
    const first = await listed({}, { limit: 1 });
    const next = await listed({}, { limit: 1, cursor: first.nextCursor ?? '' });
    expect([...first.items, ...next.items].map(({ deliveryId }) => deliveryId)).toEqual([
      ...['delivery-2', 'delivery-1'],
    ]);
    expect(next.nextCursor).toBeNull();
  });
});
