import { until } from '#libs/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { connect } from 'node:net';
import {
  type Answer,
  type AnswerBody,
  firstLead,
  freshPhone,
  type RunningApi,
  type Servers,
  startApi,
  startServers,
} from './api.harness.js';

function allowanceOf({ headers }: Answer) {
  return ['limit', 'remaining', 'reset'].map((name) => Number(headers.get(`x-ratelimit-${name}`)));
}

function codeOf({ body }: Answer): string | null {
  return (body as Partial<AnswerBody>).error?.code ?? null;
}

describe('access to the api', () => {
  let servers: Servers;
  let api: RunningApi;
  let key: string;

  beforeAll(async () => {
    servers = await startServers();
    api = await startApi(servers, { PUBLIC_BASE_URL: 'https://leads.example.com' });
    key = await api.createKey('demo', { rateLimitPerMinute: 10_000 });
  });
  afterAll(async () => {
    await api.close();
    await servers.close();
  });

  const json = { 'content-type': 'application/json' };

  it.each<[string, string, (key: string) => RequestInit & { key?: string }, number, string | null]>(
    [
      ['a good request', '/v1/me', (key) => ({ key }), 200, null],
      ['a probe', '/health', () => ({}), 200, null],
      ['readiness without a worker', '/ready', () => ({}), 503, null],
      ['the documentation', '/docs', () => ({}), 200, null],
      ['its script', '/docs/start.js', () => ({}), 200, null],
      ['its assets', '/docs/assets/swagger-ui-bundle.js', () => ({}), 200, null],
      ['the description', '/openapi.json', () => ({}), 200, null],
      ['no key', '/v1/me', () => ({}), 401, 'unauthorized'],
      ['a made-up key', '/v1/me', () => ({ key: 'l2i_nonsense' }), 401, 'unauthorized'],
      [
        'another scheme',
        '/v1/me',
        () => ({ headers: { authorization: 'Basic x' } }),
        401,
        'unauthorized',
      ],
      ['an unknown address', '/v1/nothing', () => ({}), 404, 'route_not_found'],
      ['a hostile address', '/%c0%ae/../%00', () => ({}), 404, 'route_not_found'],
      ['a malformed address', '/v1/leads/%zz', (key) => ({ key }), 400, 'bad_request'],
      ['a wrong method', '/v1/me', (key) => ({ key, method: 'DELETE' }), 405, 'method_not_allowed'],
      ['a key in the address', '/v1/me?api_key=x', (key) => ({ key }), 400, 'key_in_query_string'],
      [
        'malformed JSON',
        '/v1/leads',
        (key) => ({ key, method: 'POST', headers: json, body: '{"phone"' }),
        400,
        'malformed_json',
      ],
      [
        'another media type',
        '/v1/leads',
        (key) => ({ key, method: 'POST', headers: { 'content-type': 'text/xml' }, body: '<a/>' }),
        415,
        'unsupported_media_type',
      ],
      [
        'a charset other than UTF-8',
        '/v1/leads',
        (key) => ({
          key,
          method: 'POST',
          headers: { 'content-type': 'application/json; charset=latin1' },
          body: '{}',
        }),
        415,
        'unsupported_media_type',
      ],
      [
        'a compressed body',
        '/v1/leads',
        (key) => ({
          key,
          method: 'POST',
          headers: { ...json, 'content-encoding': 'gzip' },
          body: '{}',
        }),
        415,
        'unsupported_media_type',
      ],
      [
        'an oversized body',
        '/v1/leads',
        (key) => ({
          key,
          method: 'POST',
          headers: json,
          body: `{"phone":"${'5'.repeat(40_000)}"}`,
        }),
        413,
        'payload_too_large',
      ],
    ],
  )('always tells the allowance: %s', async (_, path, init, status, code) => {
    const answer = await api.request(path, init(key));
    expect([answer.status, codeOf(answer)]).toEqual([status, code]);
    const [limit, remaining, reset] = allowanceOf(answer);
    expect(limit).toBeGreaterThan(0);
    expect(remaining).toBeGreaterThanOrEqual(0);
    expect(reset! * 1000 - Date.now()).toBeLessThanOrEqual(60_000);
    expect(reset! * 1000).toBeGreaterThan(Date.now() - 1_000);
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
    expect(answer.headers.get('strict-transport-security')).toContain('max-age=');
    expect(answer.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('answers what is not HTTP at all, with the allowance', async () => {
    const { port } = new URL(api.url);
    const answer = await new Promise<string>((resolve, reject) => {
      let text = '';
      const socket = connect(Number(port), '127.0.0.1', () => socket.write('nonsense\r\n\r\n'));
      socket.on('data', (chunk) => (text += chunk.toString()));
      socket.on('end', () => {
        resolve(text);
      });
      socket.on('error', reject);
    });
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    expect(answer).toMatch(/x-ratelimit-remaining: \d+/);
    expect(answer).toContain('"code":"bad_request"');
  });

  it('counts down exactly, then refuses until the minute is over', async () => {
    let answers: Answer[] = [];
    // A new minute may begin in between; then the count begins anew, and so does this, with a key
    // of which nothing is used up yet in the new one.
    do {
      answers = [];
      const own = await api.createKey('demo', { rateLimitPerMinute: 15 });
      for (let n = 0; n < 17; n += 1) answers.push(await api.request('/v1/me', { key: own }));
    } while (new Set(answers.map((answer) => allowanceOf(answer)[2])).size > 1);
    expect(answers.map(({ status }) => status)).toEqual([...Array<number>(15).fill(200), 429, 429]);
    expect(answers.slice(0, 15).map((answer) => allowanceOf(answer)[1])).toEqual(
      Array.from({ length: 15 }, (_, n) => 14 - n),
    );
    const refused = answers[16]!;
    expect(refused.body.error.code).toBe('rate_limited');
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
    expect(Number(refused.headers.get('retry-after'))).toBeLessThanOrEqual(60);
  });

  it('keeps two processes together within one allowance', async () => {
    const second = await startApi(servers);
    let answers: Answer[] = [];
    do {
      const own = await api.createKey('demo', { rateLimitPerMinute: 60 });
      answers = await Promise.all(
        Array.from({ length: 100 }, (_, n) =>
          (n % 2 === 0 ? api : second).request('/v1/me', { key: own }),
        ),
      );
    } while (new Set(answers.map((answer) => allowanceOf(answer)[2])).size > 1);
    const admitted = answers.filter(({ status }) => status === 200).length;
    expect(admitted).toBeLessThanOrEqual(60);
    expect(admitted).toBeGreaterThan(50);
    await second.close();
  });

  it('is limited for an address without a key, but never for probes', async () => {
    const own = await startApi(servers);
    let answers: Answer[] = [];
    // A new minute may begin in between, with an allowance of its own.
    do {
      const guesses = Array.from({ length: 700 }, () =>
        own.request('/v1/me', { key: 'l2i_guess' }),
      );
      answers = await Promise.all(guesses);
    } while (new Set(answers.map((answer) => allowanceOf(answer)[2])).size > 1);
    const statuses = answers.map(({ status }) => status);
    expect(statuses.filter((status) => status === 401).length).toBeLessThanOrEqual(600);
    expect(statuses).toContain(429);
    expect((await own.request('/health')).status).toBe(200);
    await own.close();
  });

  it('needs the scope, and an intake key', async () => {
    const reader = await api.createKey('demo', { scopes: ['read'] });
    const writing = await api.post('/v1/leads', firstLead, { key: reader });
    expect([writing.status, writing.body.error.code]).toEqual([403, 'forbidden_scope']);
    const writer = await api.createKey('demo', { scopes: ['write'] });
    const reading = await api.request('/v1/leads', { key: writer });
    expect([reading.status, reading.body.error.code]).toEqual([403, 'forbidden_scope']);
    const buyer = await api.createKey('demo', { kind: 'platform', role: 'buyer' });
    const other = await api.request('/v1/me', { key: buyer });
    expect([other.status, other.body.error.code]).toEqual([403, 'forbidden_key_kind']);
  });

  it('ends when a key expires', async () => {
    let livesMs = 500;
    // One that is over before it could be made and used says nothing: the next one lives longer.
    const brief = await until('a key that is used in time', async () => {
      const expiresAt = new Date(Date.now() + (livesMs *= 2)).toISOString();
      const wish = { expiresAt, rateLimitPerMinute: 10_000 };
      const key = await api.createKey('demo', wish).catch(() => null);
      return key !== null && (await api.request('/v1/me', { key })).status === 200 && key;
    });
    const answer = await until('the key to expire', async () => {
      const now = await api.request('/v1/me', { key: brief });
      return now.status === 200 ? null : now;
    });
    expect([answer.status, answer.body.error.code]).toEqual([401, 'key_expired']);
    expect(answer.headers.get('www-authenticate')).toContain('Bearer');
  });

  it('believes a forwarded address only from a trusted proxy', async () => {
    const trusting = await startApi(servers, { TRUSTED_PROXIES: '127.0.0.0/8' });
    const ips: unknown[] = [];
    for (const instance of [api, trusting]) {
      const headers = { 'x-forwarded-for': '203.0.113.9' };
      const { body } = await instance.post('/v1/leads', { phone: freshPhone() }, { key, headers });
      const history = await instance.request(`/v1/leads/${body.lead_id}/history`, { key });
      ips.push((history.body.events[0] as unknown as { ip: string }).ip);
    }
    expect(ips).toEqual(['127.0.0.1', '203.0.113.9']);
    await trusting.close();
  });
});
