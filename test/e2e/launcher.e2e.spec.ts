import { chmod, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  isAlive,
  lastJson,
  LaunchedStack,
  removeFolder,
  requestOfCurl,
  runCommand,
  temporaryFolder,
} from './launcher.harness.js';

const stopsWithinMs = 10_000;

interface Answer {
  readonly outcome: string;
  readonly lead_id: string;
  readonly status: string;
}

async function send({ url, init }: ReturnType<typeof requestOfCurl>) {
  const response = await fetch(url, init);
  return { status: response.status, body: (await response.json()) as Answer };
}

describe('a stack started on an empty folder, as npm start does', () => {
  let root: string;
  let dataDir: string;
  let stack: LaunchedStack;
  let leadId: string;
  let curl: ReturnType<typeof requestOfCurl>;

  beforeAll(async () => {
    root = await temporaryFolder();
    // Like a clone under /root: nobody but the owner may pass.
    await chmod(root, 0o700);
    dataDir = join(root, 'data');
    stack = new LaunchedStack(dataDir, { DNC_ON_FAILURE: 'allow' });
    await stack.ready();
    curl = requestOfCurl(stack.stdout);
  }, 240_000);

  afterAll(async () => {
    await stack.interrupt();
    await removeFolder(root, dataDir);
  });

  it('prints a request that works as it stands', async () => {
    expect(JSON.parse(curl.init.body)).toEqual({
      source: 'my-webform',
      first_name: 'Jane',
      phone: '5551234567',
      state: 'TX',
      consent: {
        consent_timestamp: '2026-07-05T12:00:00Z',
        consent_text_version: 'webform-v2',
        source_url: 'https://example.com/quote',
      },
    });
    const { status, body } = await send(curl);
    expect({ status, body }).toEqual({
      status: 201,
      body: { outcome: 'created', lead_id: expect.any(String), status: 'new' },
    });
    leadId = body.lead_id;
  });

  it('answers the same request again with the same lead', async () => {
    expect(await send(curl)).toEqual({
      status: 200,
      body: { outcome: 'duplicate', lead_id: leadId, status: 'new' },
    });
  });

  it('shows the address of the docs, which are there', async () => {
    const docs = /Docs +(\S+)/.exec(stack.stdout)?.[1] ?? '';
    expect((await fetch(docs)).status).toBe(200);
  });

  it('keeps its secrets to their owner', async () => {
    for (const file of ['master.key', 'demo-api-key', 'run.json']) {
      expect((await stat(join(dataDir, file))).mode & 0o077).toBe(0);
    }
  });

  it('tells other commands which do-not-call provider it asks', async () => {
    expect((await stack.run()).dnc).toMatchObject({ url: null, onFailure: 'allow' });
  });

  it('shows what happened to the lead, with its personal data', async () => {
    const { code, stdout } = await runCommand(dataDir, ['history', leadId, '--json']);
    expect(code).toBe(0);
    const { tenantId, events } = lastJson(stdout) as {
      tenantId: string;
      events: { type: string; revision: string; personal: Record<string, unknown> | null }[];
    };
    expect(tenantId).toBe('demo');
    expect(events.map(({ type }) => type)).toEqual(['LeadReceived', 'LeadDeduplicated']);
    expect(events[0]?.personal).toMatchObject({ phone: '+15551234567', first_name: 'Jane' });

    const early = await runCommand(dataDir, ['history', leadId, '--as-of', '0']);
    expect(early.stdout).toContain('1 event');
    expect(early.stdout).toContain('Jane');
  });

  it('folds the lead step by step into its state', async () => {
    const { stdout } = await runCommand(dataDir, ['replay', leadId, '--json']);
    const { steps, state } = lastJson(stdout) as {
      steps: { type: string; changes: { field: string; after: unknown }[] }[];
      state: Record<string, unknown>;
    };
    expect(steps[1]?.changes).toEqual([{ field: 'duplicates', before: 0, after: 1 }]);
    expect(state).toMatchObject({ leadId, status: 'new', duplicates: 1 });
  });

  it('does not find the lead for another tenant', async () => {
    const command = ['history', leadId, '--tenant', 'other', '--json'];
    const { code, stdout, stderr } = await runCommand(dataDir, command);
    expect(code).not.toBe(0);
    expect(lastJson(stdout)).toMatchObject({ error: { code: 'lead_not_found' } });
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });

  it('makes, lists, rotates and revokes keys', async () => {
    await runCommand(dataDir, ['tenants', 'create', 'acme', '--name', 'Acme']);
    const tenants = await runCommand(dataDir, ['tenants', 'list', '--json']);
    expect(lastJson(tenants.stdout)).toMatchObject({
      tenants: [{ tenantId: 'acme', mode: 'live' }, { tenantId: 'demo' }],
    });
    const wish = ['--tenant', 'acme', '--scope', 'read', '--name', 'reports', '--json'];
    const { apiKey, keyId } = await jsonOf(['keys', 'create', ...wish, '--rate-limit', '7']);
    expect(await statusWith(apiKey)).toEqual({ status: 200, limit: '7' });

    const rotated = await jsonOf(['keys', 'rotate', keyId, '--overlap', '0s', '--json']);
    expect(await statusWith(rotated.apiKey)).toMatchObject({ status: 200 });
    await jsonOf(['keys', 'revoke', rotated.keyId, '--reason', 'no longer needed', '--json']);

    const { keys } = (await jsonOf(['keys', 'list', '--tenant', 'acme', '--json'])) as unknown as {
      keys: { keyId: string; standing: string; name: string }[];
    };
    expect(keys.map(({ standing }) => standing)).toEqual(['expired', 'revoked']);
    expect(JSON.stringify(keys)).not.toContain(apiKey);
  });

  it('is not started twice on the same folder', async () => {
    const { code, stderr } = await runCommand(dataDir, ['start']);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^leadledger: Leadledger already runs on \S+ \(process \d+\); .+\n$/);
    expect((await fetch(new URL('/ready', curl.url))).status).toBe(200);
  });

  it('is joined by a second one that is given its servers, and starts none of its own', async () => {
    const { eventStoreUrl, databaseUrl } = await stack.run();
    const folder = await temporaryFolder();
    const second = new LaunchedStack(folder, {
      EVENTSTORE_URL: eventStoreUrl,
      DATABASE_URL: databaseUrl,
      MASTER_KEY_FILE: join(dataDir, 'master.key'),
    });
    const { pids } = await second.ready();
    expect(Object.keys(pids).sort()).toEqual(['api', 'supervisor', 'worker']);
    expect(await send(requestOfCurl(second.stdout))).toEqual({
      status: 200,
      body: { outcome: 'duplicate', lead_id: leadId, status: 'new' },
    });
    expect(await second.interrupt()).toEqual({ code: 0, signal: null });
    await removeFolder(folder);
  });

  it('ends cleanly with Ctrl-C, leaving no process and no run.json', async () => {
    const { pids } = await stack.run();
    const exit = await Promise.race([
      stack.interrupt(),
      new Promise((resolve) => setTimeout(resolve, stopsWithinMs, 'still running').unref()),
    ]);
    expect(exit).toEqual({ code: 0, signal: null });
    expect(Object.values(pids).filter(isAlive)).toEqual([]);
    await expect(stat(join(dataDir, 'run.json'))).rejects.toMatchObject({ code: 'ENOENT' });
    expect(stack.stderr).toBe('');
  });

  it('says that nothing runs, to commands that need it', async () => {
    const { code, stdout } = await runCommand(dataDir, ['tenants', 'list', '--json']);
    expect(code).toBe(1);
    expect(lastJson(stdout)).toMatchObject({ error: { code: 'nothing_runs' } });
  });

  it('finds the same data when it is started again', async () => {
    const key = await readFile(join(dataDir, 'demo-api-key'), 'utf8');
    stack = new LaunchedStack(dataDir);
    await stack.ready();
    expect(stack.stdout).toContain(key.trim());
    expect(await send(requestOfCurl(stack.stdout))).toEqual({
      status: 200,
      body: { outcome: 'duplicate', lead_id: leadId, status: 'new' },
    });
  });

  async function jsonOf(args: string[]): Promise<{ apiKey: string; keyId: string }> {
    const { code, stdout, stderr } = await runCommand(dataDir, args);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    return lastJson(stdout) as { apiKey: string; keyId: string };
  }

  async function statusWith(apiKey: string) {
    const headers = { Authorization: `Bearer ${apiKey}` };
    const response = await fetch(new URL('/v1/leads', curl.url), { headers });
    return { status: response.status, limit: response.headers.get('x-ratelimit-limit') };
  }
});
