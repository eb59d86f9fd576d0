import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readSettings } from '#libs/settings';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { RunRecorder } from '../supervisor/run-recorder.js';
import { runFilePath } from '../supervisor/run-file.js';
import { dncConnectionOf } from './dnc-connection.js';
import { findDncProvider } from './find-servers.js';

const servers = {
  eventStoreUrl: 'esdb://127.0.0.1:1?tls=false',
  databaseUrl: 'postgres://nobody@127.0.0.1:1/none',
};
const provider = { DNC_PROVIDER_URL: 'http://127.0.0.1:9/lookup', DNC_PROVIDER_KEY: 'canary' };

let dataDir: string;

const settingsOf = (environment: Record<string, string>) =>
  readSettings({ environment: { DATA_DIR: dataDir, ...environment }, readFile: () => '' });
const found = (environment: Record<string, string> = {}) =>
  findDncProvider(settingsOf(environment));

/** A stack that runs on the folder, started with an environment. */
async function startedWith(environment: Record<string, string>): Promise<void> {
  const run = new RunRecorder(dataDir);
  run.recordProcesses({});
  run.recordAddresses({ apiUrl: '' }, servers);
  run.recordDncProvider(dncConnectionOf(settingsOf(environment)));
  await run.recordReady();
}

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'leadledger-dnc-'));
});
afterEach(() => rm(dataDir, { recursive: true }));

describe('the do-not-call provider of a command', () => {
  it('is that of the stack that runs, all of it', async () => {
    await startedWith({ ...provider, DNC_TIMEOUT_MS: '900', DNC_ON_FAILURE: 'allow' });
    expect(await found()).toEqual({
      ...{ url: provider.DNC_PROVIDER_URL, key: 'canary', timeoutMs: 900, onFailure: 'allow' },
    });
  });

  it('is another one where its environment says so', async () => {
    await startedWith({ ...provider, DNC_ON_FAILURE: 'allow' });
    expect(await found({ DNC_PROVIDER_URL: 'http://127.0.0.1:8' })).toEqual({
      ...{ url: 'http://127.0.0.1:8', key: null, timeoutMs: 1_500, onFailure: 'block' },
    });
  });

  it('is none where nothing runs, or the stack has none', async () => {
    expect(await found()).toMatchObject({ url: null });
    await startedWith({});
    expect(await found()).toMatchObject({ url: null });
  });

  it('is not that of a stack on other servers', async () => {
    await startedWith(provider);
    const { eventStoreUrl, databaseUrl } = servers;
    const same = { EVENTSTORE_URL: eventStoreUrl, DATABASE_URL: databaseUrl };
    const masterKey = Buffer.alloc(32, 1).toString('base64');
    expect(await found({ ...same, MASTER_KEY: masterKey })).toMatchObject({ key: 'canary' });
    const other = { ...same, EVENTSTORE_URL: 'esdb://127.0.0.1:2?tls=false' };
    expect(await found({ ...other, MASTER_KEY: masterKey })).toMatchObject({ url: null });
  });

  it('is told to the owner of the folder alone, whatever a killed run left there', async () => {
    const leftOver = `${runFilePath(dataDir)}.${process.pid}`;
    await writeFile(leftOver, '', { mode: 0o644 });
    await startedWith(provider);
    expect((await stat(runFilePath(dataDir))).mode & 0o777).toBe(0o600);
  });
});
