import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { getPriority } from 'node:os';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  type Build,
  caughtUpTo,
  connectDatabase,
  type Database,
  listBuilds,
  requestProjectionAction,
} from '#libs/read-db';
import { niceness } from '#libs/priority';
import {
  type FreshDatabase,
  freshDatabase,
  generateLog,
  startTestEventStore,
  type TestEventStore,
  until,
} from '#libs/testing';
import { pino } from 'pino';
import { liveProjections } from './live-projections.js';
import { ProjectionHost } from './projection-host.js';
import { RebuildHost } from './rebuild-host.js';

const entry = new URL('../../dist/apps/worker/rebuilder.main.js', import.meta.url);
const logger = pino({ level: 'silent' });
const masterKey = Buffer.alloc(32, 1).toString('base64');
const patience = { withinMs: 150_000 };

let log: TestEventStore;
let fresh: FreshDatabase;
let database: Database;
let owner: Database;
let live: ProjectionHost;
let host: RebuildHost;
let launched: ChildProcess[];

beforeAll(async () => {
  [log, fresh] = await Promise.all([
    startTestEventStore(),
    freshDatabase({ readModels: liveProjections }),
  ]);
  const { url } = fresh;
  database = connectDatabase({ url, role: 'worker', applicationName: 'spec' });
  owner = connectDatabase({ url, role: 'owner', applicationName: 'spec' });
  await generateLog(log.store, { leads: 200 });
  const supervisor = { ready: () => undefined, close: () => undefined };
  live = new ProjectionHost({ store: log.store, database, logger, supervisor });
  live.start();
  const head = (await log.store.headPosition()) ?? 0n;
  const names = liveProjections.map(({ name }) => name);
  expect(await caughtUpTo(database, names, head, { timeoutMs: 60_000 })).toBe(true);
});
afterAll(async () => {
  await live.stop();
  await Promise.all([database.close(), owner.close()]);
  await fresh.drop();
  await log.close();
});

beforeEach(() => {
  launched = [];
  host = startHost();
});
afterEach(() => host.stop());

function startHost(): RebuildHost {
  const parts = { database, databaseUrl: fresh.url, projections: liveProjections, logger, launch };
  const started = new RebuildHost(parts);
  started.start();
  return started;
}

function launch(): ChildProcess {
  const servers = { EVENTSTORE_URL: log.url, DATABASE_URL: fresh.url, MASTER_KEY: masterKey };
  const child = fork(entry, {
    env: { PATH: process.env.PATH, LOG_LEVEL: 'warn', ...servers },
    execArgv: [],
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  launched.push(child);
  return child;
}

const rebuild = (name: string) =>
  requestProjectionAction(database, { action: 'rebuild', name, requestedBy: 'spec' });

/** The newest build of a read model, once it is as awaited. */
function untilNewest(name: string, awaited: string, fits: (build: Build) => boolean) {
  return until(
    awaited,
    async () => {
      const newest = (await listBuilds(database)).findLast((build) => build.name === name);
      return newest !== undefined && fits(newest) ? newest : null;
    },
    patience,
  );
}

function untilLaunched(count: number): Promise<ChildProcess> {
  return until(`rebuilder ${count}`, () => launched[count - 1], patience);
}

async function kill(child: ChildProcess): Promise<void> {
  const exited = once(child, 'exit');
  child.kill('SIGKILL');
  await exited;
}

describe('the worker’s rebuilds', () => {
  it('are done by a process of low priority, which is there while it is needed', async () => {
    await rebuild('suppression');
    const child = await untilLaunched(1);
    // The whole test may be lowered further.
    expect(getPriority(child.pid)).toBe(Math.max(niceness.rebuilds, getPriority()));
    const [code] = (await once(child, 'exit')) as [number | null];
    expect(code).toBe(0);
    const served = await untilNewest('suppression', 'the new build', ({ serving }) => serving);
    expect(served).toMatchObject({ build: 2, finding: expect.stringContaining('rows equal') });
  }, 240_000);

  it('come to the right end although their process is killed at every turn', async () => {
    // So that it is killed with rows on their way.
    const barrier = await owner.pool.connect();
    await rebuild('lead_list');
    await kill(await untilLaunched(1));
    const { tableName } = await untilNewest('lead_list', 'the table', ({ build }) => build === 2);
    await barrier.query(`begin; lock table ${tableName} in share mode`);
    const second = await untilLaunched(2);
    await untilNewest('lead_list', 'it to be filled', ({ state }) => state === 'building');
    await until('rows to wait', async () => (await waitingForLocks()) > 0, patience);
    await kill(second);
    await barrier.query('commit');
    barrier.release();
    const third = await untilLaunched(3);
    await untilNewest('lead_list', 'it to be filled', ({ state }) => state === 'live');
    await kill(third);
    const served = await untilNewest('lead_list', 'the new build', ({ serving }) => serving);
    expect(served).toMatchObject({ build: 2, finding: expect.stringContaining('rows equal') });
  });

  async function waitingForLocks(): Promise<number> {
    const { rows } = await owner.pool.query(
      `select from pg_stat_activity
        where datname = current_database() and application_name = 'leadledger-rebuilder'
          and wait_event_type = 'Lock'`,
    );
    return rows.length;
  }

  it('stop with their worker, and go on with the next', async () => {
    await rebuild('speed_to_lead');
    const first = await untilLaunched(1);
    await host.stop();
    expect(first.exitCode ?? first.signalCode).not.toBeNull();
    host = startHost();
    const served = await untilNewest('speed_to_lead', 'the new build', ({ serving }) => serving);
    expect(served.build).toBe(2);
  });

  it('end by themselves when their worker was killed', async () => {
    const barrier = await owner.pool.connect();
    await barrier.query('begin; lock table projection_build in access exclusive mode');
    const orphan = launch();
    const exited = once(orphan, 'exit');
    await once(orphan, 'spawn');
    orphan.disconnect();
    await barrier.query('commit');
    barrier.release();
    expect(await exited).toEqual([0, null]);
  });
});
