import { until } from '#libs/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { FaultyLink } from './faulty-link.harness.js';
import {
  firstLead,
  freshPhone,
  type RunningApi,
  type Servers,
  startApi,
  startServers,
  startWorker,
  workerDatabase,
} from './api.harness.js';

/** Far below {@link LAG_SECONDS}, so that no lag comes from the beat itself. */
const HEARTBEAT_EVERY_MS = 100;
const LAG_SECONDS = 3;
const TOKEN = 'a-token-for-prometheus';
let servers: Servers;
let postgres: FaultyLink;
let eventStore: FaultyLink;
let eventStoreUrl: string;
let api: RunningApi;
let worker: { stop(): Promise<void> };
let key: string;
let operatorKey: string;

beforeAll(async () => {
  servers = await startServers();
  const { link, url: databaseUrl } = await FaultyLink.before(servers.databaseUrl);
  postgres = link;
  ({ link: eventStore, url: eventStoreUrl } = await FaultyLink.before(servers.eventStoreUrl));
  worker = startWorker({ ...servers, eventStoreUrl }, HEARTBEAT_EVERY_MS);
  api = await startApi({ ...servers, databaseUrl }, { METRICS_TOKEN: TOKEN });
  key = await api.createKey('canary-tenant');
  operatorKey = await api.createKey('canary-tenant', { scopes: ['operator'] });
});
afterAll(async () => {
  await api.close();
  await worker.stop();
  await Promise.all([postgres.close(), eventStore.close()]);
  await servers.close();
});

/** The samples of a metric: labels as written → value. */
async function samples(metric: string): Promise<Record<string, number>> {
  const { text } = await api.request('/metrics', { key: TOKEN });
  const lines = text.split('\n').filter((line) => line.startsWith(`${metric}{`));
  return Object.fromEntries(
    lines.map((line) => {
      const [, labels = '', value = ''] = /^\w+\{(.*)\} (\S+)$/.exec(line) ?? [];
      return [labels, Number(value)];
    }),
  );
}

describe('metrics', () => {
  it('are told to operators and to whoever has the token, and to nobody else', async () => {
    const asked = async (path: string, withKey?: string) => {
      const init = withKey === undefined ? {} : { key: withKey };
      const { status, body } = await api.request(path, init);
      return [status, status === 200 ? null : body.error.code];
    };
    expect(await asked('/metrics', TOKEN)).toEqual([200, null]);
    expect(await asked('/metrics', operatorKey)).toEqual([200, null]);
    expect(await asked('/metrics')).toEqual([401, 'unauthorized']);
    expect(await asked('/metrics', `${TOKEN}x`)).toEqual([401, 'unauthorized']);
    expect(await asked('/metrics', key)).toEqual([403, 'forbidden_scope']);
    expect(await asked('/v1/me', TOKEN)).toEqual([401, 'unauthorized']);
    expect(await asked('/v1/leads', operatorKey)).toEqual([403, 'forbidden_scope']);
  });

  it('count submissions by what became of them, and never by tenant', async () => {
    const phone = freshPhone();
    await api.post('/v1/leads', { ...firstLead, phone }, { key });
    await api.post('/v1/leads', { ...firstLead, phone }, { key });
    await api.post('/v1/leads', { phone: freshPhone() }, { key });
    await api.post('/v1/leads', { phone: 'none' }, { key });
    expect(await samples('leadledger_intake_submissions_total')).toEqual({
      'outcome="created"': 2,
      'outcome="duplicate"': 1,
      'outcome="refused"': 1,
    });
    expect(await samples('leadledger_intake_refusals_total')).toEqual({
      'code="invalid_phone"': 1,
    });
    expect(await samples('leadledger_intake_verdicts_total')).toEqual({
      'eligible="yes"': 1,
      'eligible="no"': 1,
    });
    expect(await samples('leadledger_intake_ineligible_total')).toEqual({
      'reason="consent_missing"': 1,
    });
    const { text } = await api.request('/metrics', { key: TOKEN });
    expect(text).not.toContain('canary-tenant');
  });

  it('time requests by route and status, and name no address that nobody declared', async () => {
    await api.request('/v1/leads/0b1c9e52-6d0f-8a3e-9f57-2f4f6c1d7a10', { key });
    await api.request('/wp-login.php');
    const counts = await samples('leadledger_http_request_duration_seconds_count');
    expect(counts['method="GET",route="/v1/leads/:id",status="404"']).toBe(1);
    expect(counts['method="-",route="(unknown)",status="404"']).toBe(1);
    expect(Object.keys(counts).join()).not.toMatch(/wp-login|0b1c9e52/);
  });

  it('tell how far each read model is, by heartbeats also when nothing happens', async () => {
    const lag = await until('every read model to have a lag', async () => {
      const found = await samples('leadledger_projection_lag_seconds');
      return Object.keys(found).length >= 4 && found;
    });
    expect(Object.keys(lag)).toContain('projection="lead_list"');
    const applied = await until('the leads to be applied', async () => {
      const found = await samples('leadledger_projection_events_applied_total');
      return (found['projection="lead_list"'] ?? 0) >= 2 && found;
    });
    expect(applied['projection="lead_list"']).toBeGreaterThanOrEqual(2);
    const states = await samples('leadledger_projection_build_state');
    expect(states['projection="lead_list",build="1",state="live"']).toBe(1);
    expect(states['projection="lead_list",build="1",state="failed"']).toBe(0);
    const parked = await samples('leadledger_projection_parked_events');
    expect(parked['projection="lead_list"']).toBe(0);
    expect(await samples('leadledger_worker_lease_held')).toMatchObject({ 'lease="live"': 1 });
  });

  it('show that read models fall behind while the event store is out of reach', async () => {
    const lagOfLeadList = async () =>
      (await samples('leadledger_projection_lag_seconds'))['projection="lead_list"'] ?? 0;
    eventStore.goDown();
    await until('the lag to grow', async () => (await lagOfLeadList()) > LAG_SECONDS);
    eventStore.recover();
    await until('the lag to be gone', async () => (await lagOfLeadList()) < LAG_SECONDS);
  });

  it('show the lag of a worker that is dead, as GET /ready does', async () => {
    await worker.stop();
    const database = workerDatabase(servers);
    await database.pool.query(
      "update projection_build set passed_at = clock_timestamp() - interval '100 seconds'",
    );
    await database.close();
    const lag = await samples('leadledger_projection_lag_seconds');
    expect(lag['projection="lead_list"']).toBeGreaterThanOrEqual(100);
    const { status, body } = await api.request('/ready');
    expect(status).toBe(200);
    const leadList = body.read_models.find(({ name }) => name === 'lead_list');
    expect(leadList).toMatchObject({ state: 'behind' });
    expect(leadList?.lag_seconds).toBeGreaterThanOrEqual(100);
    worker = startWorker({ ...servers, eventStoreUrl });
  });

  it('tell what they can without Postgres, and that it is down', async () => {
    postgres.goDown();
    const { status, text } = await api.request('/metrics', { key: TOKEN });
    postgres.recover();
    expect(status).toBe(200);
    expect(text).toMatch(/^leadledger_postgres_up 0$/m);
    expect(text).toMatch(/^leadledger_intake_submissions_total\{/m);
    expect(text).not.toMatch(/^leadledger_projection_lag_seconds\{/m);
    await until('Postgres to be told up again', async () =>
      /^leadledger_postgres_up 1$/m.test((await api.request('/metrics', { key: TOKEN })).text),
    );
  });
});
