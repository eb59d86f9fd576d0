import { spawn } from 'node:child_process';
import { chmod, lstat, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { type EmbeddedPostgres, freePort, startEmbeddedPostgres } from './index.js';
import { prepareCluster } from './cluster-folder.js';
import { installedNativeFolder, reachableNativeFolder } from './native-folder.js';
import { canReach, chooseRunAs, findAccount } from './run-as.js';

let root: string;
let running: EmbeddedPostgres[];

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'leadledger-postgres-spec-'));
  await chmod(root, 0o755);
  running = [];
});

afterEach(async () => {
  await Promise.all(running.map((server) => server.stop()));
  await rm(root, { recursive: true, force: true });
});

async function start(options: { dataDir?: string; port?: number } = {}) {
  const server = await startEmbeddedPostgres({
    dataDir: options.dataDir ?? join(root, 'postgres'),
    port: options.port ?? 0,
    durable: true,
    log: () => undefined,
  });
  running.push(server);
  return server;
}

async function query(server: EmbeddedPostgres, text: string) {
  const client = new Client({ connectionString: server.url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(text)).rows;
  } finally {
    await client.end();
  }
}

describe('an embedded Postgres', () => {
  it('keeps what was committed over a clean stop and a kill -9', async () => {
    const first = await start();
    await query(first, 'create table kept (n int)');
    await query(first, 'insert into kept values (1)');
    await first.stop();
    expect(await first.exited).toEqual({ code: 0, signal: null });

    const second = await start({ port: first.port });
    await query(second, 'insert into kept values (2)');
    const idle = new Client({ connectionString: second.url });
    idle.on('error', () => undefined);
    await idle.connect();
    process.kill(second.pid, 'SIGKILL');
    expect(await second.exited).toEqual({ code: null, signal: 'SIGKILL' });

    const third = await start({ port: first.port });
    expect(await query(third, 'select n from kept order by n')).toEqual([{ n: 1 }, { n: 2 }]);
    await idle.end().catch(() => undefined);
  });

  it('starts although the number in a stale postmaster.pid belongs to a stranger', async () => {
    const first = await start();
    await first.stop();
    await writeFile(join(root, 'postgres/cluster/postmaster.pid'), `${process.pid}\n`);
    expect(await query(await start(), 'select 1 as one')).toEqual([{ one: 1 }]);
  });

  it('takes over from a server whose launcher was killed', async () => {
    const first = await start();
    const gone = spawn('true');
    await new Promise((ended) => gone.once('exit', ended));
    await writeFile(join(root, 'postgres/launcher.pid'), String(gone.pid));

    const second = await start();
    expect((await first.exited).code).toBe(0);
    expect(await query(second, 'select 1 as one')).toEqual([{ one: 1 }]);
  });

  it('is refused while its launcher lives, and that one is not disturbed', async () => {
    const first = await start();
    await expect(start()).rejects.toMatchObject({ code: 'data_folder_in_use' });
    expect(await query(first, 'select 1 as one')).toEqual([{ one: 1 }]);
  });

  it('says so when its port is taken', async () => {
    const first = await start();
    await expect(start({ dataDir: join(root, 'other'), port: first.port })).rejects.toMatchObject({
      code: 'port_taken',
    });
  });

  it('says so when its data folder cannot be made', async () => {
    await writeFile(join(root, 'file'), '');
    await expect(start({ dataDir: join(root, 'file/postgres') })).rejects.toMatchObject({
      code: 'data_folder_unwritable',
    });
  });

  it('listens on 127.0.0.1 only and wants its password', async () => {
    const server = await start();
    expect(await query(server, 'show listen_addresses')).toEqual([
      { listen_addresses: '127.0.0.1' },
    ]);
    const url = new URL(server.url);
    url.password = 'wrong';
    await expect(query({ ...server, url: url.href }, 'select 1')).rejects.toMatchObject({
      code: '28P01',
    });
    expect((await stat(join(root, 'postgres/password'))).mode & 0o777).toBe(0o600);
  });
});

const asRoot = process.getuid?.() === 0 ? it : it.skip;

describe('where Postgres runs as another user than its launcher', () => {
  asRoot('a data folder under a closed one works, and links to its cluster', async () => {
    await chmod(root, 0o700);
    const home = await mkdtemp(join(tmpdir(), 'leadledger-home-'));
    await chmod(home, 0o755);
    const runAs = findAccount(await readFile('/etc/passwd', 'utf8'), 'nobody');
    const native = await reachableNativeFolder(installedNativeFolder(), runAs);
    const options = { dataDir: join(root, 'postgres'), native, runAs, durable: false, home };

    const first = await prepareCluster(options);
    expect((await lstat(join(root, 'postgres/cluster'))).isSymbolicLink()).toBe(true);
    expect(first.folder.startsWith(home)).toBe(true);
    expect(await prepareCluster(options)).toEqual(first);
    expect(await chooseRunAs(join(root, 'postgres/cluster'))).toEqual(runAs);

    expect(await query(await start(), 'select 1 as one')).toEqual([{ one: 1 }]);
    await running[0]?.stop();
    await rm(home, { recursive: true });
  });

  asRoot('a data folder that is closed itself is opened for passing through', async () => {
    const dataDir = join(root, 'postgres');
    await mkdir(dataDir, { mode: 0o700 });
    expect(await query(await start(), 'select 1 as one')).toEqual([{ one: 1 }]);
    expect((await stat(dataDir)).mode & 0o777).toBe(0o711);
    expect((await lstat(join(dataDir, 'cluster'))).isDirectory()).toBe(true);
  });

  asRoot('binaries under a closed folder are copied once', async () => {
    const folder = join(root, 'native');
    await mkdir(folder);
    await writeFile(join(folder, 'postgres'), 'binary');
    await chmod(root, 0o700);
    const home = await mkdtemp(join(tmpdir(), 'leadledger-home-'));
    await chmod(home, 0o755);
    const nobody = { uid: 65_534, gid: 65_534 };

    expect(await canReach(folder, nobody)).toBe(false);
    const copy = await reachableNativeFolder({ folder, version: '1' }, nobody, home);
    expect(await canReach(copy, nobody)).toBe(true);
    expect(await readFile(join(copy, 'postgres'), 'utf8')).toBe('binary');
    await writeFile(join(folder, 'postgres'), 'changed');
    expect(await reachableNativeFolder({ folder, version: '1' }, nobody, home)).toBe(copy);
    expect(await readFile(join(copy, 'postgres'), 'utf8')).toBe('binary');
    await rm(home, { recursive: true });
  });

  it('finds accounts by their whole name', () => {
    const passwd = 'root:x:0:0::/:/bin/sh\npostgresql:x:7:8::/:/\npostgres:x:101:104::/:/bin/sh\n';
    expect(findAccount(passwd, 'postgres')).toEqual({ uid: 101, gid: 104 });
    expect(findAccount(passwd, 'nobody')).toBeNull();
  });
});

describe('a free port', () => {
  it('is one that can be listened on', async () => {
    expect(await freePort()).toBeGreaterThan(1023);
  });
});
