import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type RunningApi, type Servers, startApi, startServers } from './api.harness.js';

let servers: Servers;
let api: RunningApi;
let key: string;

beforeAll(async () => {
  servers = await startServers();
  api = await startApi(servers);
  key = await api.createKey('demo', { rateLimitPerMinute: 10_000 });
});
afterAll(async () => {
  await api.close();
  await servers.close();
});

interface Rules {
  readonly version: number;
  readonly rules: Readonly<Record<string, string>>;
}

const read = async () => (await api.request('/v1/dnc-rules', { key })).body as unknown as Rules;
const put = (body: object) =>
  api.request('/v1/dnc-rules', {
    ...{ method: 'PUT', key, body: JSON.stringify(body) },
    headers: { 'content-type': 'application/json' },
  });

describe('/v1/dnc-rules', () => {
  it('begins with the strictest rules, and takes each change as a version', async () => {
    const defaults = await read();
    expect(defaults).toEqual({
      version: 0,
      rules: {
        ...{ national: 'block', state: 'block', internal: 'block', litigator: 'block' },
        ...{ wireless: 'allow_with_written_consent', reassigned: 'block' },
      },
    });
    const national = 'allow_with_written_consent';
    const changed = await put({ national, reason: 'counsel agreed' });
    expect(changed.status).toBe(200);
    expect(changed.headers.get('x-leadledger-position')).toMatch(/^\d+$/);
    expect(changed.body).toEqual({ version: 1, rules: { ...defaults.rules, national } });
    // What was read can be sent back as it is, and changes nothing.
    const again = await put((await read()).rules);
    expect(again.body).toEqual(changed.body);
    const versions = await api.request('/v1/dnc-rules/versions', { key });
    expect(versions.body).toMatchObject({
      versions: [{ version: 1, rules: { national }, reason: 'counsel agreed' }],
    });
  });

  it('never loosens lists that consent cannot speak for', async () => {
    for (const list of ['internal', 'litigator', 'reassigned']) {
      const { status, body } = await put({ [list]: 'allow' });
      expect([status, body.error.code]).toEqual([422, 'validation_failed']);
    }
  });
});
