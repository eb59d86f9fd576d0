import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type TenantId } from '#libs/kernel';
import { connectDatabase, type Database, inTenant } from '#libs/read-db';
import {
  applyEvents,
  type FreshDatabase,
  freshDatabase,
  postbackAttemptFailed,
  postbackDelivered,
  postbackGivenUp,
  postbackScheduled,
  storedEvent,
} from '#libs/testing';
import {
  amountsByTarget,
  type DeliveryFilter,
  givenUpDeliveries,
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

describe('what targets are owed', () => {
  const scheduled = (deliveryId: string, transferId: string, amountMinor: number | null) =>
    postbackScheduled({
      ...{ deliveryId, targetId: 'target-9' },
      result: { ...result, transferId, amountMinor, currency: amountMinor === null ? null : 'USD' },
    });

  it('is by target what the last delivery of each transfer says, told or not', async () => {
    await applyEvents(
      worker,
      [postbackDeliveriesProjection],
      [
        storedEvent(scheduled('owed-1', 'transfer-1', 1_702), 11n),
        storedEvent(scheduled('owed-2', 'transfer-2', 2_500), 12n),
        storedEvent(scheduled('owed-3', 'transfer-3', null), 13n),
        storedEvent(scheduled('owed-4', 'transfer-1', -1_400), 14n),
        storedEvent(postbackDelivered({ deliveryId: 'owed-1', targetId: 'target-9' }), 15n),
      ],
    );
    const owed = await inTenant(api, acme, (transaction) =>
      amountsByTarget(transaction, 'target-9'),
    );
    expect(owed).toEqual([
      { targetId: 'target-9', currency: 'USD', transfers: 2, amountMinor: 1_100n },
    ]);
    const all = await inTenant(api, acme, (transaction) => amountsByTarget(transaction));
    expect(all.map(({ targetId }) => targetId)).toEqual(['target-1', 'target-2', 'target-9']);
  });
});

describe('what a target did not take', () => {
  it('is all that was given up but what is not right any more, the oldest first', async () => {
    const events = (['exhausted', 'superseded', 'rejected'] as const).flatMap((reason, index) => {
      const ids = { deliveryId: `lost-${index}`, targetId: 'target-8' };
      const scheduledAt = `2026-01-0${9 - index}T17:00:00.000Z`;
      return [postbackScheduled({ ...ids, scheduledAt }), postbackGivenUp({ ...ids, reason })];
    });
    const stored = events.map((event, index) => storedEvent(event, BigInt(21 + index)));
    await applyEvents(worker, [postbackDeliveriesProjection], stored);
    const found = await inTenant(api, acme, (transaction) =>
      givenUpDeliveries(transaction, 'target-8', 5),
    );
    expect(found).toEqual(['lost-2', 'lost-0']);
  });
});
