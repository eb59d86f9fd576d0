import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { commandIdOf, fingerprintOf } from '#libs/idempotency';
import { type ApiKeyId, type TenantId } from '#libs/kernel';
import { type Database } from '#libs/read-db';
import {
  freshPhone,
  type RunningApi,
  type Servers,
  startApi,
  startServers,
  workerDatabase,
} from './api.harness.js';

const consent = {
  consent_timestamp: '2026-07-05T12:00:00Z',
  consent_text_version: 'webform-v2',
  source_url: 'https://example.com/quote',
};

describe('a request with an Idempotency-Key', () => {
  let servers: Servers;
  let api: RunningApi;
  let key: string;
  let worker: Database;
  const withKey = (text: string = randomUUID()) => ({ key, headers: { 'idempotency-key': text } });

  beforeAll(async () => {
    servers = await startServers();
    api = await startApi(servers);
    key = await api.createKey('demo', { rateLimitPerMinute: 10_000 });
    worker = workerDatabase(servers);
  });
  afterAll(async () => {
    await worker.close();
    await api.close();
    await servers.close();
  });

  type Options = ReturnType<typeof withKey>;

  /** The row in which a use of an Idempotency-Key is kept. */
  async function useOf({ headers }: Options) {
    const { text } = await api.request('/v1/me', { key });
    const { key: me } = JSON.parse(text) as { key: { id: ApiKeyId } };
    const tenantId = 'demo' as TenantId;
    const scope = { tenantId, apiKeyId: me.id, route: 'POST /v1/leads' };
    return { tenantId, commandId: commandIdOf({ ...scope, key: headers['idempotency-key'] }) };
  }

  async function claimOf(options: Options) {
    const { commandId } = await useOf(options);
    const keys = worker.kysely.selectFrom('idempotencyKey').selectAll();
    return keys.where('commandId', '=', commandId).executeTakeFirstOrThrow();
  }

  async function leaseRunsOut(options: Options): Promise<void> {
    const { commandId } = await useOf(options);
    const keys = worker.kysely.updateTable('idempotencyKey').set({ leaseUntil: new Date(0) });
    await keys.where('commandId', '=', commandId).execute();
  }

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

  it('is answered from the log when its process died between the append and all that follows', async () => {
    const options = withKey();
    const lead = { phone: freshPhone() };
    const dying = await startApi(servers);
    const first = await dying.post('/v1/leads', lead, options);
    await dying.close();
    // All there is but for the log: a claim that looks as if somebody were at work on it.
    const { leaseUntil, ...claim } = await claimOf(options);
    expect(claim).toMatchObject({ status: null, headers: null, body: null });
    expect(Date.parse(leaseUntil)).toBeGreaterThan(Date.now());
    await api.post(`/v1/leads/${first.body.lead_id}/consent`, consent, { key });
    for (let attempt = 0; attempt < 2; attempt += 1) {
      const again = await api.post('/v1/leads', lead, options);
      expect([again.status, again.text]).toEqual([201, first.text]);
      expect(again.headers.get('idempotent-replayed')).toBe('true');
      expect(again.headers.get('x-leadledger-position')).toBe(
        first.headers.get('x-leadledger-position'),
      );
      await leaseRunsOut(options);
    }
    const history = await api.request(`/v1/leads/${first.body.lead_id}/history`, { key });
    expect(history.body.events.map(({ type }) => type)).toEqual([
      'LeadReceived',
      'ConsentRecorded',
      'LeadFoundEligible',
    ]);
  });

  it('waits for a process that may have died before the append, and is carried out then', async () => {
    const options = withKey();
    const lead = { phone: freshPhone() };
    await worker.kysely
      .insertInto('idempotencyKey')
      .values({
        ...(await useOf(options)),
        fingerprint: fingerprintOf(lead),
        leaseUntil: new Date(Date.now() + 8_000),
      })
      .execute();
    const early = await api.post('/v1/leads', lead, options);
    expect([early.status, early.body.error.code]).toEqual([409, 'idempotency_in_progress']);
    expect(Number(early.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
    await leaseRunsOut(options);
    const carriedOut = await api.post('/v1/leads', lead, options);
    expect([carriedOut.status, carriedOut.body.outcome]).toEqual([201, 'created']);
    expect(carriedOut.headers.get('idempotent-replayed')).toBeNull();
  });

  it('that decided nothing is not decided anew later', async () => {
    const options = withKey();
    const suppression = { phone: freshPhone(), reason: 'asked to' };
    await api.post('/v1/suppressions', suppression, { key });
    const first = await api.post('/v1/suppressions', suppression, options);
    await api.request(`/v1/suppressions/${first.body.id}`, { method: 'DELETE', key });
    const again = await api.post('/v1/suppressions', suppression, options);
    expect([again.status, again.text]).toEqual([first.status, first.text]);
    expect(again.headers.get('idempotent-replayed')).toBe('true');
    const listed = await api.request('/v1/suppressions', { key });
    expect(listed.text).not.toContain(first.body.id);
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
