import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  firstLead,
  freshPhone,
  type RunningApi,
  type Servers,
  startApi,
  startServers,
  startWorker,
} from './api.harness.js';

const UUID = /^[0-9a-f-]{36}$/;

describe('POST /v1/leads', () => {
  let servers: Servers;
  let api: RunningApi;
  let worker: ReturnType<typeof startWorker>;
  let key: string;
  const freshConsent = () => ({
    ...firstLead.consent,
    consent_timestamp: new Date().toISOString(),
  });

  beforeAll(async () => {
    servers = await startServers();
    api = await startApi(servers);
    worker = startWorker(servers);
    key = await api.createKey('demo', { rateLimitPerMinute: 100_000 });
  });
  afterAll(async () => {
    await api.close();
    await worker.stop();
    await servers.close();
  });

  it('answers the request of the quickstart as printed, and a repetition with the same id', async () => {
    const created = await api.post('/v1/leads', firstLead, { key });
    expect(created.status).toBe(201);
    expect(created.body).toEqual({
      outcome: 'created',
      lead_id: expect.stringMatching(UUID),
      status: 'new',
    });
    const again = await api.post('/v1/leads', firstLead, { key });
    expect(again.status).toBe(200);
    expect(again.body).toEqual({ ...created.body, outcome: 'duplicate' });
  });

  it('lists a lead as soon as its position was waited for, and reads it by its id', async () => {
    const phone = freshPhone();
    const { body, headers } = await api.post(
      '/v1/leads',
      { ...firstLead, phone, consent: freshConsent(), favourite: 'blue' },
      { key },
    );
    const position = headers.get('x-leadledger-position');
    const list = await api.request(`/v1/leads?limit=1&phone=${phone}&waitFor=${position}`, { key });
    expect(list.status).toBe(200);
    expect(list.body).toMatchObject({
      leads: [{ lead_id: body.lead_id, status: 'new', person: { phone: `+1${phone}` } }],
      has_more: false,
      limit: 1,
    });
    const one = await api.request(`/v1/leads/${body.lead_id}`, { key });
    expect(one.body).toMatchObject({
      lead_id: body.lead_id,
      person: { first_name: 'Jane', custom_fields: { favourite: 'blue' } },
      consent: { consent_text_version: 'webform-v2', problems: [] },
      erased: false,
    });
  });

  it('accepts the same lead as a form', async () => {
    const form = new URLSearchParams({
      phone: freshPhone(),
      first_name: 'Jane',
      'consent[consent_timestamp]': new Date().toISOString(),
      'consent[consent_text_version]': 'webform-v2',
      'consent.source_url': 'https://example.com/quote',
    });
    const { status, body } = await api.request('/v1/leads', { method: 'POST', body: form, key });
    expect([status, body.status]).toEqual([201, 'new']);
  });

  it('keeps a lead without consent, as ineligible', async () => {
    const { status, body } = await api.post('/v1/leads', { phone: freshPhone() }, { key });
    expect(status).toBe(201);
    expect(body).toEqual({
      outcome: 'created',
      lead_id: expect.stringMatching(UUID),
      status: 'ineligible',
      ineligible_reasons: ['consent_missing'],
    });
    const consent = await api.post(`/v1/leads/${body.lead_id}/consent`, freshConsent(), { key });
    expect(consent.body).toEqual({ lead_id: body.lead_id, status: 'new', ineligible_reasons: [] });
  });

  it('shows the consent that counts, and refuses half of one', async () => {
    const old = {
      ...freshConsent(),
      consent_text_version: 'v1',
      source_url: 'https://old.example/',
    };
    const lead = await api.post('/v1/leads', { phone: freshPhone(), consent: old }, { key });
    const path = `/v1/leads/${lead.body.lead_id}`;
    const later = { textVersion: 'v2', sourceUrl: 'https://new.example/', certificate: 'c-1' };
    const half = await api.post(`${path}/consent`, later, { key });
    expect([half.status, half.body.error.code]).toEqual([422, 'validation_failed']);
    const timestamp = new Date().toISOString();
    const whole = await api.post(`${path}/consent`, { ...later, timestamp }, { key });
    const position = whole.headers.get('x-leadledger-position');
    const now = await api.request(path, { key });
    expect(now.body).toMatchObject({
      consent: { consent_text_version: 'v2' },
      person: { consent: { source_url: 'https://new.example/', certificate: 'c-1' } },
    });
    const then = await api.request(`${path}?asOf=0`, { key });
    expect(then.body).toMatchObject({
      consent: { consent_text_version: 'v1' },
      person: { consent: { source_url: 'https://old.example/' } },
    });
    const list = await api.request(`/v1/leads?limit=1&waitFor=${position}`, { key });
    expect(list.body.leads).toMatchObject([{ lead_id: lead.body.lead_id, revision: '2' }]);
  });

  it('lists the leads of a state by its code or its name', async () => {
    const lead = { phone: freshPhone(), state: 'wyoming' };
    const { headers, body } = await api.post('/v1/leads', lead, { key });
    const wait = `waitFor=${headers.get('x-leadledger-position')}`;
    for (const state of ['WY', 'wy', 'Wyoming']) {
      const list = await api.request(`/v1/leads?state=${state}&${wait}`, { key });
      expect(list.body.leads.map((one) => one.lead_id)).toEqual([body.lead_id]);
    }
  });

  it('tells the whole history, and the lead as it was at any moment', async () => {
    const lead = await api.post('/v1/leads', { phone: freshPhone() }, { key });
    const path = `/v1/leads/${lead.body.lead_id}`;
    await api.post(`${path}/consent`, freshConsent(), { key });
    const { body } = await api.request(`${path}/history`, { key });
    expect(body.events.map((event) => event.type)).toEqual([
      'LeadReceived',
      'ConsentRecorded',
      'LeadFoundEligible',
    ]);
    expect(body.events[0]).toMatchObject({
      revision: '0',
      actor: { kind: 'api_key' },
      ip: '127.0.0.1',
      personal: { phone: expect.stringMatching(/^\+1512/) },
      data: { verdict: { eligible: false, reasons: ['consent_missing'] } },
    });
    expect(JSON.stringify(body.events[0]!.data)).not.toContain('v1.');
    const then = await api.request(`${path}?asOf=0`, { key });
    expect(then.body).toMatchObject({
      status: 'ineligible',
      ineligible_reasons: ['consent_missing'],
      revision: '0',
    });
    const before = await api.request(`${path}?asOf=2020-01-01T00:00:00Z`, { key });
    expect([before.status, before.body.error.code]).toEqual([404, 'lead_not_found']);
    const early = await api.request(`${path}/history?asOf=0`, { key });
    expect(early.body.events).toHaveLength(1);
  });

  it('makes one lead of a hundred simultaneous posts of one phone', async () => {
    const body = { ...firstLead, phone: freshPhone() };
    const answers = await Promise.all(
      Array.from({ length: 100 }, () => api.post('/v1/leads', body, { key })),
    );
    const statuses = answers.map(({ status }) => status);
    expect(statuses.filter((status) => status === 201)).toHaveLength(1);
    expect(statuses.filter((status) => status === 200)).toHaveLength(99);
    expect(new Set(answers.map((answer) => answer.body.lead_id)).size).toBe(1);
  });

  it('stores a suppressed phone, never to be dialed, until the entry is lifted', async () => {
    const phone = freshPhone();
    const entry = await api.post('/v1/suppressions', { phone, reason: 'opted_out' }, { key });
    expect(entry.status).toBe(201);
    expect(entry.text).not.toContain(phone);
    const { body } = await api.post(
      '/v1/leads',
      { ...firstLead, phone, consent: freshConsent() },
      { key },
    );
    expect(body).toMatchObject({ status: 'ineligible', ineligible_reasons: ['suppressed'] });
    const listed = await api.request(
      `/v1/leads?limit=1&waitFor=${entry.headers.get('x-leadledger-position')}`,
      { key },
    );
    expect(listed.status).toBe(200);
    const list = await api.request('/v1/suppressions', { key });
    expect(list.body.suppressions[0]).toMatchObject({ id: entry.body.id, phone: `+1${phone}` });
    expect(list.body.as_of.position).toMatch(/^\d+$/);
    const lifted = await api.request(`/v1/suppressions/${entry.body.id}`, {
      method: 'DELETE',
      key,
    });
    expect([lifted.status, lifted.text]).toEqual([204, '']);
    const unknown = await api.request('/v1/suppressions/p999', { method: 'DELETE', key });
    expect([unknown.status, unknown.body.error.code]).toEqual([404, 'suppression_not_found']);
  });

  it('answers with the entry in force, which no other wish makes weaker', async () => {
    const wish = { phone: freshPhone(), reason: 'opted_out' };
    const made = await api.post('/v1/suppressions', wish, { key });
    const pause = { ...wish, reason: 'campaign pause', expires_at: '2026-01-01T00:00:00Z' };
    const again = await api.post('/v1/suppressions', pause, { key });
    expect([again.status, again.body]).toEqual([201, made.body]);
    expect(again.body).toMatchObject({ reason: 'opted_out', expires_at: null });
  });

  it('suppresses a phone for one seller or brand, by name, and lists by whom it binds', async () => {
    const [phone, other] = [freshPhone(), freshPhone()];
    const wish = { reason: 'asked', scope: 'seller', scope_name: 'Northwind' };
    const made = await api.post('/v1/suppressions', { ...wish, phone }, { key });
    expect(made.body).toMatchObject({ scope: 'seller', scope_name: 'Northwind' });
    const lead = { ...firstLead, consent: freshConsent() };
    const dialed = await api.post('/v1/leads', { ...lead, phone }, { key });
    expect(dialed.body).toMatchObject({ outcome: 'created', status: 'new' });
    const brand = { reason: 'asked', scope: 'brand', scope_name: 'acme quotes', phone: other };
    const position = (await api.post('/v1/suppressions', brand, { key })).headers.get(
      'x-leadledger-position',
    );
    const blocked = { ...lead, phone: other, source: 'Acme Quotes' };
    expect((await api.post('/v1/leads', blocked, { key })).body).toMatchObject({
      ...{ status: 'ineligible', ineligible_reasons: ['suppressed_for_brand'] },
    });
    await api.request(`/v1/leads?limit=1&waitFor=${position}`, { key });
    const listed = await api.request('/v1/suppressions?scope=brand', { key });
    expect(listed.body.suppressions).toMatchObject([
      { phone: `+1${other}`, scope: 'brand', scope_name: 'acme quotes' },
    ]);
    const lifted = await api.request(`/v1/suppressions/${made.body.id}`, { method: 'DELETE', key });
    expect(lifted.status).toBe(204);
  });

  it.each([
    ['a seller without a name', { scope: 'seller' }],
    ['a name for everybody', { scope_name: 'Northwind' }],
    ['a scope nobody knows', { scope: 'planet', scope_name: 'Earth' }],
  ])('refuses to suppress for %s', async (_, binding) => {
    const body = { phone: freshPhone(), reason: 'asked', ...binding };
    const { status, body: answer } = await api.post('/v1/suppressions', body, { key });
    expect([status, answer.error.code]).toEqual([422, 'validation_failed']);
  });

  it('pages through leads, newest first, without repeating or hiding any', async () => {
    const own = await api.createKey('pages', { rateLimitPerMinute: 10_000 });
    let position = '';
    const ids: string[] = [];
    for (let n = 0; n < 7; n += 1) {
      const answer = await api.post(
        '/v1/leads',
        { phone: freshPhone(), source: 's' },
        { key: own },
      );
      ids.unshift(answer.body.lead_id);
      position = answer.headers.get('x-leadledger-position') ?? '';
    }
    const seen: string[] = [];
    let cursor = '';
    do {
      const next: string = cursor === '' ? '' : `&cursor=${cursor}`;
      const page = await api.request(`/v1/leads?limit=3&source=s&waitFor=${position}${next}`, {
        key: own,
      });
      expect(page.status).toBe(200);
      seen.push(...page.body.leads.map((lead) => lead.lead_id));
      cursor = page.body.next_cursor ?? '';
    } while (cursor !== '');
    expect(seen).toEqual(ids);
  });

  it('shows no lead of another tenant, by id, in lists or histories', async () => {
    const phone = freshPhone();
    const { body } = await api.post('/v1/leads', { phone }, { key });
    const other = await api.createKey('other');
    for (const path of ['', '/history']) {
      const answer = await api.request(`/v1/leads/${body.lead_id}${path}`, { key: other });
      expect([answer.status, answer.body.error.code]).toEqual([404, 'lead_not_found']);
    }
    const consent = await api.post(`/v1/leads/${body.lead_id}/consent`, freshConsent(), {
      key: other,
    });
    expect(consent.status).toBe(404);
    const list = await api.request(`/v1/leads?phone=${phone}`, { key: other });
    expect(list.body.leads).toEqual([]);
    const theirs = await api.post('/v1/leads', { phone }, { key: other });
    expect(theirs.body.outcome).toBe('created');
    expect(theirs.body.lead_id).not.toBe(body.lead_id);
  });

  it('says whose key it is', async () => {
    const { body } = await api.request('/v1/me', { key });
    expect(body).toMatchObject({
      key: { name: 'test key', scopes: ['read', 'write'], mode: 'live' },
      tenant: { id: 'demo', mode: 'sandbox' },
    });
  });

  it('is ready once everything is', async () => {
    const { status, body } = await api.request('/ready');
    expect(status).toBe(200);
    expect(body).toMatchObject({ event_store: { state: 'up' }, postgres: { state: 'up' } });
    expect(body.read_models.map((model) => model.name)).toContain('lead_list');
  });
});
