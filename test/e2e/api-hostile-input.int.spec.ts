import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  firstLead,
  freshPhone,
  type RunningApi,
  type Servers,
  startApi,
  startServers,
} from './api.harness.js';

/** Texts that broke other people's programs. */
const NAUGHTY = [
  ...[
    '',
    ' ',
    'null',
    'undefined',
    'NaN',
    'true',
    '-1',
    '1e309',
    '0x0',
    '１２３',
    '\u0000',
    '\u0000\u0001',
  ],
  ...['\ufeff', '\u200b', '\u202etest', '\ud800', '\udfff\ud800', 'Ω≈ç√∫', '田中さん', '👩‍👩‍👧‍👦', 'Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍A̴̵̜̰͔ͫ͗͢'],
  ...["'; drop table lead_list; --", '" or ""="', '${7*7}', '{{7*7}}', '%00', '../../etc/passwd'],
  ...[
    '<script>alert(1)</script>',
    '$(touch x)',
    '`id`',
    'http://0/',
    'javascript:0',
    '\\',
    '\\u0000',
  ],
  ...['__proto__', 'constructor', 'toString', 'hasOwnProperty', '__defineGetter__'],
];

/** Bodies no JSON parser may take. */
const MALFORMED = [
  ...[
    '',
    ' ',
    '{',
    '[',
    '{"a"',
    '{"a":',
    '{"a":1',
    '{"a":1,',
    '{"a":1,}',
    "{'a':1}",
    '{a:1}',
    '[1,]',
  ],
  ...[
    'nul',
    'tru',
    'NaN',
    'Infinity',
    '-',
    '01',
    '1.',
    '.5',
    '1e',
    '+1',
    '0x1',
    '"',
    '"\n"',
    '"\\x"',
  ],
  ...[
    '{"a":1}}',
    '{"a":1} x',
    '{"a" 1}',
    '{"a":1 "b":2}',
    '{,}',
    '[,1]',
    '/* */{}',
    '{}//',
    '\u0000{}',
  ],
  ...['{"a":"\\u12"}', '{"a":"\t"}', '[1 2]', '{1:2}', '{"a"::1}', '["a": 1]', '[1,,2]', '"\\'],
];

describe('hostile input', () => {
  let servers: Servers;
  let api: RunningApi;
  let key: string;

  beforeAll(async () => {
    servers = await startServers();
    api = await startApi(servers);
    key = await api.createKey('demo', { rateLimitPerMinute: 100_000 });
  });
  afterAll(async () => {
    expect(api.logged()).not.toContain('request failed');
    await api.close();
    await servers.close();
  });

  it.each(MALFORMED)('is refused when it is not JSON: %j', async (text) => {
    const { status, body } = await api.post('/v1/leads', text, { key });
    expect([status, body.error.code]).toEqual([400, 'malformed_json']);
    expect(body.error.details.offset).toBeGreaterThanOrEqual(0);
  });

  it.each(['null', 'true', '5', '"text"', '[]', '[{"phone":"5551234567"}]'])(
    'is refused when it is JSON but no object: %s',
    async (text) => {
      const { status, body } = await api.post('/v1/leads', text, { key });
      expect([status, body.error.code]).toEqual([422, 'validation_failed']);
    },
  );

  it('names every field of a wrong type at once', async () => {
    const fields = [
      'phone',
      'source',
      'first_name',
      'last_name',
      'email',
      'state',
      'zip',
      'city',
      'dob',
    ];
    const wrong = [true, [], {}, ['5551234567'], { a: 1 }];
    for (const value of wrong) {
      const lead = Object.fromEntries([...fields, 'consent'].map((field) => [field, value]));
      const { status, body } = await api.post('/v1/leads', { ...lead, consent: 'yes' }, { key });
      expect([status, body.error.code]).toEqual([422, 'validation_failed']);
      const named = body.error.details.map(({ field }) => field);
      expect(named).toEqual(expect.arrayContaining([...fields, 'consent']));
    }
  });

  it.each([
    [{}, 'required'],
    [{ phone: '' }, 'required'],
    [{ phone: '911' }, 'phone_unparseable'],
    [{ phone: 'anonymous' }, 'caller_anonymous'],
    [{ phone: '0115125551212' }, 'country_not_allowed'],
  ])('has a code of its own when only the phone is wrong: %j', async (lead, code) => {
    const { status, body } = await api.post('/v1/leads', lead, { key });
    expect([status, body.error.code]).toEqual([422, 'invalid_phone']);
    expect(body.error.details[0]).toMatchObject({ field: 'phone', code });
  });

  it.each([
    '{"phone":"5551234567","__proto__":{"status":"new"}}',
    '{"phone":"5551234567","consent":{"__proto__":{"a":1}}}',
    '{"phone":"5551234567","constructor":{"prototype":{"a":1}}}',
  ])('may not reach a prototype: %s', async (text) => {
    const { status, body } = await api.post('/v1/leads', text, { key });
    expect([status, body.error.code]).toEqual([400, 'forbidden_key']);
  });

  it.each(NAUGHTY)('is kept as it is, or refused, in every field: %j', async (text) => {
    const lead = {
      ...Object.fromEntries(
        Object.keys({ ...firstLead, email: 1, zip: 1, dob: 1, [text]: 1 }).map((key) => [
          key,
          text,
        ]),
      ),
      phone: freshPhone(),
      consent: { consent_timestamp: text, consent_text_version: text, source_url: text },
      custom_fields: { [text || 'empty']: text },
    };
    const { status, body } = await api.post('/v1/leads', lead, { key });
    if (status === 201) {
      const read = await api.request(`/v1/leads/${body.lead_id}`, { key });
      expect(read.status).toBe(200);
    } else expect([400, 422]).toContain(status);
  });

  it('never breaks an address, whatever it names', async () => {
    const { text } = await api.request('/openapi.json');
    const { paths } = JSON.parse(text) as { paths: Record<string, Record<string, object>> };
    const readable = Object.entries(paths).flatMap(([path, { get }]) =>
      get !== undefined && path.includes('{') ? [path] : [],
    );
    expect(readable.length).toBeGreaterThan(10);
    const everything = await api.createKey('demo', {
      ...{ scopes: ['read', 'write', 'operator'], rateLimitPerMinute: 100_000 },
    });
    for (const path of readable) {
      for (const name of ['\0', '__proto__', '%00', '\u202etest', 'null', '1e309', '\\']) {
        const named = path.replaceAll(/\{[^}]+\}/g, encodeURIComponent(name));
        const { status } = await api.request(named, { key: everything });
        expect([named, status < 500]).toEqual([named, true]);
      }
    }
  });

  it.each(NAUGHTY)('never breaks a query: %j', async (text) => {
    const value = encodeURIComponent(text.toWellFormed());
    const names = [
      'status',
      'source',
      'state',
      'phone',
      'received_from',
      'limit',
      'cursor',
      'waitFor',
    ];
    for (const name of names) {
      const { status } = await api.request(`/v1/leads?${name}=${value}`, { key });
      // A source may be anything; the list is empty then.
      expect([200, 422]).toContain(status);
    }
    for (const path of [`/v1/leads/${value}`, `/v1/leads/${value}/history?asOf=${value}`]) {
      const { status } = await api.request(path, { key });
      expect(status).toBeGreaterThanOrEqual(200);
      expect(status).toBeLessThan(500);
    }
    const headers = { 'idempotency-key': encodeURIComponent(text.toWellFormed()) };
    const lead = { phone: freshPhone() };
    expect((await api.post('/v1/leads', lead, { key, headers })).status).toBeLessThan(500);
    const entry = { phone: text, prefix: text, reason: text, source: text, expires_at: text };
    expect((await api.post('/v1/suppressions', entry, { key })).status).toBe(422);
  });

  it.each([
    'limit=0',
    'limit=201',
    'limit=1.5',
    'limit=5&limit=6',
    'status=old',
    'received_from=yesterday',
    'received_from=0000-01-01T00:00:00Z',
    'waitFor=99999999999999999999',
    'cursor=abc',
    'colour=red',
  ])('is a 422 in a query: %s', async (query) => {
    const { status, body } = await api.request(`/v1/leads?${query}`, { key });
    expect(status).toBe(422);
    expect(['validation_failed', 'invalid_cursor']).toContain(body.error.code);
  });

  it.each([
    '{"reason":{"constructor":"x"},"phone":"5551234567"}',
    '{"constructor":"x","phone":"5551234567","reason":"r"}',
    '{"toString":1,"phone":"5551234567","reason":"r"}',
    '{"phone":"5551234567","prefix":"+1900","reason":"r"}',
    '{"reason":"r"}',
    'null',
  ])('is a 422 in a body: %s', async (text) => {
    const { status, body } = await api.post('/v1/suppressions', text, { key });
    expect([status, body.error.code]).toEqual([422, 'validation_failed']);
  });

  it('is a 422 in a query that names prototypes', async () => {
    const query = '__proto__=a&__proto__=b&constructor=c&toString=d';
    const { status, body } = await api.request(`/v1/leads?${query}`, { key });
    expect(status).toBe(422);
    expect(body.error.details.map(({ code }) => code)).toContain('unknown_field');
  });

  it('is never answered with a server’s error, whatever JSON it is', async () => {
    const value = fc.jsonValue({ maxDepth: 4 });
    const lead = fc.record(
      Object.fromEntries(
        [
          ...Object.keys(firstLead),
          'email',
          'zip',
          'attribution',
          'custom_fields',
          'data',
          'name',
        ].map((name) => [name, fc.oneof(value, fc.string({ unit: 'binary' }))]),
      ),
      { requiredKeys: [] },
    );
    await fc.assert(
      fc.asyncProperty(fc.oneof(lead, value), async (body) => {
        const answer = await api.post('/v1/leads', body, { key });
        expect(answer.status).toBeLessThan(500);
        if (answer.status >= 400) expect(answer.body.error.code).toMatch(/^[a-z_]+$/);
      }),
      { numRuns: 300 },
    );
  });

  it('is never answered with a server’s error, whatever form it is', async () => {
    const piece = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 5 }),
      fc.constantFrom(
        '[',
        ']',
        '.',
        '&',
        '=',
        'phone',
        'consent',
        'custom_fields',
        '%',
        '5551234567',
      ),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(piece), async (pieces) => {
        const headers = { 'content-type': 'application/x-www-form-urlencoded' };
        const body = pieces.join('').toWellFormed();
        const answer = await api.request('/v1/leads', { method: 'POST', key, headers, body });
        expect(answer.status).toBeLessThan(500);
      }),
      { numRuns: 200 },
    );
  });
});
