import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type PostbackDeliveryEvent, postbackDeliveryEvents } from '#events/postbacks';
import { connectEventStore, EventCatalog, type EventStore } from '#libs/event-store';
import { type TenantId } from '#libs/kernel';
import { postbackGivenUp, postbackScheduled, until } from '#libs/testing';
import { randomUUID } from 'node:crypto';
import {
  type RunningApi,
  type Servers,
  startApi,
  startServers,
  startWorker,
} from './api.harness.js';

const tenantId = 'demo' as TenantId;
const catalog = new EventCatalog(postbackDeliveryEvents);
let servers: Servers;
let api: RunningApi;
let worker: ReturnType<typeof startWorker>;
let store: EventStore;
let key: string;

beforeAll(async () => {
  servers = await startServers();
  api = await startApi(servers);
  worker = startWorker(servers, 200);
  store = connectEventStore(servers.eventStoreUrl);
  key = await api.createKey('demo', { rateLimitPerMinute: 100_000 });
});
afterAll(async () => {
  await worker.stop();
  await store.close();
  await api.close();
  await servers.close();
});

async function aTarget(): Promise<string> {
  const wish = { label: 'Northwind', url: 'https://partner.example/hook' };
  const { body } = await api.post('/v1/postback-targets', wish, { key });
  return (body as unknown as { id: string }).id;
}

/** A delivery that was given up. */
async function givenUp(targetId: string, reason: 'rejected' | 'superseded'): Promise<string> {
  const ids = { deliveryId: randomUUID(), targetId };
  const answer = { status: 422, body: null, tookMs: 5 };
  const over = postbackGivenUp({ ...ids, attempt: 1, reason, answer });
  const events: PostbackDeliveryEvent[] = [postbackScheduled(ids), over];
  const stored = events.map(({ type, data }) => ({
    ...{ id: randomUUID(), type, data },
    metadata: {
      ...{ schemaVersion: catalog.versionOf(type), tenantId, commandId: randomUUID() },
      ...{ actor: { kind: 'system', id: 'spec' } as const, occurredAt: new Date().toISOString() },
      ...{ $correlationId: ids.deliveryId, $causationId: 'spec' },
    },
  }));
  await store.append(`postbackDelivery-${ids.deliveryId}`, 'no_stream', stored);
  return ids.deliveryId;
}

interface Listed {
  readonly deliveries: readonly { readonly delivery_id: string; readonly status: string }[];
}

async function listed(targetId: string, status: string, length: number) {
  return until(`${length} deliveries to be ${status}`, async () => {
    const path = `/v1/postback-deliveries?target_id=${targetId}&status=${status}`;
    const { deliveries } = (await api.request(path, { key })).body as unknown as Listed;
    return deliveries.length === length && deliveries.map(({ delivery_id: id }) => id);
  });
}

const retry = (id: string, by = key) =>
  api.post(`/v1/postback-deliveries/${id}/retry`, {}, { key: by });
const retryFailed = (id: string, by = key) =>
  api.post(`/v1/postback-targets/${id}/retry-failed`, {}, { key: by });

describe('a delivery that was given up', () => {
  it('is tried again once, however often that is asked for', async () => {
    const id = await givenUp(await aTarget(), 'rejected');
    const expected = { status: 200, body: { delivery_id: id, status: 'pending', attempts: 1 } };
    expect(await retry(id)).toMatchObject(expected);
    expect(await retry(id)).toMatchObject(expected);
    const types: string[] = [];
    for await (const { type } of store.readStream(`postbackDelivery-${id}`)) types.push(type);
    expect(types).toEqual(['PostbackScheduled', 'PostbackGivenUp', 'PostbackRescheduled']);
  });

  it('is nobody else’s', async () => {
    const id = await givenUp(await aTarget(), 'rejected');
    const { status, body } = await retry(id, await api.createKey('other'));
    expect([status, body.error.code]).toEqual([404, 'postback_delivery_not_found']);
  });
});

describe('everything that a target did not take', () => {
  it('is tried again at once, but what a later delivery has corrected', async () => {
    const targetId = await aTarget();
    const lost = [await givenUp(targetId, 'rejected'), await givenUp(targetId, 'rejected')];
    const old = await givenUp(targetId, 'superseded');
    await listed(targetId, 'given_up', 3);
    const answer = await retryFailed(targetId);
    expect(answer).toMatchObject({ status: 200, body: { retried: 2, has_more: false } });
    expect((await listed(targetId, 'pending', 2)).toSorted()).toEqual(lost.toSorted());
    expect(await listed(targetId, 'given_up', 1)).toEqual([old]);
    expect((await retryFailed(targetId)).body).toEqual({ retried: 0, has_more: false });
  });

  it('is not to be tried again for a target of somebody else, or one that was removed', async () => {
    const targetId = await aTarget();
    const others = await retryFailed(targetId, await api.createKey('other'));
    expect(others.body.error.code).toBe('postback_target_not_found');
    await api.request(`/v1/postback-targets/${targetId}`, { key, method: 'DELETE' });
    expect((await retryFailed(targetId)).body.error.code).toBe('postback_target_removed');
  });
});
