import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { until } from '#libs/testing';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Servers, startServers } from './api.harness.js';
import {
  countLeadEvents,
  ended,
  HEADER,
  jsonOf,
  leadRow,
  outcomesIn,
  phoneIn,
  startCommand,
} from './import-command.harness.js';

let servers: Servers;
let folder: string;

beforeAll(async () => {
  servers = await startServers();
  folder = await mkdtemp(join(tmpdir(), 'leadledger-import-'));
  const made = await leadledger('tenants', 'create', 'demo', '--mode', 'sandbox');
  expect(made.code).toBe(0);
});
afterAll(async () => {
  await servers.close();
  await rm(folder, { recursive: true });
});

const start = (parameters: readonly string[], nodeOptions = '') =>
  startCommand(servers, folder, parameters, nodeOptions);
const leadledger = (...parameters: string[]) => ended(start(parameters));
const outcomes = (file: string) => outcomesIn(join(folder, `${file}.outcomes.csv`));

describe('leadledger import', () => {
  it('shows with --dry-run how a file would be read, and stores nothing', async () => {
    await writeFile(
      join(folder, 'dry.csv'),
      `${HEADER}\n${leadRow(phoneIn(202, 1))}\nnobody,Joe,,,\n`,
    );
    const mapped = ['import', 'dry.csv', '--tenant', 'demo', '--map', 'phone=Best number'];
    const run = await leadledger(...mapped, '--dry-run');
    expect(run).toMatchObject({ code: 0 });
    for (const part of [
      /Best number +phone/,
      /First Name +first_name/,
      /2 rows, separated by ,: 1 can be read, 1 would be refused/,
      /1 × phone phone_unparseable/,
      /\+12022000001/,
    ]) {
      expect(run.stdout).toMatch(part);
    }
    expect(await outcomes('dry.csv')).toEqual([]);
    expect(jsonOf(await leadledger(...mapped, '--dry-run', '--json'))).toMatchObject({
      ...{ dryRun: true, rows: 2, readable: 1 },
    });
  });

  it('says which columns there are when none is a phone', async () => {
    await writeFile(join(folder, 'unmapped.csv'), `${HEADER}\n${leadRow(phoneIn(203, 1))}\n`);
    const run = await leadledger('import', 'unmapped.csv', '--tenant', 'demo', '--json');
    expect(run.code).toBe(1);
    expect(run.stderr).toMatch(/"Best number", "First Name".*phone=<column>/s);
    expect(jsonOf(run)).toMatchObject({ error: { code: 'phone_column_missing' } });
  });

  it.each([
    [['import', 'dry.csv', '--tenant', 'nobody', '--map', 'phone=Best number'], /no tenant nobody/],
    [['import', 'no.csv', '--tenant', 'demo'], /no\.csv cannot be read/],
    [['import', 'dry.csv', '--tenant', 'demo', '--map', 'phone'], /phone="Best number"/],
  ])('refuses %j with what to do', async (parameters, advice) => {
    const run = await leadledger(...parameters);
    expect(run.code).not.toBe(0);
    expect(run.stderr).toMatch(advice);
  });

  it('killed again and again, imports each phone once and each repeated row as one duplicate', async () => {
    const rows = Array.from({ length: 1_500 }, (_, i) =>
      leadRow(phoneIn(212, i - Math.floor(i / 10))),
    );
    await writeFile(join(folder, 'killed.csv'), `${HEADER}\n${rows.join('\n')}\n`);
    const parameters = ['import', 'killed.csv', '--tenant', 'demo', '--map', 'phone=Best number'];
    for (const rowsUntilKill of [1, 350, 750]) {
      const child = start(parameters);
      const end = ended(child);
      await until('enough rows to be done', async () => {
        if (child.exitCode !== null) throw new Error((await end).stderr);
        return (await outcomes('killed.csv')).length >= rowsUntilKill;
      });
      child.kill('SIGKILL');
      expect((await end).signal).toBe('SIGKILL');
    }
    const run = await leadledger(...parameters, '--json');
    expect(jsonOf(run)).toMatchObject({
      ...{ rows: 1_500, created: 1_351, duplicate: 149, ineligible: 0, error: 0 },
    });
    expect(run.stderr).toMatch(/100 %  1,500 of 1,500/);
    const results = await outcomes('killed.csv');
    expect(results.map(([row]) => Number(row))).toEqual(rows.map((_, index) => index + 1));
    const events = await countLeadEvents(servers);
    expect([events.get('LeadReceived'), events.get('LeadDeduplicated')]).toEqual([1_351, 149]);
    expect(jsonOf(await leadledger(...parameters, '--json'))).toMatchObject({ created: 1_351 });
  }, 240_000);

  it('stopped with Ctrl-C, says how to go on', async () => {
    const rows = Array.from({ length: 1_000 }, (_, index) => leadRow(phoneIn(205, index)));
    await writeFile(join(folder, 'stopped.csv'), `${HEADER}\n${rows.join('\n')}\n`);
    const parameters = ['import', 'stopped.csv', '--tenant', 'demo', '--map', 'phone=Best number'];
    const child = start(parameters);
    const end = ended(child);
    await until('some rows to be done', async () => {
      return (await outcomes('stopped.csv')).length > 0;
    });
    child.kill('SIGINT');
    expect(await end).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/Stopped after \d+ of 1000 rows.*same command/) as unknown,
    });
    expect(jsonOf(await leadledger(...parameters, '--json'))).toMatchObject({ created: 1_000 });
  }, 240_000);

  // As many rows as one likes: test/soak imports 100,000.
  it('reads 70 MB of rows in a heap of 96 MB', async () => {
    const path = join(folder, 'large.csv');
    const rows = Array.from(
      { length: 20_000 },
      (_, i) => `${leadRow(phoneIn(216, i))},${'x'.repeat(3_400)}`,
    );
    await writeFile(path, `${HEADER},Notes\n${rows.join('\n')}\n`);
    const parameters = ['import', path, '--tenant', 'demo', '--map', 'phone=Best number'];
    const run = await ended(
      start([...parameters, '--dry-run', '--json'], '--max-old-space-size=96'),
    );
    expect(run).toMatchObject({ code: 0 });
    expect(jsonOf(run)).toMatchObject({ rows: 20_000, readable: 20_000 });
  }, 240_000);
});
