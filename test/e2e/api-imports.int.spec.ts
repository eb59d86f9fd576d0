import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { MasterKey } from '#libs/privacy';
import { until } from '#libs/testing';
import { connectEventStore } from '#libs/event-store';
import { readSettings } from '#libs/settings';
import { pino } from 'pino';
import { ImportHost } from '../../apps/worker/import-host.js';
import {
  freshPhone,
  type RunningApi,
  type Servers,
  startApi,
  startServers,
} from './api.harness.js';

let servers: Servers;
let api: RunningApi;
let key: string;
let otherKey: string;

beforeAll(async () => {
  servers = await startServers();
  api = await startApi(servers);
  key = await api.createKey('acme', { rateLimitPerMinute: 10_000 });
  otherKey = await api.createKey('other');
});
afterAll(async () => {
  await api.close();
  await servers.close();
});

/** Imports what waits, as the worker does, until `work` is done. */
async function withWorker(work: () => Promise<void>): Promise<void> {
  const { eventStoreUrl, databaseUrl, masterKey } = servers;
  const store = connectEventStore(eventStoreUrl);
  const host = new ImportHost({
    settings: readSettings({ environment: { MASTER_KEY: masterKey }, readFile: () => '' }),
    ...{ databaseUrl, store, logger: pino({ level: 'silent' }) },
    masterKey: MasterKey.fromBase64(masterKey),
  });
  host.start();
  try {
    await work();
  } finally {
    await host.stop();
    await store.close();
  }
}

interface ImportBody {
  readonly import_id: string;
  readonly status: string;
  readonly [field: string]: unknown;
}

const upload = async (path: string, csv: string, type = 'text/csv') => {
  const init = { method: 'POST', key, body: csv, headers: { 'content-type': type } };
  const answer = await api.request(path, init);
  return { ...answer, import: answer.body as unknown as ImportBody };
};
const form = async (parts: readonly (readonly [string, string | Blob, string?])[]) => {
  const body = new FormData();
  for (const [name, value, fileName] of parts) {
    if (typeof value === 'string') body.append(name, value);
    else body.append(name, value, fileName);
  }
  const answer = await api.request('/v1/imports', { method: 'POST', key, body });
  return { ...answer, import: answer.body as unknown as ImportBody };
};
const read = async (id: string, asking = key) => {
  const answer = await api.request(`/v1/imports/${id}`, { key: asking });
  return { ...answer, import: answer.body as unknown as ImportBody };
};

describe('a CSV file that is posted', () => {
  it('is accepted, imported in the background, and answered for row by row', async () => {
    const phone = freshPhone();
    const csv = `Phone,First Name\n${phone},Jane\n${phone},Jane\nnobody,Joe\n`;
    const accepted = await upload('/v1/imports?source=list-7', csv);
    expect(accepted.status).toBe(202);
    expect(accepted.import).toMatchObject({ status: 'queued', rows: 3, processed: 0 });
    const id = accepted.import.import_id;
    expect(accepted.headers.get('location')).toBe(`/v1/imports/${id}`);
    await withWorker(async () => {
      await until('the import to finish', async () => {
        return (await read(id)).import.status === 'finished';
      });
    });
    expect((await read(id)).import).toMatchObject({
      ...{ processed: 3, source: 'list-7', failure: null },
      counts: { created: 0, duplicate: 1, ineligible: 1, error: 1 },
      mapping: [
        { column: 'Phone', target: 'phone' },
        { column: 'First Name', target: 'first_name' },
      ],
    });
    const outcomes = await api.request(`/v1/imports/${id}/outcomes`, { key });
    expect(outcomes.headers.get('content-type')).toMatch('text/csv');
    expect(outcomes.text).toMatch(
      /^row,outcome,lead_id,status,reason\n1,ineligible,\S+,ineligible,consent_missing\n2,duplicate,\S+\n3,error,,,invalid_phone.*\n$/,
    );
    const errors = await api.request(`/v1/imports/${id}/outcomes?outcome=error`, { key });
    expect(errors.text.split('\n')).toHaveLength(3);
    const leadId = outcomes.text.split('\n')[1]!.split(',')[2]!;
    const lead = await api.request(`/v1/leads/${leadId}`, { key });
    expect(lead.body).toMatchObject({ channel: 'csv', source: 'list-7' });
    expect(lead.text).toContain('Jane');
    const again = await upload('/v1/imports?source=list-7', csv);
    expect([again.status, again.import]).toEqual([202, (await read(id)).import]);
  });

  it('may be a file of a form, with its options before it', async () => {
    const csv = new Blob([`Best number;SSN\n${freshPhone()};123\n`]);
    const accepted = await form([
      ['mapping', '{"phone":"best number"}'],
      ['ignore', 'SSN'],
      ['file', csv, 'march.csv'],
    ]);
    expect([accepted.status, accepted.import]).toEqual([
      202,
      expect.objectContaining({
        file_name: 'march.csv',
        mapping: [
          { column: 'Best number', target: 'phone' },
          { column: 'SSN', target: 'ignored' },
        ],
      }),
    ]);
    const listed = await api.request('/v1/imports?limit=1', { key });
    expect(listed.body).toMatchObject({ imports: [{ file_name: 'march.csv' }] });
  });

  it('is only read with dry_run, and nothing is stored', async () => {
    const before = (await api.request('/v1/imports?limit=200', { key })).text;
    const answer = await upload('/v1/imports?dry_run=true', `tel\n${freshPhone()}\n12\n`);
    expect([answer.status, answer.body]).toEqual([
      200,
      expect.objectContaining({
        ...{ dry_run: true, rows: 2, readable: 1, without_consent: 1 },
        refusals: { 'phone phone_unparseable': 1 },
      }),
    ]);
    expect((await api.request('/v1/imports?limit=200', { key })).text).toBe(before);
  });

  it('may be far larger than any other body', async () => {
    const rows = Array.from({ length: 20_000 }, () => `${freshPhone()},${'x'.repeat(100)}`);
    const accepted = await upload('/v1/imports', `phone,note\n${rows.join('\n')}\n`);
    expect([accepted.status, accepted.import]).toEqual([
      202,
      expect.objectContaining({ rows: 20_000 }),
    ]);
  });
});

describe('a file that cannot be imported', () => {
  it.each<[string, string, string, number, string, RegExp]>([
    [
      'an unknown phone',
      '',
      'Name,Contact\nJane,5551234567\n',
      422,
      'phone_column_missing',
      /"Contact"/,
    ],
    ['broken CSV', '', 'phone\n"555', 422, 'csv_invalid', /line/],
    ['no rows', '', 'phone\n', 422, 'csv_invalid', /no rows/],
    ['nothing', '', '', 422, 'csv_invalid', /empty/],
    ['a mapping that is no JSON', '?mapping=phone', 'phone\n1\n', 422, 'validation_failed', /./],
    ['a null mapping', '?mapping=null', 'phone\n1\n', 422, 'validation_failed', /./],
    ['an unknown field', '?mapping={"fone":"phone"}', 'phone\n1\n', 422, 'unknown_field', /fone/],
    ['an unknown column', '?ignore=SSN', 'phone\n1\n', 422, 'unknown_column', /SSN/],
    ['an unknown option', '?tenant=other', 'phone\n1\n', 422, 'validation_failed', /./],
  ])('is refused with what to do: %s', async (_, query, csv, status, code, message) => {
    const answer = await upload(`/v1/imports${query}`, csv);
    expect([answer.status, answer.body.error]).toEqual([
      status,
      expect.objectContaining({ code, message: expect.stringMatching(message) as unknown }),
    ]);
  });

  it('is refused while most of it is still on its way, and the answer arrives', async () => {
    const answer = await upload('/v1/imports', `Name\n${'Jane Doe\n'.repeat(2_000_000)}`);
    expect(answer.body.error.code).toBe('phone_column_missing');
    const asForm = await form([
      ['file', new Blob([`Name\n${'Jane Doe\n'.repeat(2_000_000)}`]), 'a'],
    ]);
    expect(asForm.body.error.code).toBe('phone_column_missing');
    expect((await read('x')).status).toBe(404);
  });

  it.each<[string, readonly (readonly [string, string | Blob, string?])[], string]>([
    ['without a file', [['source', 'x']], 'required'],
    [
      'with a field after its file',
      [
        ['file', new Blob(['phone\n1\n']), 'a'],
        ['source', 'x'],
      ],
      'after_file',
    ],
  ])('is refused as a form %s', async (_, parts, code) => {
    const answer = await form(parts);
    expect([answer.status, answer.body.error.details[0]?.code]).toEqual([422, code]);
  });

  it.each([
    ['application/json', '{"phone":"5551234567"}', 415, 'unsupported_media_type'],
    ['application/xml', '<a/>', 415, 'unsupported_media_type'],
    ['multipart/form-data', 'no boundary', 400, 'bad_request'],
    ['multipart/form-data; boundary=x', 'no parts', 400, 'bad_request'],
    [
      'multipart/form-data; boundary=x',
      '--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\nphone',
      400,
      'bad_request',
    ],
  ])('is refused as %s: %s', async (type, body, status, code) => {
    const answer = await upload('/v1/imports', body, type);
    expect([answer.status, answer.body.error.code]).toEqual([status, code]);
  });

  it('is no body for any other address', async () => {
    const answer = await upload('/v1/leads', 'phone\n5551234567\n');
    expect([answer.status, answer.body.error.code]).toEqual([415, 'unsupported_media_type']);
  });
});

describe('an import', () => {
  it('is nobody else’s, neither its progress nor its outcomes', async () => {
    const { import: mine } = await upload('/v1/imports', `phone\n${freshPhone()}\n`);
    for (const path of [mine.import_id, `${mine.import_id}/outcomes`]) {
      const answer = await api.request(`/v1/imports/${path}`, { key: otherKey });
      expect([answer.status, answer.body.error.code]).toEqual([404, 'import_not_found']);
    }
    const listed = await api.request('/v1/imports', { key: otherKey });
    expect(listed.body).toEqual({ imports: [] });
  });

  it('needs the scope write to be posted and read to be seen', async () => {
    const reader = await api.createKey('acme', { scopes: ['read'] });
    const writer = await api.createKey('acme', { scopes: ['write'] });
    const posted = await api.request('/v1/imports', {
      ...{ method: 'POST', key: reader, body: 'phone\n1\n' },
      headers: { 'content-type': 'text/csv' },
    });
    const seen = await api.request('/v1/imports', { key: writer });
    expect([posted.body.error.code, seen.body.error.code]).toEqual([
      'forbidden_scope',
      'forbidden_scope',
    ]);
  });
});
