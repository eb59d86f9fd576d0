import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  type RunningApi,
  type Servers,
  startApi,
  startServers,
  startWorker,
} from './api.harness.js';
import { ended, jsonOf, startCommand } from './import-command.harness.js';

let servers: Servers;
let folder: string;
let api: RunningApi;
let key: string;

beforeAll(async () => {
  servers = await startServers();
  folder = await mkdtemp(join(tmpdir(), 'leadledger-dialing-'));
  api = await startApi(servers);
  key = await api.createKey('demo', { rateLimitPerMinute: 10_000 });
});
afterAll(async () => {
  await api.close();
  await servers.close();
  await rm(folder, { recursive: true });
});

const required = {
  telemarketer: 'Leadline LLC',
  seller: 'Northwind Insurance',
  offering: 'auto insurance quotes',
  calling_numbers: ['+16465550100'],
  script_id: '5e3d9b80-1c7a-4f26-a4d9-8b0f2e6c1a57',
};
const put = (path: string, body: object = {}, by = key) =>
  api.request(`/v1/dialing${path}`, {
    ...{ method: 'PUT', key: by, headers: { 'content-type': 'application/json' } },
    body: JSON.stringify(body),
  });
const read = async (by = key) => (await api.request('/v1/dialing', { key: by })).body;
const leadledger = async (...parameters: string[]) =>
  ended(startCommand(servers, folder, ['dialing', ...parameters]));

describe('dialing of an account', () => {
  it('is not configured at first', async () => {
    const idle = { settings: null, version: 0, stopped: false, paused_sources: [] };
    expect(await read()).toEqual(idle);
  });

  it('names every setting that is wrong at once', async () => {
    const { status, body } = await put('', { seller: '', ring_seconds: 1, colour: 'red' });
    expect(status).toBe(422);
    expect(body.error.code).toBe('validation_failed');
    expect(body.error.details.map(({ field, code }) => `${field}:${code}`)).toEqual([
      'telemarketer:required',
      'seller:required',
      'offering:required',
      'calling_numbers:required',
      'script_id:required',
      'ring_seconds:out_of_range',
      'colour:unknown_field',
    ]);
    expect((await put('', { ...required, reason: 7 })).body.error.details[0]?.field).toBe('reason');
    expect(await read()).toMatchObject({ version: 0 });
  });

  it('is configured, changed and read back, every version with its reason', async () => {
    const first = await put('', { ...required, reason: 'we begin' });
    expect(first.status).toBe(200);
    expect(first.headers.get('x-leadledger-position')).toMatch(/^\d+$/);
    expect(first.body).toMatchObject({ version: 1, settings: { ...required, attempts_max: 6 } });
    await put('', { attempts_max: 4, reason: 'fewer' });
    const same = await put('', { attempts_max: 4, reason: 'again' });
    expect(same.headers.get('x-leadledger-position')).toBeNull();
    expect(await read()).toMatchObject({ version: 2, settings: { ...required, attempts_max: 4 } });
    const { body } = await api.request('/v1/dialing/versions', { key });
    expect(body).toMatchObject({
      versions: [
        { version: 2, reason: 'fewer', settings: { attempts_max: 4 }, actor: { kind: 'api_key' } },
        { version: 1, reason: 'we begin', settings: { attempts_max: 6 } },
      ],
    });
  });

  it('tells a position that read models come to, although none of them is made of it', async () => {
    const by = await api.createKey('waiting');
    const shown = async (body: object) => {
      const { headers } = await put('', body, by);
      const position = headers.get('x-leadledger-position');
      return (await api.request(`/v1/leads?waitFor=${position}`, { key: by })).status;
    };
    // It has a heartbeat as it starts, which they come to as well; the next one is far away.
    const worker = startWorker(servers, 3_600_000);
    try {
      expect(await shown({ ...required, calling_numbers: ['+16465550188'] })).toBe(200);
      expect(await shown({ attempts_max: 4 })).toBe(200);
    } finally {
      await worker.stop();
    }
  });

  it('stops at once, without a body if need be, and goes on', async () => {
    const stopped = await api.request('/v1/dialing/stop', { method: 'POST', key });
    expect(stopped.status).toBe(200);
    expect(stopped.body).toMatchObject({ stopped: true, version: 2 });
    expect(await read()).toMatchObject({ stopped: true });
    const resumed = await api.post('/v1/dialing/resume', { reason: 'resolved' }, { key });
    expect(resumed.body).toMatchObject({ stopped: false });
  });

  it('pauses a source, whatever its name, and resumes it', async () => {
    const path = `/sources/${encodeURIComponent('partner 7/spring')}`;
    const paused = await put(`${path}/pause`, { reason: 'wrong numbers' });
    expect(paused.body).toMatchObject({ paused_sources: ['partner 7/spring'], stopped: false });
    expect((await put(`${path}/resume`)).body).toMatchObject({ paused_sources: [] });
    const spaced = await put('/sources/my-webform%20/pause', { reason: 'complaints' });
    expect(spaced.body).toMatchObject({ paused_sources: ['my-webform'] });
    expect((await put('/sources/my-webform/resume')).body).toMatchObject({ paused_sources: [] });
    const { status, body } = await put('/sources/%20/pause', { reason: 'complaints' });
    expect([status, body.error.code]).toEqual([422, 'validation_failed']);
    expect(body.error.details).toMatchObject([{ field: 'source', code: 'invalid' }]);
  });

  it('is nobody else’s to see or to change', async () => {
    const other = await api.createKey('other', { scopes: ['read'] });
    expect(await read(other)).toMatchObject({ version: 0, settings: null });
    expect((await put('', required, other)).body.error.code).toBe('forbidden_scope');
  });
});

describe('a number to call from', () => {
  it('is refused to another account, and named', async () => {
    const other = await api.createKey('somebody-else');
    const { status, body } = await put('', required, other);
    expect([status, body.error.code]).toEqual([422, 'caller_id_taken']);
    expect(body.error.details).toMatchObject([
      { field: 'calling_numbers', code: 'taken', received: '+16465550100' },
    ]);
    expect(await read(other)).toMatchObject({ version: 0 });
    expect((await put('', { ...required, calling_numbers: ['+16465550101'] }, other)).status).toBe(
      200,
    );
  });
});

describe('leadledger dialing', () => {
  it('stops, tells and resumes, for the record of whoever typed it', async () => {
    const stop = await leadledger('stop', '--tenant', 'demo', '--reason', 'complaints', '--json');
    expect(stop.code).toBe(0);
    expect(jsonOf(stop)).toEqual({
      ...{ tenantId: 'demo', stopped: true, changed: true, reason: 'complaints' },
    });
    expect(await read()).toMatchObject({ stopped: true });
    const again = await leadledger('stop', '--tenant', 'demo');
    expect(again.stdout).toBe('Dialing of demo was stopped already.\n');
    const status = await leadledger('status', '--tenant', 'demo');
    expect(status.stdout).toMatch(/^Dialing of demo is stopped[^]*seller +Northwind Insurance/);
    const resume = await leadledger('resume', '--tenant', 'demo');
    expect(resume.stdout).toBe('Dialing of demo goes on.\n');
    expect(await read()).toMatchObject({ stopped: false });
  });

  it('does not know a tenant that is not there', async () => {
    const { code, stderr } = await leadledger('stop', '--tenant', 'nobody');
    expect(code).toBe(1);
    expect(stderr).toContain('There is no tenant nobody');
  });
});
