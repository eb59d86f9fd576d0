import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

const ENTRY = 'dist/apps/eventstore/main.js';

/** The event store as a process of its own, as the launcher starts it. */
export interface StoreProcess {
  readonly url: string;
  readonly child: ChildProcess;
}

export interface StoreProcessOptions {
  readonly dataDir: string;
  readonly port?: number;
  /** Largest file it may write, in KiB. */
  readonly fileLimitKib?: number;
}

function spawnStore(options: StoreProcessOptions): ChildProcess {
  const env = {
    ...process.env,
    EVENTSTORE_DATA_DIR: options.dataDir,
    EVENTSTORE_PORT: String(options.port ?? 0),
  };
  const limit = options.fileLimitKib === undefined ? 'unlimited' : String(options.fileLimitKib);
  // The shell replaces itself, so the child is the store and can be killed as such.
  const script = `ulimit -f ${limit} && exec "$0" "$1"`;
  return spawn('bash', ['-c', script, process.execPath, ENTRY], { env, stdio: 'pipe' });
}

/** Starts a store and waits until it listens. */
export async function startProcess(options: StoreProcessOptions): Promise<StoreProcess> {
  const child = spawnStore(options);
  child.stderr?.resume();
  const lines = createInterface({ input: child.stdout! });
  const [line] = (await Promise.race([
    once(lines, 'line'),
    once(child, 'exit').then(() => {
      throw new Error('The event store ended before it listened.');
    }),
  ])) as [string];
  return { url: (JSON.parse(line) as { listening: string }).listening, child };
}

export interface Ending {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a store that is expected to end by itself. */
export async function runProcess(options: StoreProcessOptions): Promise<Ending> {
  const child = spawnStore(options);
  let stdout = '';
  let stderr = '';
  child.stdout?.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, stdout, stderr };
}

/** Sends a signal and waits for the end; → exit code, null if the signal killed it. */
export async function stopProcess(
  child: ChildProcess,
  signal: NodeJS.Signals,
): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
  const ended = once(child, 'exit') as Promise<[number | null]>;
  child.kill(signal);
  return (await ended)[0];
}
