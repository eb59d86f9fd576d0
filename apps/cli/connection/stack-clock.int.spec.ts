import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { shiftSystemClock, systemClock } from '#libs/kernel';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { RunRecorder } from '../supervisor/run-recorder.js';
import { withStack } from './stack-connection.js';

const HOUR_MS = 3_600_000;
const servers = {
  eventStoreUrl: 'esdb://127.0.0.1:1?tls=false',
  databaseUrl: 'postgres://nobody@127.0.0.1:1/none',
};

let dataDir: string;
const { DATA_DIR: dataDirBefore } = process.env;

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'leadledger-clock-'));
  await writeFile(join(dataDir, 'master.key'), Buffer.alloc(32).toString('base64'));
  process.env['DATA_DIR'] = dataDir;
});

afterEach(async () => {
  if (dataDirBefore === undefined) delete process.env['DATA_DIR'];
  else process.env['DATA_DIR'] = dataDirBefore;
  shiftSystemClock(0);
  await rm(dataDir, { recursive: true });
});

describe('a command on a stack that believes to be elsewhere in time', () => {
  it('goes by the clock of the stack, whatever its own environment says', async () => {
    const run = new RunRecorder(dataDir);
    run.recordProcesses({});
    run.recordAddresses({ apiUrl: '' }, servers);
    run.recordClock({ clockOffsetMinutes: 600 });
    await run.recordReady();
    const before = Date.now();
    const told = await withStack(() => Promise.resolve(systemClock.now().getTime()));
    expect(told).toBeGreaterThanOrEqual(before + 10 * HOUR_MS);
  });
});
