import { randomUUID } from 'node:crypto';
import { until } from '#libs/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  type Answer,
  type RunningApi,
  type Servers,
  startApi,
  startServers,
  startWorker,
} from './api.harness.js';

let servers: Servers;
let api: RunningApi;
let worker: ReturnType<typeof startWorker>;
let key: string;

beforeAll(async () => {
  servers = await startServers();
  api = await startApi(servers);
  worker = startWorker(servers);
  key = await api.createKey('demo', { rateLimitPerMinute: 10_000 });
});
afterAll(async () => {
  await worker.stop();
  await api.close();
  await servers.close();
});

const PATH = '/v1/destinations';
const northwind = {
  name: 'Northwind Insurance',
  address: { value: '(212) 555-0142' },
  caps: { day: 40, concurrent: 3 },
  payout: { billable_seconds: 90, amount_minor: 2_500 },
  reason: 'new contract',
};

type Send = RequestInit & { readonly key?: string };
const send = (method: string, path: string, body?: unknown, init: Send = {}) =>
  api.request(`${PATH}${path}`, {
    ...{ key, method, ...init },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    headers: {
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(init.headers as Record<string, string> | undefined),
    },
  });
const bodyOf = ({ text }: Answer) => JSON.parse(text) as Record<string, unknown>;
async function added(more: object = {}): Promise<string> {
  return (await send('POST', '', { ...northwind, ...more })).body.id;
}
const refusal = ({ status, body }: Answer) => [status, body.error.code];

describe('a destination', () => {
  it('is a name and a number, and is answered with everything it is configured by', async () => {
    const answer = await send('POST', '', northwind);
    expect([answer.status, answer.headers.has('x-leadledger-position')]).toEqual([201, true]);
    expect(bodyOf(answer)).toMatchObject({
      ...{ version: 1, status: 'active', name: 'Northwind Insurance', whisper: null },
      address: { kind: 'phone', value: '+12125550142', send_digits: null },
      schedule: {
        time_zone: 'America/New_York',
        hours: {},
        closed_on: [],
        expires_at: null,
        off_hours: 'next',
      },
      caps: { hour: null, day: 40, concurrent: 3, spacing_seconds: null },
      payout: { model: 'fixed', currency: 'USD', billable_seconds: 90, amount_minor: 2_500 },
      ...{ ring_seconds: 30, priority: 1, weight: 1, filter: null, presents_consumer: false },
    });
    const read = await send('GET', `/${answer.body.id}`);
    expect([read.status, bodyOf(read)]).toEqual([200, bodyOf(answer)]);
  });

  it('of a live account is nowhere in a private network', async () => {
    const live = await api.createKey('northwind-live', {}, 'live');
    const inside = { ...northwind, address: { value: 'sip:desk@192.168.1.7:5060' } };
    expect(refusal(await send('POST', '', inside, { key: live }))).toEqual([
      ...[422, 'validation_failed'],
    ]);
    const id = (await send('POST', '', northwind, { key: live })).body.id;
    const { address } = inside;
    expect((await send('PATCH', `/${id}`, { address }, { key: live })).status).toBe(422);
    expect((await send('POST', '', inside)).status).toBe(201);
  });

  it('is refused with every field that is wrong', async () => {
    const wrong = { name: '', address: { value: '12' }, weight: 0, colour: 'red' };
    const answer = await send('POST', '', wrong);
    expect(refusal(answer)).toEqual([422, 'validation_failed']);
    const fields = answer.body.error.details.map(({ field }) => field);
    expect(fields.toSorted()).toEqual(['address.value', 'colour', 'name', 'weight']);
    expect(refusal(await send('POST', '', { ...northwind, reason: 7 }))[1]).toBe(
      'validation_failed',
    );
    expect(refusal(await send('POST', '', [northwind]))[1]).toBe('validation_failed');
  });

  it('is added once with one Idempotency-Key', async () => {
    const headers = { 'idempotency-key': randomUUID() };
    const first = await send('POST', '', northwind, { headers });
    const second = await send('POST', '', northwind, { headers });
    expect([second.status, bodyOf(second)]).toEqual([201, bodyOf(first)]);
    const versions = await send('GET', `/${first.body.id}/versions`);
    expect(bodyOf(versions)['versions']).toHaveLength(1);
  });

  it('keeps every version: before, after, who, why and when', async () => {
    const id = await added();
    const change = { caps: { day: 20 }, reason: 'too many' };
    const changed = await send('PATCH', `/${id}`, change);
    expect(bodyOf(changed)).toMatchObject({ version: 2, caps: { day: 20, concurrent: 3 } });
    expect(bodyOf(await send('PATCH', `/${id}`, change))).toMatchObject({ version: 2 });
    await send('POST', `/${id}/pause`, { reason: 'holidays' });
    const { versions } = bodyOf(await send('GET', `/${id}/versions`)) as {
      versions: Record<string, unknown>[];
    };
    expect(versions).toMatchObject([
      { version: 1, change: 'added', before: null, reason: 'new contract' },
      {
        ...{ version: 2, change: 'changed', reason: 'too many' },
        ...{ before: { caps: { day: 40 } }, after: { caps: { day: 20 } } },
        actor: { kind: 'api_key' },
        occurred_at: expect.stringMatching(/Z$/),
      },
      { version: 3, change: 'paused', before: { caps: { day: 20 } }, reason: 'holidays' },
    ]);
  });

  it('is paused, resumed and retired, each as often as one likes', async () => {
    const id = await added();
    const statuses = [];
    for (const turn of ['pause', 'pause', 'resume', 'resume']) {
      const answer = await send('POST', `/${id}/${turn}`, {});
      statuses.push([answer.status, bodyOf(answer)['status'], bodyOf(answer)['version']]);
    }
    expect(statuses).toEqual([
      [200, 'paused', 2],
      [200, 'paused', 2],
      [200, 'active', 3],
      [200, 'active', 3],
    ]);
    expect((await send('DELETE', `/${id}?reason=ended`)).status).toBe(204);
    expect((await send('DELETE', `/${id}`)).status).toBe(204);
    expect(bodyOf(await send('GET', `/${id}`))).toMatchObject({ status: 'retired', version: 4 });
    expect(refusal(await send('PATCH', `/${id}`, { weight: 2 }))).toEqual([
      ...[409, 'destination_retired'],
    ]);
  });

  it('does not exist for others, and for nobody without an id', async () => {
    const id = await added();
    const other = await api.createKey('zenith');
    for (const [method, path] of [
      ...[['GET', `/${id}`] as const, ['GET', `/${id}/versions`] as const],
      ...[['PATCH', `/${id}`] as const, ['POST', `/${id}/pause`] as const],
    ]) {
      const body = method === 'GET' ? undefined : {};
      const answer = await send(method, path, body, { key: other });
      expect(refusal(answer)).toEqual([404, 'destination_not_found']);
    }
    expect(refusal(await send('GET', '/not-an-id'))).toEqual([404, 'destination_not_found']);
    const reading = await api.createKey('demo', { scopes: ['read'] });
    expect((await send('POST', '', northwind, { key: reading })).status).toBe(403);
  });
});

describe('the list of destinations', () => {
  it('shows them newest first, page by page, and retired ones only if asked for', async () => {
    const own = await api.createKey('lister');
    const as = { key: own };
    const ids: string[] = [];
    for (const name of ['one', 'two', 'three', 'four']) {
      ids.push((await send('POST', '', { ...northwind, name }, as)).body.id);
    }
    await send('POST', `/${ids[1]!}/pause`, {}, as);
    await send('DELETE', `/${ids[3]!}`, undefined, as);
    const listed = async (query: string) => {
      const answer = bodyOf(await send('GET', query, undefined, as));
      const destinations = answer['destinations'] as Record<string, unknown>[];
      return { ...answer, destinations, names: destinations.map(({ name }) => name) };
    };
    await until('the list to follow', async () => {
      const { names } = await listed('?status=retired');
      return names.length === 1;
    });
    const first = (await listed('?limit=2')) as { next_cursor?: string; names: unknown[] };
    expect(first).toMatchObject({ names: ['three', 'two'], has_more: true });
    const rest = await listed(`?limit=2&cursor=${first.next_cursor!}`);
    expect(rest).toMatchObject({ names: ['one'], has_more: false, next_cursor: null });
    expect(await listed('?status=paused')).toMatchObject({
      destinations: [{ id: ids[1], version: 2, status: 'paused', caps: { day: 40 } }],
    });
    expect((await send('GET', '')).text).not.toContain(ids[0]);
    expect(refusal(await send('GET', '?cursor=nonsense'))).toEqual([422, 'invalid_cursor']);
  });
});
