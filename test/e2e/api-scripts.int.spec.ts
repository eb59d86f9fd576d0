import { DEFAULT_SCRIPT } from '#libs/calls';
import { until } from '#libs/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { scriptBody } from '../../apps/api/scripts/script-body.js';
import { type ScriptDetail, type ScriptPage } from '../../apps/api/scripts/script.response.js';
import {
  type Answer,
  type RunningApi,
  type Servers,
  startApi,
  startServers,
  startWorker,
} from './api.harness.js';

const written = scriptBody(DEFAULT_SCRIPT);
const renamed = scriptBody({ ...DEFAULT_SCRIPT, name: 'Another name' });
const undisclosed = scriptBody({ ...DEFAULT_SCRIPT, aiDisclosure: ' ', callbackNumber: '555' });

describe('/v1/scripts', () => {
  let servers: Servers;
  let api: RunningApi;
  let worker: ReturnType<typeof startWorker>;
  let key: string;
  let foreignKey: string;

  beforeAll(async () => {
    servers = await startServers();
    api = await startApi(servers);
    worker = startWorker(servers);
    key = await api.createKey('demo', { rateLimitPerMinute: 10_000 });
    foreignKey = await api.createKey('zenith', { rateLimitPerMinute: 10_000 });
  });
  afterAll(async () => {
    await api.close();
    await worker.stop();
    await servers.close();
  });

  const idOf = ({ body }: Answer) => (body as unknown as { script_id: string }).script_id;
  const create = async (body: unknown = written, headers = {}) =>
    api.post('/v1/scripts', body, { key, headers });
  const put = (id: string, body: unknown, as = key) =>
    api.request(`/v1/scripts/${id}?reason=better`, {
      ...{ method: 'PUT', key: as, body: JSON.stringify(body) },
      headers: { 'content-type': 'application/json' },
    });
  const get = (path: string, as = key) => api.request(`/v1/scripts${path}`, { key: as });
  const retire = (id: string, as = key) =>
    api.request(`/v1/scripts/${id}`, { method: 'DELETE', key: as });
  const codeOf = ({ status, body }: Answer) => [status, body.error.code];

  it('creates a script and reads it back as it was sent', async () => {
    const created = await create();
    expect(created.status).toBe(201);
    expect(created.body).toEqual({ script_id: expect.any(String), version: 1 });
    expect(created.headers.get('x-leadledger-position')).toMatch(/^\d+$/);
    const read = await get(`/${idOf(created)}`);
    expect(read.status).toBe(200);
    expect(read.body).toMatchObject({
      ...{ script_id: idOf(created), version: 1, latest_version: 1, status: 'published' },
      ...{ published_by: { kind: 'api_key' }, reason: null },
    });
    expect((read.body as unknown as ScriptDetail).content).toEqual(written);
  });

  it('makes one script of a request that is sent again with its Idempotency-Key', async () => {
    const headers = { 'idempotency-key': randomUUID() };
    const first = await create(written, headers);
    const again = await create(written, headers);
    expect([again.status, idOf(again)]).toEqual([201, idOf(first)]);
  });

  it('publishes the next version, and keeps the one before', async () => {
    const id = idOf(await create());
    const unchanged = await put(id, written);
    expect([unchanged.status, unchanged.body]).toEqual([200, { script_id: id, version: 1 }]);
    const changed = await put(id, renamed);
    expect(changed.body).toEqual({ script_id: id, version: 2 });
    expect((await get(`/${id}`)).body).toMatchObject({
      version: 2,
      content: { name: 'Another name' },
    });
    expect((await get(`/${id}?version=1`)).body).toMatchObject({
      ...{ version: 1, latest_version: 2, content: { name: written.name } },
    });
    expect(codeOf(await get(`/${id}?version=3`))).toEqual([404, 'script_not_found']);
    expect((await get(`/${id}/versions`)).body).toMatchObject({
      script_id: id,
      versions: [
        { version: 1, reason: null },
        { version: 2, reason: 'better', published_by: { kind: 'api_key' } },
      ],
      retirement: null,
    });
  });

  it('retires a script, which stays readable', async () => {
    const id = idOf(await create());
    expect((await retire(id)).status).toBe(204);
    expect((await retire(id)).status).toBe(204);
    expect((await get(`/${id}`)).body).toMatchObject({ version: 1, status: 'retired' });
    expect(codeOf(await put(id, renamed))).toEqual([409, 'script_retired']);
    expect((await get(`/${id}/versions`)).body).toMatchObject({
      retirement: { retired_by: { kind: 'api_key' }, reason: null },
    });
  });

  it('names everything that is wrong with a script at once', async () => {
    const answer = await create(Object.assign(undisclosed, { greeting: 'hi' }));
    expect(codeOf(answer)).toEqual([422, 'validation_failed']);
    expect(answer.body.error.details.map(({ field }) => field)).toEqual([
      ...['ai_disclosure', 'callback_number', 'greeting'],
    ]);
  });

  it('lets a live account have no agent in a private network', async () => {
    const agent = { kind: 'websocket', url: 'wss://169.254.169.254/calls' } as const;
    const inside = scriptBody({ ...DEFAULT_SCRIPT, agent });
    const live = await api.createKey('live-scripts', {}, 'live');
    expect(codeOf(await api.post('/v1/scripts', inside, { key: live }))).toEqual([
      ...[422, 'validation_failed'],
    ]);
    expect((await create(inside)).status).toBe(201);
  });

  it('shows another tenant nothing of it', async () => {
    const id = idOf(await create());
    const answers = [
      await get(`/${id}`, foreignKey),
      await get(`/${id}/versions`, foreignKey),
      await put(id, renamed, foreignKey),
      await retire(id, foreignKey),
      await get(`/${randomUUID()}`),
      await put('nonsense', written),
    ];
    expect(answers.map(codeOf)).toEqual(answers.map(() => [404, 'script_not_found']));
  });

  it('lists scripts in their latest version, newest first, those in use by themselves', async () => {
    const [older, newer] = [idOf(await create()), idOf(await create())];
    await put(older, renamed);
    await retire(newer);
    const list = async (query = '', as = key) =>
      (await get(query, as)).body as unknown as ScriptPage;
    await until('the list to show what was done last', async () => {
      const [first] = (await list()).scripts;
      return first?.script_id === newer && first.status === 'retired';
    });
    expect((await list('?limit=2')).scripts).toMatchObject([
      { script_id: newer, name: written.name, status: 'retired', version: 1 },
      { script_id: older, name: 'Another name', status: 'published', version: 2 },
    ]);
    const inUse = await list('?status=published&limit=1');
    expect(inUse).toMatchObject({ scripts: [{ script_id: older }], has_more: true });
    expect((await list('', foreignKey)).scripts).toEqual([]);
  });
});
