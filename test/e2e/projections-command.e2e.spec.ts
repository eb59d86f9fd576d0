import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { type Build, type Database, listBuilds } from '#libs/read-db';
import { until } from '#libs/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import {
  firstLead,
  freshPhone,
  type RunningApi,
  type Servers,
  startApi,
  startServers,
  workerDatabase,
} from './api.harness.js';
import { ended, jsonOf, startCommand } from './import-command.harness.js';

const LEADS = 40;
const entry = join(import.meta.dirname, '../../dist/apps/worker/main.js');
let servers: Servers;
let folder: string;
let database: Database;
let api: RunningApi;
let worker: ChildProcess;
let operatorKey: string;

beforeAll(async () => {
  servers = await startServers();
  folder = await mkdtemp(join(tmpdir(), 'leadledger-projections-'));
  database = workerDatabase(servers);
  worker = startWorkerProcess();
  api = await startApi(servers);
  operatorKey = await api.createKey('demo', { scopes: ['operator'], rateLimitPerMinute: 10_000 });
  const key = await api.createKey('demo', { rateLimitPerMinute: 10_000 });
  for (let lead = 0; lead < LEADS; lead += 1) {
    await api.post('/v1/leads', { ...firstLead, phone: freshPhone() }, { key });
  }
  await until('the leads to be listed', async () => (await rowsListed()) === LEADS, patience);
});
afterEach(async () => {
  await holdRebuilds(false);
});
afterAll(async () => {
  const exited = once(worker, 'exit');
  worker.kill();
  await exited;
  await api.close();
  await database.close();
  await servers.close();
  await rm(folder, { recursive: true });
});

const patience = { withinMs: 150_000 };

function startWorkerProcess(): ChildProcess {
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

const start = (...parameters: string[]) =>
  startCommand(servers, folder, ['projections', ...parameters]);
const projections = (...parameters: string[]) => ended(start(...parameters));

async function rowsListed(): Promise<number> {
  const { rows } = await database.pool.query<{ count: number }>(
    'select count(*)::integer as count from lead_list',
  );
  return rows[0]?.count ?? 0;
}

/** While held, nobody fills a build: whoever would, finds another at it. */
async function holdRebuilds(held: boolean): Promise<void> {
  await database.pool.query(
    held
      ? `insert into projection_lease as l (name, epoch, owner, has_lock, expires_at)
         values ('rebuild', 1, 'spec', false, now() + interval '1 hour')
         on conflict (name) do update set owner = 'spec', has_lock = false, epoch = l.epoch + 1,
                                          expires_at = excluded.expires_at`
      : `update projection_lease set expires_at = now() - interval '1 second'
          where name = 'rebuild' and owner = 'spec'`,
  );
}

async function buildsOf(name: string): Promise<readonly Build[]> {
  return (await listBuilds(database)).filter((build) => build.name === name);
}

const untilServed = (name: string, build: number) =>
  until(
    `build ${build} of ${name} to be served`,
    async () => (await buildsOf(name)).some((one) => one.build === build && one.serving),
    patience,
  );

describe('leadledger projections', () => {
  it('shows as a table how every read model is', async () => {
    const { code, stdout } = await projections('status');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^READ MODEL +BUILD +VERSION +STATE +SERVED +LAG +EVENTS/);
    expect(stdout).toMatch(/^lead_list +1 +\d+ +live +yes +\d+\.\d s +\d+/m);
    expect(stdout).not.toContain('No worker');
    expect(jsonOf(await projections('status', '--json'))).toMatchObject({
      projections: expect.arrayContaining([
        expect.objectContaining({
          name: 'lead_list',
          serving: expect.objectContaining({ build: 1, state: 'live', parkedEvents: 0 }),
        }),
      ]),
      leases: expect.arrayContaining([{ name: 'live', owner: expect.any(String), held: true }]),
    });
  });

  it('rebuilds a read model, shows how far it is, and says what verifying it found', async () => {
    const run = await projections('rebuild', 'lead_list', '--json');
    expect(run).toMatchObject({ code: 0 });
    expect(jsonOf(run)).toMatchObject({
      finished: true,
      builds: [{ name: 'lead_list', build: 2, verification: expect.stringMatching(/log says/) }],
    });
    expect(run.stderr).toMatch(/lead_list build 2/);
    expect(await rowsListed()).toBe(LEADS);
    const [before, now] = await buildsOf('lead_list');
    expect(before).toMatchObject({ build: 1, state: 'kept', serving: false });
    expect(now).toMatchObject({ build: 2, state: 'live', serving: true });
    expect(now?.requestedBy).toBe(`operator:${userInfo().username}`);
  });

  it('goes back to the table before, and drops the one it left', async () => {
    const back = await projections('rollback', 'lead_list', '--json');
    expect(back).toMatchObject({ code: 0 });
    expect(await rowsListed()).toBe(LEADS);
    const refused = await projections('drop', 'lead_list', '--build', '1', '--json');
    expect(refused.code).toBe(1);
    expect(jsonOf(refused)).toMatchObject({ error: { code: 'projection_request_refused' } });
    expect(refused.stderr).toMatch(/^leadledger: Build 1 of lead_list is live and served\./);
    const dropped = await projections('drop', 'lead_list', '--build', '2');
    expect(dropped).toMatchObject({
      ...{ code: 0, stdout: 'Build 2 of lead_list is removed with its table.\n' },
    });
    expect((await buildsOf('lead_list')).map(({ build }) => build)).toEqual([1]);
  });

  it('stops watching at Ctrl-C, while the rebuild goes on', async () => {
    await holdRebuilds(true);
    const watching = start('rebuild', 'dedupe', '--json');
    let said = '';
    watching.stderr?.on('data', (chunk: Buffer) => (said += chunk.toString()));
    const running = ended(watching);
    await until('it to be watched', () => said.includes('waiting for the rebuilder'), patience);
    watching.kill('SIGINT');
    const run = await running;
    expect(run.code).toBe(130);
    expect(jsonOf(run)).toEqual({ finished: false, builds: [{ name: 'dedupe', build: 2 }] });
    await holdRebuilds(false);
    await untilServed('dedupe', 2);
  });

  it('cancels a rebuild, and goes on with it later', async () => {
    await holdRebuilds(true);
    expect(await projections('rebuild', 'suppression', '--detach')).toMatchObject({
      code: 0,
      stdout: 'Begun: suppression build 2. projections status shows how far it is.\n',
    });
    const twice = await projections('rebuild', 'suppression');
    expect([twice.code, twice.stdout]).toEqual([1, '']);
    expect(twice.stderr).toMatch(/Build 2 of suppression is on its way already\./);
    expect(await projections('cancel', 'suppression')).toMatchObject({ code: 0 });
    expect((await buildsOf('suppression'))[1]).toMatchObject({ state: 'cancelled' });
    expect(await projections('resume', 'suppression', '--detach')).toMatchObject({ code: 0 });
    await holdRebuilds(false);
    await untilServed('suppression', 2);
  });

  it.each([
    [['rebuild'], /Name the read model to rebuild, or give --all/],
    [
      ['rebuild', 'nothing'],
      /There is no read model nothing; there are api_key, call_list, dedupe/,
    ],
    [['drop', 'lead_list'], /--build/],
    [['resume', 'api_key'], /No build of api_key was cancelled or has failed\./],
    [['dead-letters', 'show', 'lead_list', 'none'], /see projections dead-letters list/],
    [['dead-letters', 'skip', 'lead_list', 'none'], /--reason/],
  ])('refuses %j with what to do', async (parameters, advice) => {
    const run = await projections(...parameters);
    expect(run.code).not.toBe(0);
    expect(run.stderr).toMatch(advice);
  });
});

describe('the same over HTTP', () => {
  it('begins a rebuild of all that is asked for, and shows each until it is served', async () => {
    const path = '/api/v1/admin/projections/lead_list/rebuilds';
    const answer = await api.post(path, {}, { key: operatorKey });
    expect(answer.status).toBe(202);
    const location = answer.headers.get('location') ?? '';
    expect(location).toMatch(/^\/api\/v1\/admin\/projections\/lead_list\/rebuilds\/\d+$/);
    const data = await until(
      'the build to be served',
      async () => {
        const { text } = await api.request(location, { key: operatorKey });
        const { data: build } = JSON.parse(text) as { data: { serving: boolean } };
        return build.serving && build;
      },
      patience,
    );
    expect(data).toMatchObject({
      ...{ state: 'live', progress: null, verification: expect.stringMatching(/log says/) },
    });
    expect(await rowsListed()).toBe(LEADS);
  });
});
