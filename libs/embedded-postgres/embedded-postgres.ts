import { type ChildProcess, spawn } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { Client } from 'pg';
import { DomainError } from '#libs/kernel';
import { type Cluster, clusterName, prepareCluster } from './cluster-folder.js';
import { freePort } from './free-port.js';
import { clearLeftovers } from './leftovers.js';
import { installedNativeFolder, reachableNativeFolder } from './native-folder.js';
import { chooseRunAs, type RunAs } from './run-as.js';

/** Where a server keeps its data, and how it runs. */
export interface EmbeddedPostgresOptions {
  /** The folder that holds the cluster and its password; created on the first start. */
  readonly dataDir: string;
  /** On 127.0.0.1; 0 takes a free one. */
  readonly port: number;
  /** `false` is for tests only: no fsync, and a power cut may destroy the cluster. */
  readonly durable: boolean;
  /** What Postgres says, line by line. Statements and their values are never in it. */
  readonly log: (line: string) => void;
}

/** How a server ended. */
export interface PostgresExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A running Postgres server that this process launched. */
export interface EmbeddedPostgres {
  /** Connects as the owner to the database `postgres`; contains the password. */
  readonly url: string;
  /** Process id of the postmaster. */
  readonly pid: number;
  readonly port: number;
  /** Ends the server: committed work is on disk. At most 8 s; safe to call again. */
  stop(): Promise<void>;
  /** Resolves when the server has ended, by `stop` or by itself. Never rejects. */
  readonly exited: Promise<PostgresExit>;
}

const readyWithinMs = 60_000;
const fastShutdownMs = 6_000;
const linesKept = 20;

/**
 * Starts Postgres on 127.0.0.1 with password authentication, from the binaries npm installed, and
 * resolves when it answers queries.
 *
 * Works after a kill -9 of the server or of its launcher, and as root (see `chooseRunAs`). It runs
 * in a process group of its own, so that Ctrl-C reaches only the launcher. Rejects with a
 * `DomainError`: `port_taken`, `data_folder_in_use`, `data_folder_unwritable` or
 * `embedded_postgres_failed`.
 */
export async function startEmbeddedPostgres(
  options: EmbeddedPostgresOptions,
): Promise<EmbeddedPostgres> {
  const dataDir = resolve(options.dataDir);
  const port = options.port === 0 ? await freePort() : options.port;
  const runAs = await chooseRunAs(join(dataDir, clusterName));
  const native = await reachableNativeFolder(installedNativeFolder(), runAs);
  const cluster = await prepareCluster({ dataDir, native, runAs, durable: options.durable });
  const launcherFile = join(dataDir, 'launcher.pid');
  await clearLeftovers(cluster.folder, launcherFile);
  await writeFile(launcherFile, String(process.pid));
  const server = launch(join(native, 'bin', 'postgres'), cluster, runAs, { ...options, port });
  const url = `postgres://postgres:${cluster.password}@127.0.0.1:${port}/postgres`;
  await untilReady(url, server, port);
  return { url, pid: server.pid, port, exited: server.exited, stop: () => stop(server) };
}

interface Server {
  readonly pid: number;
  readonly process: ChildProcess;
  readonly exited: Promise<PostgresExit>;
  readonly lastLines: readonly string[];
}

function launch(
  command: string,
  cluster: Cluster,
  runAs: RunAs | null,
  { port, durable, log }: EmbeddedPostgresOptions,
): Server {
  const child = spawn(command, serverArguments(cluster.folder, port, durable), {
    ...runAs,
    cwd: '/',
    env: { PATH: process.env.PATH ?? '', LC_ALL: 'C', TZ: 'UTC' },
    stdio: ['ignore', 'ignore', 'pipe'],
    // A throw-away server ends with Ctrl-C, a durable one when its launcher says so.
    detached: durable,
  });
  const lastLines: string[] = [];
  createInterface({ input: child.stderr }).on('line', (line) => {
    lastLines.push(line);
    if (lastLines.length > linesKept) lastLines.shift();
    log(line);
  });
  const exited = new Promise<PostgresExit>((settle) => {
    child.once('close', (code, signal) => {
      settle({ code, signal });
    });
    child.once('error', (error) => {
      lastLines.push(error.message);
      settle({ code: null, signal: null });
    });
  });
  return { pid: child.pid ?? 0, process: child, exited, lastLines };
}

function serverArguments(folder: string, port: number, durable: boolean): string[] {
  const settings = {
    listen_addresses: '127.0.0.1',
    port: String(port),
    unix_socket_directories: '',
    max_connections: '100',
    shared_buffers: '128MB',
    timezone: 'UTC',
    log_timezone: 'UTC',
    jit: 'off',
    // Bound values may be personal data: they stay out of the log, and so do failed statements.
    log_parameter_max_length: '0',
    log_parameter_max_length_on_error: '0',
    log_min_error_statement: 'panic',
    log_error_verbosity: 'terse',
    ...(durable ? {} : { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }),
  };
  return [
    '-D',
    folder,
    ...Object.entries(settings).flatMap(([key, value]) => ['-c', `${key}=${value}`]),
  ];
}

async function untilReady(url: string, server: Server, port: number): Promise<void> {
  const deadline = Date.now() + readyWithinMs;
  while (!(await answers(url))) {
    if (hasEnded(server)) throw startFailure(server.lastLines.join('\n'), port);
    if (Date.now() > deadline) {
      await stop(server);
      throw startFailure(`no answer within ${readyWithinMs / 1000} s`, port);
    }
    await pause(25);
  }
  // Something else on that port might have answered instead.
  if (hasEnded(server)) throw startFailure(server.lastLines.join('\n'), port);
}

function hasEnded({ process: child }: Server): boolean {
  return child.pid === undefined || child.exitCode !== null || child.signalCode !== null;
}

async function answers(url: string): Promise<boolean> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 2_000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => undefined);
  }
}

function startFailure(reason: string, port: number): DomainError {
  if (/could not bind|Address already in use/.test(reason)) {
    return new DomainError(
      'unavailable',
      'port_taken',
      `Port ${port} on 127.0.0.1 is taken. Stop what uses it, or choose another one.`,
      { details: { port } },
    );
  }
  const message = `Postgres did not start: ${reason}`;
  return new DomainError('unavailable', 'embedded_postgres_failed', message);
}

async function stop(server: Server): Promise<void> {
  server.process.kill('SIGINT');
  const insist = setTimeout(() => server.process.kill('SIGQUIT'), fastShutdownMs);
  await server.exited;
  clearTimeout(insist);
}
