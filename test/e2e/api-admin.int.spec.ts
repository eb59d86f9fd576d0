import { randomUUID } from 'node:crypto';
import { type Database } from '#libs/read-db';
import { until } from '#libs/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  type Answer,
  type RunningApi,
  type Servers,
  startApi,
  startServers,
  workerDatabase,
} from './api.harness.js';

const ADMIN = '/api/v1/admin/projections';
const PARKED = { name: 'lead_list', build: 1, key: 'demo lead/1' };
let servers: Servers;
let database: Database;
let api: RunningApi;
let key: string;

/** What the worker does with requests, as far as their records show it. */
interface Handling {
  readonly build?: number | null;
  readonly outcome: string;
}

beforeAll(async () => {
  servers = await startServers();
  database = workerDatabase(servers);
  api = await startApi(servers);
  key = await api.createKey('demo', { scopes: ['operator'], rateLimitPerMinute: 10_000 });
  await database.pool.query(
    `insert into projection_dead_letter
       (name, build, key, position, tenant_id, event_id, event_type, stream, revision, reason)
     select $1, $2, $3, place, 'canary-tenant', gen_random_uuid(), 'LeadReceived', 'lead-1', place,
            case when place = 1 then 'The phone is missing.' end
       from generate_series(1, 2) as place`,
    [PARKED.name, PARKED.build, PARKED.key],
  );
});
afterAll(async () => {
  await api.close();
  await database.close();
  await servers.close();
});

/** Asks while somebody handles requests like this; resolves with the answer and the record. */
async function asked(asking: Promise<Answer>, { build = null, outcome }: Handling) {
  const answered = asking.finally(() => (done = true));
  let done = false;
  let record: Record<string, unknown> | undefined;
  await until('the request to be answered', async () => {
    const { rows } = await database.pool.query<Record<string, unknown>>(
      `update projection_request set outcome = $1, build = coalesce(build, $2), handled_at = now()
        where outcome is null returning *`,
      [outcome, build],
    );
    record ??= rows[0];
    return done;
  });
  return { answer: await answered, record };
}

const dataOf = ({ text }: Answer) => (JSON.parse(text) as { data: Record<string, unknown> }).data;
const post = (path: string, headers: Record<string, string> = {}, body: unknown = {}) =>
  api.post(`${ADMIN}${path}`, body, { key, headers });

describe('the routes of operators', () => {
  it('are closed to every other key, and to none', async () => {
    const other = await api.createKey('demo', { scopes: ['read', 'write'] });
    const paths = ['', '/lead_list', '/lead_list/rebuilds/1', '/lead_list/dead-letters'];
    for (const path of paths) {
      const answer = await api.request(ADMIN + path, { key: other });
      expect([path, answer.status, answer.body.error.code]).toEqual([path, 403, 'forbidden_scope']);
      expect((await api.request(ADMIN + path)).status).toBe(401);
    }
    const rebuild = await api.post(`${ADMIN}/lead_list/rebuilds`, {}, { key: other });
    expect([rebuild.status, rebuild.body.error.code]).toEqual([403, 'forbidden_scope']);
    const { rows } = await database.pool.query('select 1 from projection_request');
    expect(rows).toEqual([]);
  });

  it('show every read model with its builds, its audit and its dead letters', async () => {
    const { status, text } = await api.request(ADMIN, { key });
    expect(status).toBe(200);
    const { data } = JSON.parse(text) as { data: Record<string, unknown>[] };
    const leadList = data.find(({ name }) => name === 'lead_list');
    expect(leadList).toMatchObject({
      serving: { build: 1, state: 'live', serving: true, parked_events: 2, failure: null },
      audit: { state: 'running' },
    });
    expect(text).not.toContain('canary-tenant');
    expect(dataOf(await api.request(`${ADMIN}/lead_list`, { key }))).toEqual(leadList);
  });

  it.each([
    ['GET', '/nothing', 'projection_not_found'],
    ['GET', '/lead_list/rebuilds/7', 'build_not_found'],
    ['GET', '/lead_list/rebuilds/x', 'build_not_found'],
    ['POST', '/nothing/rebuilds', 'projection_not_found'],
    ['POST', '/nothing/rollback', 'projection_not_found'],
    ['POST', '/lead_list/rebuilds/7/cancel', 'build_not_found'],
    ['POST', '/lead_list/rebuilds/7/resume', 'build_not_found'],
    ['DELETE', '/lead_list/builds/7', 'build_not_found'],
    ['GET', '/lead_list/builds/1/dead-letters/none', 'dead_letter_not_found'],
    ['POST', '/lead_list/builds/1/dead-letters/none/retry', 'dead_letter_not_found'],
    ['GET', '/../projection-requests/nonsense', 'projection_request_not_found'],
  ])('say of %s %s what is not there', async (method, path, code) => {
    const answer = await api.request(ADMIN + path, { key, method });
    expect([answer.status, answer.body.error.code]).toEqual([404, code]);
  });
});

describe('asking for a rebuild', () => {
  it('answers 202 with the build that the worker began, and where to follow it', async () => {
    const { answer, record } = await asked(post('/lead_list/rebuilds'), {
      build: 1,
      outcome: 'done',
    });
    expect(answer.status).toBe(202);
    expect(dataOf(answer)).toMatchObject({ action: 'rebuild', build: 1, outcome: 'done' });
    expect(record).toMatchObject({ name: 'lead_list', action: 'rebuild' });
    expect(record?.requested_by).toMatch(/^api_key:\w{12}$/);
    const location = answer.headers.get('location') ?? '';
    expect(location).toBe(`${ADMIN}/lead_list/rebuilds/1`);
    expect(dataOf(await api.request(location, { key }))).toMatchObject({
      ...{ projection: 'lead_list', build: 1, state: 'live', serving: true },
    });
  });

  it('happens once for an Idempotency-Key, and is answered the same each time', async () => {
    const headers = { 'idempotency-key': randomUUID() };
    const first = await asked(post('/dedupe/rebuilds', headers), { build: 1, outcome: 'done' });
    const again = await post('/dedupe/rebuilds', headers);
    expect([again.status, again.text]).toEqual([202, first.answer.text]);
    expect(again.headers.get('location')).toBe(first.answer.headers.get('location'));
    expect(again.headers.get('idempotent-replayed')).toBe('true');
    const { rows } = await database.pool.query(
      "select 1 from projection_request where name = 'dedupe'",
    );
    expect(rows).toHaveLength(1);
  });

  it('answers 409 in the words of the worker when it refuses', async () => {
    const outcome = 'Build 2 of lead_list is being filled; cancel it first.';
    const { answer } = await asked(post('/lead_list/rebuilds'), { outcome });
    expect([answer.status, answer.body.error]).toMatchObject([
      409,
      { code: 'projection_request_refused', message: outcome },
    ]);
  });

  it('answers 202 and where the request is while no worker runs', async () => {
    const answer = await post('/lead_list/rollback');
    expect(answer.status).toBe(202);
    expect(dataOf(answer)).toMatchObject({ action: 'rollback', outcome: null });
    const location = answer.headers.get('location') ?? '';
    expect(location).toMatch(/^\/api\/v1\/admin\/projection-requests\/[0-9a-f-]{36}$/);
    expect(dataOf(await api.request(location, { key }))).toEqual(dataOf(answer));
    await database.pool.query("update projection_request set outcome = 'done'");
    expect(dataOf(await api.request(location, { key }))).toMatchObject({ outcome: 'done' });
  });

  it.each([
    ['POST', '/lead_list/rebuilds/1/cancel', 'cancel'],
    ['POST', '/lead_list/rebuilds/1/resume', 'resume'],
    ['DELETE', '/lead_list/builds/1', 'drop'],
  ])('goes for %s %s as well', async (method, path, action) => {
    const { answer, record } = await asked(api.request(ADMIN + path, { key, method }), {
      outcome: 'done',
    });
    expect(answer.status).toBe(202);
    expect(record).toMatchObject({ action, name: 'lead_list', build: 1 });
  });
});

describe('dead letters', () => {
  const path = `/lead_list/builds/1/dead-letters/${encodeURIComponent(PARKED.key)}`;

  it('are listed by key, page by page, without a word of whose they are', async () => {
    const { text } = await api.request(`${ADMIN}/lead_list/dead-letters?limit=1`, { key });
    const { data, pagination } = JSON.parse(text) as {
      data: Record<string, unknown>[];
      pagination: object;
    };
    expect(data).toMatchObject([
      { key: PARKED.key, events: 2, reason: 'The phone is missing.', event_type: 'LeadReceived' },
    ]);
    expect(pagination).toEqual({ next_cursor: null, has_more: false });
    expect(text).not.toContain('canary-tenant');
    const skipped = await api.request(`${ADMIN}/lead_list/dead-letters?state=skipped`, { key });
    expect(JSON.parse(skipped.text)).toMatchObject({ data: [] });
    const wrong = await api.request(`${ADMIN}/lead_list/dead-letters?state=lost`, { key });
    expect(wrong.status).toBe(422);
  });

  it('are shown in the order of the log, the one that failed first', async () => {
    const { text } = await api.request(ADMIN + path, { key });
    expect(JSON.parse(text)).toMatchObject({
      data: [
        { position: '1', reason: 'The phone is missing.' },
        { position: '2', reason: null },
      ],
    });
  });

  it('are tried again, or skipped for a reason that is kept', async () => {
    const retry = await asked(post(`${path}/retry`), { outcome: 'done' });
    expect(retry.record).toMatchObject({ action: 'retry', build: 1, details: { key: PARKED.key } });
    const unexplained = await post(`${path}/skip`);
    expect([unexplained.status, unexplained.body.error.code]).toEqual([422, 'validation_failed']);
    const reason = 'written by a faulty import';
    const skip = await asked(post(`${path}/skip`, {}, { reason }), { outcome: 'done' });
    expect(skip.answer.status).toBe(202);
    expect(skip.record).toMatchObject({ action: 'skip', details: { key: PARKED.key, reason } });
  });
});
