import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { until } from '#libs/testing';
import {
  freshPhone,
  type RunningApi,
  type Servers,
  startApi,
  startServers,
  workerDatabase,
} from './api.harness.js';

describe('a request with an Idempotency-Key', () => {
  let servers: Servers;
  let api: RunningApi;
  let key: string;
  const withKey = (text: string = randomUUID()) => ({ key, headers: { 'idempotency-key': text } });

  beforeAll(async () => {
    servers = await startServers();
    api = await startApi(servers);
    key = await api.createKey('demo', { rateLimitPerMinute: 10_000 });
  });
  afterAll(async () => {
    await api.close();
    await servers.close();
  });

  it('is answered the same each time, and says when it was carried out before', async () => {
    const options = withKey();
    const lead = { phone: freshPhone() };
    const first = await api.post('/v1/leads', lead, options);
    const again = await api.post('/v1/leads', lead, options);
    expect(first.headers.get('idempotent-replayed')).toBeNull();
    expect(again.headers.get('idempotent-replayed')).toBe('true');
    expect([again.status, again.text]).toEqual([201, first.text]);
    const position = first.headers.get('x-leadledger-position');
    expect(again.headers.get('x-leadledger-position')).toBe(position);
    const without = await api.post('/v1/leads', lead, { key });
    expect(without.body.outcome).toBe('duplicate');
  });

  it('is answered the same by another process, and after a restart', async () => {
    const options = withKey();
    const lead = { phone: freshPhone() };
    const passing = await startApi(servers);
    const first = await passing.post('/v1/leads', lead, options);
    await passing.close();
    const again = await api.post('/v1/leads', lead, options);
    expect([again.status, again.text]).toEqual([201, first.text]);
    expect(again.headers.get('idempotent-replayed')).toBe('true');
  });

  it('is the same body however it is written', async () => {
    const options = withKey();
    const phone = freshPhone();
    await api.post('/v1/leads', `{"phone":"${phone}","state":"TX"}`, options);
    const again = await api.post('/v1/leads', ` { "state" : "TX", "phone":"${phone}" }`, options);
    expect(again.headers.get('idempotent-replayed')).toBe('true');
  });

  it('is refused with another body', async () => {
    const options = withKey();
    await api.post('/v1/leads', { phone: freshPhone() }, options);
    const other = await api.post('/v1/leads', { phone: freshPhone() }, options);
    expect([other.status, other.body.error.code]).toEqual([422, 'idempotency_key_reuse']);
  });

  it('happens once when it comes twenty times at once', async () => {
    const options = withKey();
    const lead = { phone: freshPhone() };
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => api.post('/v1/leads', lead, options)),
    );
    const created = answers.filter(({ status }) => status === 201);
    expect(created.length).toBeGreaterThanOrEqual(1);
    expect(new Set(created.map(({ body }) => body.lead_id)).size).toBe(1);
    for (const { status, body, headers } of answers.filter((answer) => answer.status !== 201)) {
      expect([status, body.error.code]).toEqual([409, 'idempotency_in_progress']);
      expect(Number(headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
    }
  });

  it('keeps a refusal too', async () => {
    const options = withKey();
    const first = await api.post('/v1/leads', { phone: '911' }, options);
    const again = await api.post('/v1/leads', { phone: '911' }, options);
    expect([again.status, again.text]).toEqual([422, first.text]);
    expect(again.headers.get('idempotent-replayed')).toBe('true');
  });

  it('appends once when its process died between the append and the answer', async () => {
    const options = withKey('crash-1');
    const lead = { phone: freshPhone() };
    const first = await api.post('/v1/leads', lead, options);
    const worker = workerDatabase(servers);
    // As if the process had ended before it wrote the outcome, and its lease had run out since.
    await until('the outcome to be written', async () => {
      const forgotten = await worker.kysely
        .updateTable('idempotencyKey')
        .set({ status: null, body: null, leaseUntil: new Date(0) })
        .where('key', '=', 'crash-1')
        .where('status', 'is not', null)
        .executeTakeFirst();
      return forgotten.numUpdatedRows === 1n;
    });
    await worker.close();
    const restarted = await startApi(servers);
    const again = await restarted.post('/v1/leads', lead, options);
    expect([again.status, again.body]).toEqual([201, first.body]);
    const history = await restarted.request(`/v1/leads/${first.body.lead_id}/history`, { key });
    expect(history.body.events.map(({ type }) => type)).toEqual([
      'LeadReceived',
      'LeadFoundIneligible',
    ]);
    await restarted.close();
  });

  it('is not heeded where nothing happens', async () => {
    const options = withKey();
    const reads = await Promise.all([1, 2].map(() => api.request('/v1/leads', { ...options })));
    expect(reads.map(({ status }) => status)).toEqual([200, 200]);
    expect(reads[1]?.headers.get('idempotent-replayed')).toBeNull();
  });

  it.each(['two words', 'ü', 'x'.repeat(256)])('is refused with a bad key: %j', async (text) => {
    const headers = { 'idempotency-key': Buffer.from(text).toString('latin1') };
    const { status, body } = await api.post('/v1/leads', { phone: freshPhone() }, { key, headers });
    expect([status, body.error.code]).toEqual([422, 'idempotency_key_invalid']);
  });
});
