import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { auditsOfReadModels, type Database } from '#libs/read-db';
import { until } from '#libs/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { liveProjections } from '../../apps/worker/live-projections.js';
import { type Servers, startServers, workerDatabase } from './api.harness.js';
import { ended, jsonOf, startCommand } from './import-command.harness.js';

const LEADS = 8_000;
const entry = join(import.meta.dirname, '../../dist/apps/worker/main.js');
const patience = { withinMs: 150_000 };
let servers: Servers;
let folder: string;
let database: Database;
let worker: ChildProcess;

beforeAll(async () => {
  servers = await startServers();
  folder = await mkdtemp(join(tmpdir(), 'leadledger-proof-'));
  database = workerDatabase(servers);
  await run('tenants', 'create', 'demo', '--mode', 'sandbox');
  await run('generate', '--leads', String(LEADS));
  worker = startWorker();
  await until('the leads to be listed', async () => (await rowsListed()) === LEADS, patience);
}, 240_000);

afterAll(async () => {
  worker.kill();
  await once(worker, 'exit');
  await database.close();
  await servers.close();
  await rm(folder, { recursive: true });
});

function startWorker(): ChildProcess {
  const { eventStoreUrl, databaseUrl, masterKey } = servers;
  return spawn(process.execPath, [entry], {
    env: {
      ...{ PATH: process.env.PATH, NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE },
      ...{ LOG_LEVEL: 'warn', DATA_DIR: folder },
      ...{ EVENTSTORE_URL: eventStoreUrl, DATABASE_URL: databaseUrl, MASTER_KEY: masterKey },
    },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
}

const run = (...parameters: string[]) => ended(startCommand(servers, folder, parameters));
const projections = (...parameters: string[]) => run('projections', ...parameters);

async function rowsListed(): Promise<number> {
  const { rows } = await database.pool.query<{ count: number }>(
    'select count(*)::integer as count from lead_list',
  );
  return rows[0]?.count ?? 0;
}

async function scratchTables(): Promise<number> {
  const { rows } = await database.pool.query(
    `select from pg_class where relname like 'verify\\_%'`,
  );
  return rows.length;
}

describe('proving read models from the command line', () => {
  it('finds what a worker applied equal to the log, and exits with 0', async () => {
    const { code, stdout, stderr } = await projections('verify', '--all', '--json');
    expect([code, stdout]).toEqual([0, stdout]);
    const { equal, readModels } = jsonOf({ stdout }) as {
      equal: boolean;
      readModels: { name: string; outcome: string }[];
    };
    expect(equal).toBe(true);
    expect(readModels.map(({ name, outcome }) => [name, outcome])).toEqual(
      liveProjections.map(({ name }) => [name, 'equal']),
    );
    expect(stderr).toContain('100 %');
  });

  it('shows what was changed by hand, nothing sealed, and exits with 1', async () => {
    const table = await tableOf('lead_list');
    await database.pool.query(
      `update ${table} set state = 'ZZ', personal = 'plain' where ctid = (
         select ctid from ${table} where state is not null order by lead_id limit 1)`,
    );
    const { code, stdout } = await projections('verify', 'lead_list');
    expect(code).toBe(1);
    expect(stdout).toMatch(/DIFFERS .* 0 rows missing, 0 extra, 1 changed/);
    expect(stdout).toMatch(/state is "ZZ", and should be "[A-Z]{2}"/);
    expect(stdout).toContain('personal differs; it is sealed');
    expect(stdout).not.toContain('plain');
  });

  it('counts anew which events were applied', async () => {
    const { code, stdout } = await projections('audit', '--all', '--json');
    expect([code, jsonOf({ stdout })]).toMatchObject([0, { equal: true }]);
  });

  it('exits with 2 where there is nothing to prove', async () => {
    expect((await projections('verify', 'no_such')).code).toBe(2);
    expect((await projections('audit')).code).toBe(2);
    expect((await projections('verify', 'lead_list', '--all')).code).toBe(2);
  });

  it('leaves no table behind, however it is ended', async () => {
    for (const signal of ['SIGINT', 'SIGKILL'] as const) {
      const command = startCommand(servers, folder, ['projections', 'verify', '--all']);
      const end = ended(command);
      await until('it to be at work', async () => (await scratchTables()) > 0);
      command.kill(signal);
      const { code } = await end;
      if (signal === 'SIGINT') expect(code).toBe(2);
      await until('its tables to be gone', async () => (await scratchTables()) === 0);
    }
  });
});

describe('the audit of a worker', () => {
  it('catches up with what was applied, and finds nothing amiss', async () => {
    const head = await positionOf('lead_list');
    const audits = await until(
      'the audit to catch up',
      async () => {
        const found = await auditsOfReadModels(database);
        return found.every(({ position }) => (position ?? -1n) >= head) && found;
      },
      patience,
    );
    expect(audits.map(({ state }) => state)).toEqual(audits.map(() => 'ok'));
  });
});

async function buildOf(name: string) {
  const { rows } = await database.pool.query<{ table: string; position: bigint }>(
    'select table_name as table, position from projection_build where name = $1 and serving',
    [name],
  );
  return rows[0]!;
}

const tableOf = async (name: string) => (await buildOf(name)).table;
const positionOf = async (name: string) => (await buildOf(name)).position;
