import { connectDatabase } from '#libs/read-db';
import { until } from '#libs/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { sql } from 'kysely';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';
import {
  type Answer,
  firstLead,
  freshPhone,
  type RunningApi,
  type Servers,
  startApi,
  startServers,
  workerDatabase,
} from './api.harness.js';
import { FaultyLink } from './faulty-link.harness.js';
import { runningTime } from './running-time.harness.js';

const PROMISED_MS = 5_000;

describe('an api whose servers fail', () => {
  let servers: Servers;
  let api: RunningApi;
  let key: string;
  let eventStore: FaultyLink;
  let postgres: FaultyLink;

  beforeAll(async () => {
    servers = await startServers();
    const store = await FaultyLink.before(servers.eventStoreUrl);
    const database = await FaultyLink.before(servers.databaseUrl);
    [eventStore, postgres] = [store.link, database.link];
    api = await startApi({ ...servers, eventStoreUrl: store.url, databaseUrl: database.url });
    key = await api.createKey('demo', { rateLimitPerMinute: 10_000 });
    await api.post('/v1/leads', { ...firstLead, phone: freshPhone() }, { key });
  });
  afterEach(async () => {
    eventStore.recover();
    postgres.recover();
    await until('the api to be well again', async () => {
      const { body } = await api.request('/ready');
      const { event_store, postgres: database } = body as unknown as Record<
        string,
        { state: string }
      >;
      const lead = await api.post('/v1/leads', { phone: freshPhone() }, withKey());
      return event_store?.state === 'up' && database?.state === 'up' && lead.status === 201;
    });
  });
  afterAll(async () => {
    await api.close();
    await Promise.all([eventStore.close(), postgres.close()]);
    await servers.close();
  });

  const withKey = (text: string = randomUUID()) => ({ key, headers: { 'idempotency-key': text } });

  async function expectRefusal(asking: Promise<Answer>): Promise<Answer> {
    const ended = runningTime();
    let ranMs = 0;
    const answer = await asking.finally(() => (ranMs = ended()));
    expect(ranMs).toBeLessThan(PROMISED_MS);
    expect(answer.status).toBe(503);
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
    expect(Number(answer.headers.get('x-ratelimit-limit'))).toBeGreaterThan(0);
    return answer;
  }

  it.each(['goDown', 'fallSilent'] as const)(
    'acknowledges nothing and answers 503 in time when the event store does: %s',
    async (fault) => {
      const [lead, options] = [{ phone: freshPhone() }, withKey()];
      eventStore[fault]();
      await Promise.all([
        expectRefusal(api.post('/v1/leads', lead, options)),
        expectRefusal(api.post('/v1/leads', { phone: freshPhone() }, { key })),
      ]);
      const ready = await api.request('/ready');
      expect(ready.status).toBe(503);
      expect(ready.body).toMatchObject({
        event_store: { state: 'down' },
        postgres: { state: 'up' },
      });
      expect((await api.request('/health')).status).toBe(200);
      eventStore.recover();
      const retried = await until('the retry to be taken', async () => {
        const answer = await api.post('/v1/leads', lead, options);
        return [503, 409].includes(answer.status) ? null : answer;
      });
      expect([retried.status, retried.body.outcome]).toEqual([201, 'created']);
      const again = await api.post('/v1/leads', lead, { key });
      expect(again.body).toMatchObject({ outcome: 'duplicate', lead_id: retried.body.lead_id });
    },
  );

  it.each(['goDown', 'fallSilent'] as const)(
    'takes new phones in without Postgres, and nothing it could not do once: %s',
    async (fault) => {
      postgres[fault]();
      const phone = freshPhone();
      const created = await api.post('/v1/leads', { ...firstLead, phone }, { key });
      expect([created.status, created.body.outcome]).toEqual([201, 'created']);
      const again = await api.post('/v1/leads', { ...firstLead, phone }, { key });
      expect([again.status, again.body.lead_id]).toEqual([200, created.body.lead_id]);
      const refused = await expectRefusal(
        api.post('/v1/leads', { phone: freshPhone() }, withKey()),
      );
      expect(['database_unavailable', 'timeout_upstream']).toContain(refused.body.error.code);
      await expectRefusal(api.request('/v1/leads', { key }));
      const ready = await api.request('/ready');
      expect([ready.status, ready.body]).toMatchObject([503, { postgres: { state: 'down' } }]);
    },
  );

  it('carries a request out when it is sent again, though its claim came after its 503', async () => {
    const [lead, options] = [{ phone: freshPhone() }, withKey()];
    const owner = connectDatabase({
      url: servers.databaseUrl,
      role: 'owner',
      applicationName: 'test',
    });
    await owner.kysely.transaction().execute(async (transaction) => {
      await sql`lock table idempotency_key in access exclusive mode`.execute(transaction);
      const ahead = expectRefusal(api.post('/v1/leads', { phone: freshPhone() }, withKey()));
      await until('the claim ahead to wait for Postgres', async () => {
        const waiting = await sql`
          select from pg_stat_activity
           where datname = current_database() and wait_event_type = 'Lock'
        `.execute(owner.kysely);
        return waiting.rows.length > 0;
      });
      const refused = await expectRefusal(api.post('/v1/leads', lead, options));
      expect(refused.body.error.code).toBe('timeout_upstream');
      await ahead;
    });
    await owner.close();
    const retried = await until('the retry to be taken', async () => {
      const answer = await api.post('/v1/leads', lead, options);
      return answer.status === 409 ? null : answer;
    });
    expect([retried.status, retried.body.outcome]).toEqual([201, 'created']);
  });

  it('keeps every request in its log, once Postgres is back', async () => {
    const worker = workerDatabase(servers);
    postgres.goDown();
    const { headers } = await api.request('/v1/me', { key });
    const id = headers.get('x-request-id') ?? '';
    postgres.recover();
    const row = await until('the request to be logged', () =>
      worker.kysely.selectFrom('requestLog').selectAll().where('id', '=', id).executeTakeFirst(),
    );
    expect(row).toMatchObject({ tenantId: 'demo', route: '/v1/me', status: 200, outcome: null });
    await worker.close();
  });
});

describe('the request log', () => {
  let servers: Servers;
  let api: RunningApi;

  beforeAll(async () => {
    servers = await startServers();
    api = await startApi(servers);
  });
  afterAll(async () => {
    await servers.close();
  });

  it('holds every request, also refused ones, and no secret and nothing personal in the clear', async () => {
    const key = await api.createKey('demo', { rateLimitPerMinute: 10_000 });
    const phone = freshPhone();
    const canaries = { ...firstLead, phone, first_name: 'Xanthippe', email: 'canary@example.com' };
    const lead = await api.post('/v1/leads', canaries, { key });
    await api.post('/v1/leads', canaries, { key });
    await api.post('/v1/leads', canaries);
    await api.post('/v1/leads', '{"phone', { key });
    await api.request(`/v1/leads?phone=${phone}`, { key });
    await api.request(`/v1/${phone}`, { key });
    await api.post(`/v1/leads/${lead.body.lead_id}/consent`, {}, { key });
    await api.request(`/v1/leads/${phone}?asOf=x`, { key });
    await api.request('/health');
    await api.close();
    const worker = workerDatabase(servers);
    const rows = await worker.kysely.selectFrom('requestLog').selectAll().orderBy('at').execute();
    await worker.close();
    expect(
      rows.map(({ route, status, outcome, errorCode }) => [route, status, outcome, errorCode]),
    ).toEqual([
      ['/v1/leads', 201, 'created', null],
      ['/v1/leads', 200, 'duplicate_request', null],
      ['/v1/leads', 401, null, 'unauthorized'],
      ['/v1/leads', 400, null, 'malformed_json'],
      ['/v1/leads', 200, null, null],
      ['(unknown)', 404, null, 'route_not_found'],
      ['/v1/leads/:id/consent', 422, null, 'validation_failed'],
      ['/v1/leads/:id', 422, null, 'validation_failed'],
    ]);
    expect(rows.map(({ leadId }) => leadId !== null)).toEqual([
      true,
      true,
      false,
      false,
      false,
      false,
      true,
      false,
    ]);
    expect(rows[0]).toMatchObject({ tenantId: 'demo', leadId: lead.body.lead_id });
    expect(rows[0]?.body).toMatch(/^v1\./);
    expect(rows[0]?.bytesIn).toBeGreaterThan(100);
    expect(rows[2]).toMatchObject({ tenantId: '-', keyId: null });
    const everything = JSON.stringify(rows) + api.logged();
    for (const canary of [phone, 'Xanthippe', 'canary@example.com', key, key.slice(20, 50)]) {
      expect(everything).not.toContain(canary);
    }
  });

  it('goes on after a request that says it is longer than anything', async () => {
    api = await startApi(servers);
    const { hostname, port } = new URL(api.url);
    const socket = connect(Number(port), hostname);
    const length = '9'.repeat(15);
    socket.write(`POST /v1/leads HTTP/1.1\r\nhost: spec\r\ncontent-length: ${length}\r\n\r\n`);
    await once(socket, 'data');
    socket.destroy();
    const { headers } = await api.request('/v1/me');
    await api.close();
    const worker = workerDatabase(servers);
    const rows = await worker.kysely.selectFrom('requestLog').selectAll().execute();
    await worker.close();
    expect(rows.map(({ id }) => id)).toContain(headers.get('x-request-id'));
    expect(rows.map(({ bytesIn }) => bytesIn)).toContain(2 ** 31 - 1);
  });
});
