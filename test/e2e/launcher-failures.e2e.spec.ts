import { once } from 'node:events';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  goneAll,
  isAlive,
  LaunchedStack,
  removeFolder,
  runCommand,
  slay,
  temporaryFolder,
} from './launcher.harness.js';

/** Starts a stack that cannot start, and returns the one sentence it gives for it. */
async function refusal(folder: string, env: Record<string, string> = {}): Promise<string> {
  const { code, stderr } = await runCommand(folder, ['start'], env);
  expect(code).toBe(1);
  expect(stderr.startsWith('leadledger: ')).toBe(true);
  return stderr.trimEnd();
}

describe('a start that cannot succeed says why in one sentence', () => {
  let dataDir: string;

  beforeEach(async () => {
    dataDir = await temporaryFolder();
  });
  afterEach(() => removeFolder(dataDir));

  it('when the port is taken', async () => {
    const squatter = createServer().listen(0, '127.0.0.1');
    await once(squatter, 'listening');
    const { port } = squatter.address() as { port: number };
    const sentence = await refusal(dataDir, { PORT: String(port) }).finally(() => squatter.close());
    expect(sentence).toMatch(
      /^leadledger: Port \d+ on 127\.0\.0\.1 is taken; stop what uses it, or .+ PORT=\d+ npm start$/,
    );
  });

  it('when the data folder cannot be written', async () => {
    const file = join(dataDir, 'file');
    await writeFile(file, '');
    expect(await refusal(join(file, 'data'))).toMatch(
      /^leadledger: The data folder \S+ cannot be written; .+DATA_DIR.+$/,
    );
  });

  it('when a server of one’s own does not answer, and starts nothing embedded then', async () => {
    const env = {
      DATABASE_URL: 'postgres://nobody@127.0.0.1:1/nowhere',
      EVENTSTORE_URL: 'esdb://127.0.0.1:1?tls=false',
      MASTER_KEY: Buffer.alloc(32, 9).toString('base64'),
    };
    expect(await refusal(dataDir, env)).toMatch(
      /^leadledger: The database does not answer; check that DATABASE_URL .+$/,
    );
    expect((await readdir(dataDir)).sort()).toEqual(['logs']);
  });

  it('when settings make no sense, naming all of them', async () => {
    const sentence = await refusal(dataDir, { PORT: 'eighty', LOG_LEVEL: 'loud' });
    expect(sentence).toContain('PORT must');
    expect(sentence).toContain('LOG_LEVEL must');
  });

  it('when a part cannot start, quoting its last words', async () => {
    await writeFile(join(dataDir, 'eventstore'), 'not a folder');
    const sentence = await refusal(dataDir);
    expect(sentence).toMatch(/^leadledger: The event store ended with exit code 1 before everyth/);
    expect(sentence).toMatch(/Its last words:\n {4}The event store cannot/);
    expect(sentence).toContain(join(dataDir, 'logs', 'eventstore.log'));
  });

  it('when a part is killed before everything is ready, and stops the others', async () => {
    const stack = new LaunchedStack(dataDir);
    await stack.until(() => stack.stdout.includes('Preparing the database'), 'preparing');
    await stack.until(async () => (await stack.run()).pids.eventstore !== undefined, 'its process');
    const { pids } = await stack.run();
    slay(pids.eventstore);
    expect(await stack.exited).toEqual({ code: 1, signal: null });
    expect(stack.stderr).toMatch(/^leadledger: The event store was killed by SIGKILL before every/);
    expect(Object.values(pids).filter(isAlive)).toEqual([]);
  });
});

// All scenes share a folder, so that what is killed must leave it usable; none needs another one.
describe('a stack on a folder that has seen much', () => {
  let dataDir: string;
  let stack: LaunchedStack;

  beforeAll(async () => {
    dataDir = await temporaryFolder();
  });
  afterEach(() => stack.end());
  afterAll(() => removeFolder(dataDir));

  it('ends without being asked to start anything more when interrupted while it starts', async () => {
    stack = new LaunchedStack(dataDir);
    await stack.until(() => stack.stdout.includes('Starting the event store'), 'the event store');
    const run = await readFile(join(dataDir, 'run.json'), 'utf8');
    const { pids } = JSON.parse(run) as { pids: Record<string, number> };
    expect(await stack.interrupt()).toEqual({ code: 0, signal: null });
    expect(Object.values(pids).filter(isAlive)).toEqual([]);
  });

  it('starts a killed part again at its old address, whichever it is', async () => {
    stack = new LaunchedStack(dataDir);
    const before = await stack.ready();
    for (const [name, title] of Object.entries(titles)) {
      await stack.until(async () => (await pidOf(stack, name)) !== undefined, `a running ${name}`);
      const pid = await pidOf(stack, name);
      slay(pid);
      await stack.until(async () => ((await pidOf(stack, name)) ?? pid) !== pid, name);
      await stack.until(() => isReady(before.apiUrl), `recovery from the death of ${name}`);
      expect(stack.stderr).toContain(`The ${title} was killed by SIGKILL; starting it again.`);
    }
    expect(await stack.run()).toMatchObject({
      apiUrl: before.apiUrl,
      databaseUrl: before.databaseUrl,
    });
  }, 240_000);

  it('ends at once at the second Ctrl-C', async () => {
    stack = new LaunchedStack(dataDir);
    const { pids } = await stack.ready();
    stack.signal('SIGINT');
    // Presses until it ends: those that come almost together count as one.
    const pressing = setInterval(() => {
      stack.signal('SIGINT');
    }, 450);
    const { code, signal } = await stack.exited.finally(() => {
      clearInterval(pressing);
    });
    // A press that meets Node on its way out ends it as the system's own answer to Ctrl-C would.
    expect([0, 130, 'SIGINT']).toContain(code ?? signal);
    await goneAll(Object.values(pids));
  }, 240_000);

  it('stops as a whole when a part dies again and again', async () => {
    stack = new LaunchedStack(dataDir);
    const { pids } = await stack.ready();
    for (let deaths = 1, killed = 0; deaths <= 5; deaths += 1) {
      await stack.until(
        async () => ![0, killed].includes((await pidOf(stack, 'worker')) ?? 0),
        'rebirth',
      );
      killed = (await pidOf(stack, 'worker')) ?? 0;
      slay(killed);
    }
    expect(await stack.exited).toEqual({ code: 1, signal: null });
    expect(stack.stderr).toContain('The worker ended 5 times within 60 seconds');
    expect(Object.values(pids).filter(isAlive)).toEqual([]);
  }, 240_000);

  it('ends when npm is killed, since nobody could end it any longer', async () => {
    stack = new LaunchedStack(dataDir, {}, npm);
    const { pids } = await stack.ready();
    slay(stack.pid);
    await goneAll(Object.values(pids));
  }, 240_000);

  it('ends by itself when its supervisor is killed', async () => {
    stack = new LaunchedStack(dataDir);
    const { pids } = await stack.ready();
    stack.signal('SIGKILL');
    await goneAll(Object.values(pids));
  }, 240_000);

  it('leaves nothing running when its supervisor is killed, and can be started at once', async () => {
    stack = new LaunchedStack(dataDir);
    const { pids } = await stack.ready();
    stack.signal('SIGKILL');
    await stack.exited;
    stack = new LaunchedStack(dataDir, { PORT: new URL((await stack.run()).apiUrl).port }, npm);
    await stack.ready();
    expect(Object.values(pids).filter(isAlive)).toEqual([]);
  }, 240_000);

  it('ends, with npm, when only npm is told to', async () => {
    stack = new LaunchedStack(dataDir, {}, npm);
    const { pids } = await stack.ready();
    stack.signal('SIGTERM');
    expect(await stack.exited).toEqual({ code: 0, signal: null });
    expect(Object.values(pids).filter(isAlive)).toEqual([]);
  }, 240_000);

  it('does not start when the master key of its data is another one, or is gone', async () => {
    const dataDir = await temporaryFolder();
    stack = new LaunchedStack(dataDir);
    await stack.ready();
    await stack.interrupt();
    const another = Buffer.alloc(32, 9).toString('base64');
    expect(await refusal(dataDir, { MASTER_KEY: another })).toMatch(
      /^leadledger: The master key in MASTER_KEY is not the one this data was sealed with; .+$/,
    );
    await rm(join(dataDir, 'master.key'));
    expect(await refusal(dataDir)).toMatch(/^leadledger: \S+master\.key is missing, .+ MASTER_KEY/);
    await removeFolder(dataDir);
  }, 240_000);
});

/** The scripts before `start` build, which would disturb what else runs from the build. */
const npm = ['npm', 'start', '--silent', '--ignore-scripts'] as const;

const titles = {
  api: 'api',
  worker: 'worker',
  eventstore: 'event store',
  postgres: 'database',
  'postgres-keeper': 'database',
};

async function pidOf(stack: LaunchedStack, part: string): Promise<number | undefined> {
  return (await stack.run()).pids[part];
}

async function isReady(apiUrl: string): Promise<boolean> {
  return fetch(`${apiUrl}/ready`).then(
    (response) => response.status === 200,
    () => false,
  );
}
