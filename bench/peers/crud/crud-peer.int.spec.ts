import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Client } from 'pg';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '#libs/embedded-postgres';
import { createApiKey } from './api-keys.js';
import { createPeer } from './app.js';
import { createSchema } from './schema.js';

let folder: string;
let postgres: EmbeddedPostgres;
let client: Client;
let peer: NestFastifyApplication;
let key: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'leadledger-peer-spec-'));
  const log = () => undefined;
  postgres = await startEmbeddedPostgres({ dataDir: folder, port: 0, durable: false, log });
  client = new Client({ connectionString: postgres.url });
  await client.connect();
  await createSchema(client);
  peer = await createPeer({ databaseUrl: postgres.url, poolSize: 8 });
  await peer.getHttpAdapter().getInstance().ready();
});

afterAll(async () => {
  await peer.close();
  await client.end();
  await postgres.stop();
  await rm(folder, { recursive: true, force: true });
});

beforeEach(async () => {
  await client.query('truncate lead, phone_window, audit_entry, idempotency_key');
  key = await createApiKey(client, { tenantId: 'demo', limitPerMinute: 1_000 });
});

const validLead = {
  phone: '(512) 555-1212',
  first_name: 'Jane',
  state: 'tx',
  favourite_colour: 'green',
  custom_fields: { size: 3 },
  consent: {
    consent_timestamp: new Date().toISOString(),
    consent_text_version: 'webform-v2',
    source_url: 'https://example.com/quote',
  },
};

interface AnswerBody {
  outcome: string;
  lead_id: string;
  status: string;
  error: { code: string; details: { field: string }[] };
}

async function post(body: object, headers: Record<string, string> = {}) {
  const response = await peer.inject({
    method: 'POST',
    url: '/v1/leads',
    headers: { authorization: `Bearer ${key}`, ...headers },
    payload: body,
  });
  return { ...response, body: response.json<AnswerBody>() };
}

async function rowsOf(table: 'lead' | 'audit_entry' | 'idempotency_key') {
  return (await client.query<Record<string, unknown>>(`select * from ${table}`)).rows;
}

describe('the peer', () => {
  it('stores a lead with its audit entry and its idempotency row', async () => {
    const { statusCode, body } = await post(validLead, { 'idempotency-key': 'a' });
    expect(statusCode).toBe(201);
    expect(body).toEqual({ outcome: 'created', lead_id: expect.any(String), status: 'new' });
    expect(await rowsOf('lead')).toMatchObject([
      {
        id: body.lead_id,
        phone: '+15125551212',
        state: 'TX',
        custom_fields: { size: 3, favourite_colour: 'green' },
      },
    ]);
    expect(await rowsOf('audit_entry')).toMatchObject([
      { lead_id: body.lead_id, action: 'lead.created' },
    ]);
    expect(await rowsOf('idempotency_key')).toMatchObject([{ key: 'a', lead_id: body.lead_id }]);
  });

  it('answers a phone it knows with the lead there is', async () => {
    const first = await post(validLead);
    const second = await post({ ...validLead, phone: '15125551212', first_name: 'John' });
    expect(second.statusCode).toBe(200);
    expect(second.body).toEqual({ ...first.body, outcome: 'duplicate' });
    expect(await rowsOf('lead')).toMatchObject([{ first_name: 'Jane' }]);
    expect(await rowsOf('audit_entry')).toHaveLength(2);
  });

  it('makes a new lead of a phone whose last one is 30 days old', async () => {
    const first = await post(validLead);
    await client.query("update phone_window set received_at = received_at - interval '720 hours'");
    const second = await post(validLead);
    expect(second.body.outcome).toBe('created');
    expect(second.body.lead_id).not.toBe(first.body.lead_id);
    expect((await post(validLead)).body.lead_id).toBe(second.body.lead_id);
  });

  it('keeps a lead without consent, as ineligible', async () => {
    expect((await post({ ...validLead, consent: undefined })).body.status).toBe('ineligible');
    expect(await rowsOf('lead')).toMatchObject([{ ineligible_reasons: ['consent_missing'] }]);
  });

  it('replays the answer to a repeated Idempotency-Key and writes nothing', async () => {
    const first = await post(validLead, { 'idempotency-key': 'a' });
    const again = await post(validLead, { 'idempotency-key': 'a' });
    expect(again.statusCode).toBe(201);
    expect(again.body).toEqual(first.body);
    expect(again.headers['idempotent-replayed']).toBe('true');
    expect(await rowsOf('audit_entry')).toHaveLength(1);
  });

  it('refuses an Idempotency-Key that came with another body, and writes nothing', async () => {
    await post(validLead, { 'idempotency-key': 'a' });
    const other = await post({ ...validLead, phone: '5125551213' }, { 'idempotency-key': 'a' });
    expect(other.statusCode).toBe(422);
    expect(other.body.error.code).toBe('idempotency_key_reuse');
    expect(await rowsOf('lead')).toHaveLength(1);
  });

  it('makes one lead of 100 simultaneous posts', async () => {
    const answers = await Promise.all(
      Array.from({ length: 100 }, (_, n) => post(validLead, { 'idempotency-key': String(n) })),
    );
    const outcomes = answers.map(({ body }) => body.outcome);
    expect(outcomes.filter((outcome) => outcome === 'created')).toHaveLength(1);
    expect(outcomes.filter((outcome) => outcome === 'duplicate')).toHaveLength(99);
    expect(new Set(answers.map(({ body }) => `${body.lead_id} ${body.status}`)).size).toBe(1);
    expect(await rowsOf('lead')).toHaveLength(1);
    expect(await rowsOf('idempotency_key')).toHaveLength(100);
  });

  it('makes one lead of 100 simultaneous posts with one Idempotency-Key', async () => {
    const answers = await Promise.all(
      Array.from({ length: 100 }, () => post(validLead, { 'idempotency-key': 'a' })),
    );
    expect(new Set(answers.map(({ body }) => JSON.stringify(body))).size).toBe(1);
    expect(await rowsOf('audit_entry')).toHaveLength(1);
  });

  it('names every wrong field at once', async () => {
    const { statusCode, body } = await post({ state: 5, consent: { source_url: true } });
    expect(statusCode).toBe(422);
    expect(body.error.code).toBe('validation_failed');
    const fields = new Set(body.error.details.map(({ field }) => field));
    expect(fields).toEqual(new Set(['phone', 'state', 'consent.source_url']));
  });

  it('refuses what is no phone number', async () => {
    expect((await post({ ...validLead, phone: '911' })).body.error.code).toBe('invalid_phone');
  });

  it('refuses an unknown key', async () => {
    key = 'l2i_unknown';
    expect((await post(validLead)).statusCode).toBe(401);
  });

  it('counts down the allowance of a key and then refuses', async () => {
    key = await createApiKey(client, { tenantId: 'demo', limitPerMinute: 1 });
    const answers = [await post(validLead), await post(validLead), await post(validLead)];
    const last = answers[2]!;
    expect(last.statusCode).toBe(429);
    expect(last.headers).toMatchObject({
      'x-ratelimit-limit': '1',
      'x-ratelimit-remaining': '0',
      'x-ratelimit-reset': expect.stringMatching(/^\d{10}$/),
      'retry-after': expect.stringMatching(/^[1-9]\d?$/),
    });
  });
});
