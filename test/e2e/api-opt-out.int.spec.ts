import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import {
  firstLead,
  freshPhone,
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
  await api.close();
  await worker.stop();
  await servers.close();
});

async function aLead(phone = freshPhone()) {
  const { body } = await api.post('/v1/leads', { ...firstLead, phone }, { key });
  expect(body.status).toBe('new');
  return { id: body.lead_id, phone };
}
const optOut = (id: string, body: object = {}, by = key) =>
  api.post(`/v1/leads/${id}/opt-out`, body, { key: by });
const historyOf = async (id: string) =>
  (await api.request(`/v1/leads/${id}/history`, { key })).body.events;

describe('POST /v1/leads/{id}/opt-out', () => {
  it('makes the lead and its number not to be called, before it answers', async () => {
    const { id, phone } = await aLead();
    const answer = await optOut(id);
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({
      ...{ lead_id: id, status: 'ineligible', ineligible_reasons: ['consent_revoked'] },
    });
    const position = answer.headers.get('x-leadledger-position');
    const list = await api.request(`/v1/leads?phone=${phone}&waitFor=${position}`, { key });
    expect(list.body.leads).toMatchObject([{ lead_id: id, status: 'ineligible' }]);
    const entries = await api.request('/v1/suppressions', { key });
    expect(entries.body.suppressions[0]).toMatchObject({ reason: 'opted_out', source: 'api' });
  });

  it('keeps the opt-out words of what was said, and nothing else of it', async () => {
    const { id } = await aLead();
    const words = 'I am Jane Doe and I told you to stop calling me';
    const { status } = await optOut(id, { channel: 'call', words });
    expect(status).toBe(200);
    const events = await historyOf(id);
    expect(events.at(-1)).toMatchObject({
      type: 'ConsentRevoked',
      data: { channel: 'call', words: 'stop, stop calling', callId: null, revocationScope: 'all' },
    });
    expect(JSON.stringify(events)).not.toContain('told you');
  });

  it('does so once, however often it is sent, with a key to recognise it by or without', async () => {
    const { id } = await aLead();
    const headers = { 'idempotency-key': randomUUID() };
    const first = await api.post(`/v1/leads/${id}/opt-out`, {}, { key, headers });
    const again = await api.post(`/v1/leads/${id}/opt-out`, {}, { key, headers });
    expect(again.text).toBe(first.text);
    expect((await optOut(id)).body).toEqual(first.body);
    expect((await historyOf(id)).map(({ type }) => type)).toEqual([
      ...['LeadReceived', 'ConsentRevoked'],
    ]);
  });

  it('finds the lead by its id in whatever case, and nobody else’s', async () => {
    const { id } = await aLead();
    expect((await optOut(id.toUpperCase())).body.lead_id).toBe(id);
    const other = await api.createKey('other');
    const { status, body } = await optOut(id, {}, other);
    expect([status, body.error.code]).toEqual([404, 'lead_not_found']);
    expect((await optOut(id, { channel: 'letter' })).body.error.details[0]?.code).toBe(
      'not_allowed',
    );
  });
});
