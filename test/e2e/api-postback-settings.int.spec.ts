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

beforeAll(async () => {
  servers = await startServers();
  api = await startApi(servers, { PUBLIC_BASE_URL: 'https://leads.example.com' });
  key = await api.createKey('demo', { rateLimitPerMinute: 100_000 });
  await api.parts.revenue.tokens.caughtUp();
  await api.parts.revenue.aliases.caughtUp();
});
afterAll(async () => {
  await api.close();
  await servers.close();
});

const get = (path: string, by = key) => api.request(path, { key: by });
const send = (method: string, path: string, body: unknown, by = key) =>
  api.request(path, {
    ...{ method, key: by, body: JSON.stringify(body) },
    headers: { 'content-type': 'application/json' },
  });

interface Token {
  readonly id: string;
  readonly token: string;
  readonly url: string;
  readonly last_four: string;
}
const tokenOf = ({ body }: Answer) => body as unknown as Token;
const create = async (wish: object = {}, headers = {}) =>
  api.post('/v1/postback-tokens', { label: 'Northwind', ...wish }, { key, headers });
const listed = async (by = key) =>
  (await get('/v1/postback-tokens', by)).body as unknown as { postback_tokens: readonly Token[] };

describe('a postback token', () => {
  it('is shown once, with the address to give away, and opens', async () => {
    const answer = await create({ time_zone: 'America/New_York' });
    const { id, token, url, last_four } = tokenOf(answer);
    expect(answer).toMatchObject({
      status: 201,
      body: {
        ...{ status: 'live', label: 'Northwind', destination_id: null, amount_unit: 'by_name' },
        ...{ time_zone: 'America/New_York', currency: 'USD', former_until: null },
      },
    });
    expect(answer.headers.get('x-leadledger-position')).toMatch(/^\d+$/);
    expect(url).toBe(`https://leads.example.com/v1/postbacks/calls?token=${token}`);
    expect(token.endsWith(last_four)).toBe(true);
    expect(api.parts.revenue.tokens.find(token)?.tokenId).toBe(id);
    const list = await listed();
    expect(list.postback_tokens[0]).toMatchObject({ id, last_four });
    expect(JSON.stringify(list)).not.toContain(token);
  });

  it('is read in the currency its destination pays in, unless told', async () => {
    const payout = { model: 'fixed', amount_minor: 3_000, billable_seconds: 60, currency: 'CAD' };
    const wish = { name: 'Maple', address: { value: '+15125550190' }, payout };
    const made = await api.post('/v1/destinations', wish, { key });
    const { id: destination_id } = made.body as unknown as { id: string };
    expect((await create({ destination_id })).body).toMatchObject({ currency: 'CAD' });
    const told = await create({ destination_id, currency: 'USD' });
    expect(told.body).toMatchObject({ currency: 'USD' });
  });

  it('is not made twice by one Idempotency-Key, and its text is kept nowhere', async () => {
    const headers = { 'idempotency-key': randomUUID() };
    const first = await create({ label: 'Once' }, headers);
    await until('the second request to be refused', async () => {
      const { status, body } = await create({ label: 'Once' }, headers);
      return status === 409 && body.error.code === 'postback_token_already_created';
    });
    const labels = (await listed()).postback_tokens.map((each) => ({ ...each }));
    expect(labels.filter((each) => 'label' in each && each.label === 'Once')).toHaveLength(1);
    expect(api.logged()).not.toContain(tokenOf(first).token);
  });

  it('is changed, rotated with an overlap, and revoked', async () => {
    const { id, token } = tokenOf(await create());
    const changed = await send('PATCH', `/v1/postback-tokens/${id}`, {
      ...{ amount_unit: 'cents', reason: 'as agreed' },
    });
    expect(changed).toMatchObject({ status: 200, body: { amount_unit: 'cents', currency: 'USD' } });
    const rotated = await send('POST', `/v1/postback-tokens/${id}/rotate`, { overlap_seconds: 60 });
    const next = tokenOf(rotated).token;
    expect(rotated).toMatchObject({ status: 200, body: { former_until: expect.any(String) } });
    expect(api.parts.revenue.tokens.find(token)?.tokenId).toBe(id);
    expect(api.parts.revenue.tokens.find(next)?.tokenId).toBe(id);
    const revoked = await api.request(`/v1/postback-tokens/${id}?reason=leaked`, {
      ...{ method: 'DELETE', key },
    });
    expect(revoked.status).toBe(204);
    expect([token, next].map((text) => api.parts.revenue.tokens.find(text))).toEqual([null, null]);
    const again = await send('PATCH', `/v1/postback-tokens/${id}`, { label: 'New' });
    expect([again.status, again.body.error.code]).toEqual([409, 'postback_token_revoked']);
    expect((await listed()).postback_tokens).toContainEqual(
      expect.objectContaining({ id, status: 'revoked' }),
    );
  });

  it('is nobody else’s, and not made of nonsense', async () => {
    const { id } = tokenOf(await create());
    const others = await api.createKey('other');
    expect((await listed(others)).postback_tokens).toEqual([]);
    const theirs = await send('PATCH', `/v1/postback-tokens/${id}`, { label: 'x' }, others);
    expect([theirs.status, theirs.body.error.code]).toEqual([404, 'postback_token_not_found']);
    for (const [wish, field] of [
      [{ label: '' }, 'label'],
      [{ time_zone: 'Mars/Base' }, 'time_zone'],
      [{ currency: 'usd' }, 'currency'],
      [{ amount_unit: 'euros' }, 'amount_unit'],
      [{ destination_id: randomUUID() }, 'destination_id'],
      [{ colour: 'red' }, 'colour'],
    ] as const) {
      const { status, body } = await create(wish);
      expect([status, body.error.details.map((each) => each.field)]).toEqual([422, [field]]);
    }
    const readOnly = await api.createKey('demo', { scopes: ['read'] });
    expect((await send('POST', '/v1/postback-tokens', { label: 'x' }, readOnly)).status).toBe(403);
  });
});

describe('the alias map', () => {
  const put = (body: unknown) => send('PUT', '/v1/postback-aliases', body);

  it('shows the built-in names and takes additions, version by version', async () => {
    const before = await get('/v1/postback-aliases');
    expect(before.body).toMatchObject({
      ...{ map_version: '3.0', additions: { version: 0, aliases: [] } },
      built_in: { version: 3, aliases: { vendor_call_id: expect.arrayContaining(['call_id']) } },
    });
    const aliases = [{ field: 'payout_cents', name: 'our_share' }];
    const changed = await put({ aliases, reason: 'Northwind says share' });
    expect(changed.body).toMatchObject({ map_version: '3.1', additions: { version: 1, aliases } });
    expect((await put({ aliases })).headers.get('x-leadledger-position')).toBeNull();
    expect((await get('/v1/postback-aliases')).body).toMatchObject({ additions: { version: 1 } });
    expect((await put({ aliases: [] })).body).toMatchObject({ map_version: '3.2' });
    expect((await get('/v1/postback-aliases/versions')).body).toMatchObject({
      versions: [
        { version: 2, aliases: [], reason: null, actor: { kind: 'api_key' } },
        { version: 1, aliases, reason: 'Northwind says share' },
      ],
    });
  });

  it('refuses names that mean nothing or something else', async () => {
    for (const [body, field] of [
      [{ aliases: [{ field: 'colour', name: 'x' }] }, 'aliases[0].field'],
      [{ aliases: [{ field: 'caller', name: 'dialed_number' }] }, 'aliases[0].name'],
      [{}, 'aliases'],
      [{ aliases: [], reason: 7 }, 'reason'],
      [{ aliases: [], more: 1 }, 'more'],
    ] as const) {
      const { status, body: answer } = await put(body);
      expect([status, answer.error.details.map((each) => each.field)]).toEqual([422, [field]]);
    }
  });
});
