import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { chmod, mkdtemp, readFile, readlink, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

/** Tests run from the root of the repository, after a build. */
const entry = resolve('dist/apps/cli/main.js');
const readyWithinMs = 120_000;
const pollMs = 20;

/** What a launched stack left in DATA_DIR/run.json. */
export interface RunFile {
  readonly state: string;
  readonly apiUrl: string;
  readonly eventStoreUrl: string;
  readonly databaseUrl: string;
  readonly dnc: { readonly url: string | null; readonly onFailure: string } | null;
  readonly pids: Readonly<Record<string, number>>;
}

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** `leadledger start` as a person runs it, in a process of its own. */
export class LaunchedStack {
  readonly dataDir: string;
  readonly exited: Promise<Exit>;
  readonly pid: number;
  readonly #process: ChildProcess;
  #stdout = '';
  #stderr = '';

  constructor(
    dataDir: string,
    env: Record<string, string> = {},
    [command, ...args]: readonly [string, ...string[]] = [process.execPath, entry, 'start'],
  ) {
    this.dataDir = dataDir;
    this.#process = spawn(command, args, {
      env: environmentFor(dataDir, env),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.pid = this.#process.pid ?? 0;
    this.#process.stdout?.on('data', (chunk: Buffer) => (this.#stdout += chunk.toString()));
    this.#process.stderr?.on('data', (chunk: Buffer) => (this.#stderr += chunk.toString()));
    this.exited = new Promise((resolve) => {
      this.#process.once('close', (code, signal) => {
        resolve({ code, signal });
      });
    });
  }

  get stdout(): string {
    return this.#stdout;
  }

  get stderr(): string {
    return this.#stderr;
  }

  /** The stack says that it runs, and what to paste. */
  async ready(): Promise<RunFile> {
    await this.until(() => this.#stdout.includes('Ctrl-C stops everything.'), 'being ready');
    return this.run();
  }

  /** Waits for a condition, unless the stack ends first. */
  async until(condition: () => boolean | Promise<boolean>, what: string): Promise<void> {
    const ended = this.exited.then(() => true);
    const deadline = Date.now() + readyWithinMs;
    while (!(await condition())) {
      if (await Promise.race([ended, pause(pollMs, false)])) {
        throw new Error(`The stack ended before ${what}.\n${this.#stdout}\n${this.#stderr}`);
      }
      if (Date.now() > deadline) throw new Error(`Too long until ${what}.\n${this.#stderr}`);
    }
  }

  /** What run.json says now. */
  async run(): Promise<RunFile> {
    return JSON.parse(await readFile(join(this.dataDir, 'run.json'), 'utf8')) as RunFile;
  }

  signal(signal: NodeJS.Signals): void {
    this.#process.kill(signal);
  }

  /** Ends it for good, whatever state a test left it in. */
  async end(): Promise<void> {
    const run = await this.run().catch(() => null);
    await this.interrupt();
    await goneAll(Object.values<number>(run?.pids ?? {}));
  }

  /** Ctrl-C, and how it ended. */
  async interrupt(): Promise<Exit> {
    this.signal('SIGINT');
    return this.exited;
  }
}

/** A command of `leadledger`, run to its end. */
export async function runCommand(
  dataDir: string,
  args: readonly string[],
  env: Record<string, string> = {},
): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const child = spawn(process.execPath, [entry, ...args], {
    env: environmentFor(dataDir, env),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const code = await new Promise<number | null>((resolve) => {
    child.once('close', resolve);
  });
  return { code, stdout, stderr };
}

/** The JSON object a command printed last. */
export function lastJson(stdout: string): Record<string, unknown> {
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as Record<string, unknown>;
}

/** Nothing of the settings of whoever runs the tests. */
function environmentFor(dataDir: string, env: Record<string, string>): Record<string, string> {
  const { PATH = '', HOME = '' } = process.env;
  return { PATH, HOME, DATA_DIR: dataDir, PORT: '0', ...env };
}

/** A folder for data that Postgres' account can reach, whoever runs the tests. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'leadledger-e2e-'));
  await chmod(folder, 0o755);
  return folder;
}

/** Removes it with a cluster that had to be kept elsewhere. */
export async function removeFolder(folder: string, dataDir = folder): Promise<void> {
  const elsewhere = await readlink(join(dataDir, 'postgres/cluster')).catch(() => null);
  if (elsewhere !== null) await rm(elsewhere, { recursive: true, force: true });
  await rm(folder, { recursive: true, force: true });
}

/**
 * Ends a process for good. Without a process there is nothing to end: 0 would mean the test run.
 */
export function slay(pid: number | undefined): void {
  if (pid === undefined || pid <= 1) throw new Error('There is no process to kill.');
  process.kill(pid, 'SIGKILL');
}

/** Whether a process with this number runs. One that has ended only waits to be counted out. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !hasEnded(pid);
  } catch {
    return false;
  }
}

/** Waits for processes to have ended. */
export async function goneAll(pids: readonly number[]): Promise<void> {
  while (pids.some(isAlive)) await pause(pollMs);
}

/** Whether Linux keeps it only until its parent, or whoever took its place, asks how it ended. */
function hasEnded(pid: number): boolean {
  if (process.platform !== 'linux') return false;
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const state = stat.charAt(stat.lastIndexOf(')') + 2);
  return state === 'Z' || state === 'X';
}

/** The request that a printed curl command sends. */
export function requestOfCurl(text: string) {
  const url = /curl -X POST (\S+)/.exec(text)?.[1] ?? '';
  const headers = [...text.matchAll(/-H "([^:]+): ([^"]+)"/g)].map(
    ([, name = '', value = '']) => [name, value] as [string, string],
  );
  const body = /-d '([^']+)'/.exec(text)?.[1] ?? '';
  return { url, init: { method: 'POST', headers, body } };
}
