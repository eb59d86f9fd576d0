import { spawn } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import {
  chmod,
  chown,
  lstat,
  mkdir,
  mkdtemp,
  readFile,
  realpath,
  rename,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DomainError } from '#libs/kernel';
import { sharedHome } from './native-folder.js';
import { canReach, type RunAs } from './run-as.js';

/** A prepared database cluster. */
export interface Cluster {
  /** Postgres' own data directory, every link resolved. */
  readonly folder: string;
  /** Password of the user `postgres`. */
  readonly password: string;
}

/** Whose cluster is prepared, with which binaries, and for whom. */
export interface PrepareOptions {
  readonly dataDir: string;
  readonly native: string;
  readonly runAs: RunAs | null;
  readonly durable: boolean;
  /** Where a cluster goes that Postgres' account could not reach in `dataDir`. */
  readonly home?: string;
}

/** The name of the cluster inside its data folder. */
export const clusterName = 'cluster';

/**
 * The cluster in `dataDir`, created on the first call.
 *
 * `dataDir/cluster` is the cluster, or a link to it where Postgres' account cannot reach `dataDir`;
 * `dataDir/password` its password. A creation that was cut off leaves nothing that a later call
 * would take for a cluster.
 */
export async function prepareCluster(options: PrepareOptions): Promise<Cluster> {
  const { dataDir, runAs } = options;
  await makeFolder(dataDir);
  if (!(await canReach(dataDir, runAs))) await letPass(dataDir);
  const password = await readOrCreatePassword(join(dataDir, 'password'));
  const name = join(dataDir, clusterName);
  if ((await lstat(name).catch(() => null)) === null) await createCluster(options, password);
  const folder = await realpath(name).catch((cause: unknown) => unreachable(name, cause));
  if (!(await canReach(folder, runAs))) unreachable(folder, null);
  return { folder, password };
}

async function makeFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true }).catch((cause: unknown) => {
    throw new DomainError(
      'unavailable',
      'data_folder_unwritable',
      `The data folder ${folder} cannot be created. Make its parent writable, or set DATA_DIR.`,
      { cause },
    );
  });
}

/** Enough where only the data folder itself is closed; what lies in it stays as closed as it is. */
async function letPass(folder: string): Promise<void> {
  const { mode } = await stat(folder);
  await chmod(folder, (mode & 0o777) | 0o011);
}

function unreachable(folder: string, cause: unknown): never {
  throw new DomainError(
    'unavailable',
    'embedded_postgres_failed',
    `The database folder ${folder} cannot be opened by the user Postgres runs as. Restore access ` +
      'to it and to every folder above it.',
    { cause },
  );
}

async function readOrCreatePassword(file: string): Promise<string> {
  try {
    await writeFile(file, randomBytes(24).toString('base64url'), { flag: 'wx', mode: 0o600 });
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'EEXIST') {
      throw new DomainError(
        'unavailable',
        'data_folder_unwritable',
        `${file} cannot be written. Make the data folder writable, or set DATA_DIR.`,
        { cause },
      );
    }
  }
  return readFile(file, 'utf8');
}

async function createCluster(options: PrepareOptions, password: string): Promise<void> {
  const { dataDir, runAs, home = sharedHome } = options;
  const name = join(dataDir, clusterName);
  const here = await canReach(dataDir, runAs);
  const target = here ? name : join(home, `cluster-${randomUUID()}`);
  const unfinished = `${target}.${randomUUID()}`;
  await mkdir(here ? dataDir : home, { recursive: true, mode: 0o755 });
  await mkdir(unfinished, { mode: 0o700 });
  if (runAs !== null) await chown(unfinished, runAs.uid, runAs.gid);
  try {
    await initialise(options, unfinished, password);
    await rename(unfinished, target);
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
  if (!here) await symlink(target, name);
}

async function initialise(options: PrepareOptions, folder: string, password: string) {
  const { native, runAs, durable } = options;
  const secrets = await mkdtemp(join(tmpdir(), 'leadledger-'));
  try {
    const passwordFile = join(secrets, 'password');
    await writeFile(passwordFile, password, { mode: 0o600 });
    if (runAs !== null) {
      await chown(passwordFile, runAs.uid, runAs.gid);
      await chmod(secrets, 0o711);
    }
    const args = initdbArguments(folder, passwordFile, durable);
    await run(join(native, 'bin', 'initdb'), args, runAs);
  } finally {
    await rm(secrets, { recursive: true, force: true });
  }
}

/** Text sorts by code point, so that every machine sorts alike. */
function initdbArguments(folder: string, passwordFile: string, durable: boolean): string[] {
  return [
    `--pgdata=${folder}`,
    '--username=postgres',
    '--auth=scram-sha-256',
    `--pwfile=${passwordFile}`,
    '--encoding=UTF8',
    '--locale=C',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    ...(durable ? [] : ['--no-sync']),
  ];
}

async function run(command: string, args: string[], runAs: RunAs | null): Promise<void> {
  const child = spawn(command, args, {
    ...runAs,
    cwd: '/',
    env: { PATH: process.env.PATH ?? '', LC_ALL: 'C', TZ: 'UTC' },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let complaint = '';
  child.stderr.on('data', (chunk: Buffer) => (complaint += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  if (code === 0) return;
  throw new DomainError(
    'unavailable',
    'embedded_postgres_failed',
    `The database could not be created: ${complaint.trim()}`,
  );
}
