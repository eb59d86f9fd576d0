import { createServer, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { until } from '#libs/testing';
import { randomUUID } from 'node:crypto';
import {
  type Answer,
  type RunningApi,
  type Servers,
  startApi,
  startServers,
} from './api.harness.js';

let servers: Servers;
let api: RunningApi;
let key: string;
let receiver: Server;
let hook: string;
const heard: { readonly path: string; readonly trial: unknown }[] = [];

beforeAll(async () => {
  receiver = createServer((request, response) => {
    heard.push({ path: request.url ?? '', trial: request.headers['x-leadledger-test'] });
    response.end('thank you');
  });
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  hook = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook`;
  servers = await startServers();
  api = await startApi(servers, { OUTBOUND_PRIVATE_ADDRESSES: 'on' });
  key = await api.createKey('demo', { rateLimitPerMinute: 100_000 });
});
afterAll(async () => {
  await api.close();
  await servers.close();
  receiver.close();
});

const TARGETS = '/v1/postback-targets';

interface Target {
  readonly id: string;
  readonly label: string;
  readonly secret: string;
  readonly url: string;
  readonly status: string;
  readonly former_until: string | null;
}
const targetOf = ({ body }: Answer) => body as unknown as Target;
const create = (wish: object = {}, headers = {}) =>
  api.post(TARGETS, { label: 'Northwind', url: hook, ...wish }, { key, headers });
const act = (id: string, what: string, by = key) =>
  api.post(`${TARGETS}/${id}/${what}`, {}, { key: by });
const remove = (id: string) => api.request(`${TARGETS}/${id}`, { key, method: 'DELETE' });

async function listed(by = key): Promise<readonly Target[]> {
  const { body } = await api.request(TARGETS, { key: by });
  return (body as unknown as { postback_targets: readonly Target[] }).postback_targets;
}

const codesOf = ({ body }: Answer) =>
  body.error.details.map(({ field, code }) => `${field}: ${code}`);

describe('a postback target', () => {
  it('is created with its secret, shown once, and listed with what may be a credential hidden', async () => {
    const answer = await create({ url: `${hook}?key=s3cret&payout={payout}` });
    expect(answer).toMatchObject({
      status: 201,
      body: {
        ...{ status: 'live', label: 'Northwind', mode: 'live', method: 'GET', format: 'json' },
        ...{ field_names: null, destination_id: null, fire_on: 'completed', removal: null },
        ...{ url: `${hook}?key=***&payout={payout}`, former_until: null, payout: null },
      },
    });
    const { id, secret } = targetOf(answer);
    expect(secret).toMatch(/^whsec_/);
    const shown = (await listed()).find((target) => target.id === id);
    expect(shown).not.toHaveProperty('secret');
    expect(JSON.stringify(shown)).not.toContain('s3cret');
  });

  it('is refused with everything that is wrong with it, and the macros that are known', async () => {
    const answer = await create({ url: 'https://a.example/?x={payuot}', fields: { a: '{b}' } });
    expect(answer.status).toBe(422);
    expect(codesOf(answer)).toEqual(['url: unknown_macro', 'fields: not_with_get']);
    expect(answer.text).toContain('Known macros are caller_id, duration, buyer, payout');
    const posted = await create({ method: 'POST', fields: { a: '{b}', c: 1 } });
    expect(codesOf(posted)).toEqual(['fields: invalid']);
    const meta = await create({ url: 'http://169.254.169.254/' });
    expect(codesOf(meta)).toEqual(['url: forbidden_address']);
    const strange = await create({ destination_id: randomUUID() });
    expect(codesOf(strange)).toEqual(['destination_id: unknown']);
    const payout = { model: 'share', percent: 40, billable_seconds: 0 };
    const early = await create({ fire_on: 'connected', payout });
    expect(codesOf(early)).toEqual(['payout: not_with_fire_on']);
    const tagged = { op: 'and', rules: [{ field: 'lead.state', op: 'eq', value: 'TX' }] };
    expect(codesOf(await create({ filter: tagged }))).toEqual(['filter: unknown_field']);
    const wrong = { op: 'and', rules: [{ field: 'lead.source', op: 'is' }] };
    expect(codesOf(await create({ filter: wrong }))).toEqual([
      'filter.rules.0.op: unknown_operator',
    ]);
    const none = await create({ filter: { op: 'or', rules: [] } });
    expect(codesOf(none)).toEqual(['filter.rules: never_holds']);
  });

  it('is refused, and told why, where what it waits for never happens', async () => {
    for (const fire_on of ['finalized', 'recording']) {
      const answer = await create({ fire_on });
      expect(answer.status).toBe(422);
      expect(codesOf(answer)).toEqual(['fire_on: never_happens']);
    }
    expect((await create({ fire_on: 'sometimes' })).status).toBe(422);
  });

  it('can be told of the calls of a source or with a tag alone', async () => {
    const rules = [{ field: 'lead.campaign.utm_source', op: 'eq', value: 'google' }];
    const answer = await create({ fire_on: 'incoming', filter: { op: 'and', rules } });
    expect(answer).toMatchObject({
      status: 201,
      body: { fire_on: 'incoming', filter: { op: 'and', rules } },
    });
  });

  it('is made once however often the request comes, and its secret is not told again', async () => {
    const headers = { 'idempotency-key': randomUUID() };
    const wish = { label: 'Once' };
    expect((await create(wish, headers)).status).toBe(201);
    await until('the second request to be refused', async () => {
      const { status, body } = await create(wish, headers);
      return status === 409 && body.error.code === 'postback_target_already_created';
    });
    expect((await listed()).filter(({ label }) => label === 'Once')).toHaveLength(1);
  });

  it('can be tried', async () => {
    const { id } = targetOf(await create({ url: `${hook}/trial?p={payout}&s={status}` }));
    expect(await act(id, 'test')).toMatchObject({
      status: 200,
      body: { delivered: true, status: 200, body: 'thank you', failure: null },
    });
    expect(heard.at(-1)).toEqual({ path: '/hook/trial?p=&s=not_billable', trial: 'true' });
  });

  it('is paid by terms that are shown, and told that a trial is worth nothing by them', async () => {
    const payout = { model: 'share', percent: 72.5 };
    const answer = await create({ url: `${hook}/paid?p={payout}`, payout });
    const shown = { payout: { ...payout, billable_seconds: 0 } };
    expect(answer).toMatchObject({ status: 201, body: shown });
    await act(targetOf(answer).id, 'test');
    expect(heard.at(-1)?.path).toBe('/hook/paid?p=0.00');
    const wrong = await create({ payout: { model: 'share', percent: 101, amount_minor: 5 } });
    expect(wrong.status).toBe(422);
    expect(codesOf(wrong)).toEqual([
      'payout.percent: invalid',
      'payout.amount_minor: unknown_field',
    ]);
  });

  it('gets another secret, the one before going on for a day', async () => {
    const { id, secret } = targetOf(await create());
    const rotated = targetOf(await act(id, 'rotate'));
    expect(rotated.secret).not.toBe(secret);
    const hours = (Date.parse(rotated.former_until ?? '') - Date.now()) / 3_600_000;
    expect(hours).toBeGreaterThan(23);
    expect(hours).toBeLessThanOrEqual(24);
  });

  it('is removed, and is neither tried nor rotated then', async () => {
    const { id } = targetOf(await create());
    expect([(await remove(id)).status, (await remove(id)).status]).toEqual([204, 204]);
    expect((await listed()).find((target) => target.id === id)?.status).toBe('removed');
    for (const what of ['test', 'rotate']) {
      const answer = await act(id, what);
      expect([answer.status, answer.body.error.code]).toEqual([409, 'postback_target_removed']);
    }
  });

  it('is nobody else’s', async () => {
    const other = await api.createKey('other');
    const { id } = targetOf(await create());
    expect(await listed(other)).toEqual([]);
    expect((await act(id, 'test', other)).body.error.code).toBe('postback_target_not_found');
  });

  it('is not created with a key that may only read', async () => {
    const reader = await api.createKey('demo', { scopes: ['read'] });
    const answer = await api.post(TARGETS, { label: 'N', url: hook }, { key: reader });
    expect([answer.status, answer.body.error.code]).toEqual([403, 'forbidden_scope']);
  });

  it('never has its secret or address in the log of the process', async () => {
    const { id, secret } = targetOf(await create({ url: `${hook}?key=s3cret` }));
    await act(id, 'test');
    expect(api.logged()).not.toContain('s3cret');
    expect(api.logged()).not.toContain(secret);
  });
});

describe('deliveries', () => {
  it('are none before a call was handed over', async () => {
    const { status, body } = await api.request('/v1/postback-deliveries?status=pending', { key });
    expect({ status, body }).toMatchObject({
      status: 200,
      body: { deliveries: [], next_cursor: null, has_more: false, limit: 50 },
    });
  });

  it('are asked for by a status that exists', async () => {
    const answer = await api.request('/v1/postback-deliveries?status=lost', { key });
    expect(answer.status).toBe(422);
  });
});
