import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const PROGRAM = join(process.cwd(), 'dist/apps/eventstore/main.js');

/** The embedded event store in a process of its own, to be stopped, killed and started again. */
export class StoreProcess {
  readonly #dataDir: string;
  #child: ChildProcess;
  #url: string;

  private constructor(dataDir: string, child: ChildProcess, url: string) {
    this.#dataDir = dataDir;
    this.#child = child;
    this.#url = url;
  }

  static async start(): Promise<StoreProcess> {
    const dataDir = await mkdtemp(join(tmpdir(), 'leadledger-store-'));
    const { child, url } = await launch(dataDir, 0);
    return new StoreProcess(dataDir, child, url);
  }

  get url(): string {
    return this.#url;
  }

  get port(): number {
    return Number(new URL(this.#url).port);
  }

  /** Stops it in its tracks: connections stay open and nothing is answered. */
  pause(): void {
    this.#child.kill('SIGSTOP');
  }

  resume(): void {
    this.#child.kill('SIGCONT');
  }

  async kill(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const exited = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await exited;
  }

  /** Starts it again, after {@link kill}, with the same data on the same port. */
  async restart(): Promise<void> {
    const { child, url } = await launch(this.#dataDir, this.port);
    this.#child = child;
    this.#url = url;
  }

  async remove(): Promise<void> {
    await this.kill();
    await rm(this.#dataDir, { recursive: true, force: true });
  }
}

async function launch(
  dataDir: string,
  port: number,
): Promise<{ child: ChildProcess; url: string }> {
  const child = spawn(process.execPath, [PROGRAM], {
    env: { ...process.env, EVENTSTORE_DATA_DIR: dataDir, EVENTSTORE_PORT: String(port) },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const failed = once(child, 'exit').then(() => {
    throw new Error('The event store did not start; run npm run build first.');
  });
  const lines = createInterface({ input: child.stdout });
  const [line] = (await Promise.race([once(lines, 'line'), failed])) as [string];
  failed.catch(() => undefined);
  return { child, url: (JSON.parse(line) as { listening: string }).listening };
}
