import { readFile } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import {
  type Build,
  connectDatabase,
  type Database,
  listBuilds,
  requestProjectionAction,
} from '#libs/read-db';
import {
  lastJson,
  LaunchedStack,
  removeFolder,
  type RunFile,
  runCommand,
  temporaryFolder,
} from '../e2e/launcher.harness.js';
import { type Target } from './kill-plan.js';

const recoversWithinMs = 60_000;
const rebuiltWithinMs = 120_000;
const pollMs = 25;

/** A real stack on a folder of its own, which is killed and has to come back. */
export class StackUnderFire {
  readonly apiUrl: string;
  readonly dataDir: string;
  readonly #env: Record<string, string>;
  #stack: LaunchedStack;

  private constructor(stack: LaunchedStack, apiUrl: string, env: Record<string, string>) {
    this.#stack = stack;
    this.#env = env;
    this.apiUrl = apiUrl;
    this.dataDir = stack.dataDir;
  }

  static async start(env: Record<string, string> = {}): Promise<StackUnderFire> {
    const stack = new LaunchedStack(await temporaryFolder(), env);
    const { apiUrl } = await stack.ready();
    return new StackUnderFire(stack, apiUrl, env);
  }

  /** A sandbox of its own. */
  async createTenant(tenant: string): Promise<void> {
    await runCommand(this.dataDir, ['tenants', 'create', tenant, '--mode', 'sandbox']);
  }

  /** A key that no limit stops; of the demo tenant unless told. */
  async createKey(tenant = 'demo'): Promise<string> {
    const scopes = ['--scope', 'read', '--scope', 'write', '--rate-limit', '100000'];
    const command = ['keys', 'create', '--tenant', tenant, ...scopes, '--json'];
    const { stdout } = await runCommand(this.dataDir, command);
    return String(lastJson(stdout).apiKey);
  }

  /** Kills a process of this stack with SIGKILL; false if it is not running just now. */
  async kill(target: Target): Promise<boolean> {
    if (target === 'supervisor') {
      this.#stack.signal('SIGKILL');
      await this.#stack.exited;
      await this.#startAgain();
      return true;
    }
    const pid = target === 'rebuilder' ? await this.#rebuilder() : await this.#pidOf(target);
    if (pid === undefined) return false;
    try {
      process.kill(pid, 'SIGKILL');
      return true;
    } catch {
      return false;
    }
  }

  /** Asks for a rebuild of every read model; false while Postgres is away. */
  async rebuildAll(): Promise<boolean> {
    return this.#onDatabase(async (database) => {
      const names = new Set((await listBuilds(database)).map(({ name }) => name));
      for (const name of names) {
        await requestProjectionAction(database, { action: 'rebuild', name, requestedBy: 'chaos' });
      }
      return true;
    }).catch(() => false);
  }

  /** Resolves when no rebuild is under way any more, with how many came to their end. */
  async rebuilt(): Promise<number> {
    const deadline = Date.now() + rebuiltWithinMs;
    for (;;) {
      const builds = await this.#onDatabase(listBuilds);
      if (!builds.some(isUnderWay)) return builds.filter(({ state }) => state === 'kept').length;
      if (Date.now() > deadline) throw new Error('The rebuilds do not come to an end.');
      await pause(pollMs);
    }
  }

  /** What `projections verify --all` says against the read models; none if they are right. */
  async verify(): Promise<string[]> {
    const command = ['projections', 'verify', '--all'];
    const { code, stdout, stderr } = await runCommand(this.dataDir, command);
    return code === 0 ? [] : [`${stdout}\n${stderr}`];
  }

  /**
   * Resolves when GET /ready answers 200; rejects when that takes too long or the stack gave up.
   */
  async recovered(): Promise<void> {
    const deadline = Date.now() + recoversWithinMs;
    while (!(await this.#isReady())) {
      if (await Promise.race([this.#stack.exited.then(() => true), pause(pollMs, false)])) {
        throw new Error(`The stack gave up.\n${this.#stack.stderr}`);
      }
      if (Date.now() > deadline) {
        throw new Error(`No recovery within ${recoversWithinMs / 1_000} s.\n${this.#stack.stderr}`);
      }
    }
  }

  /** Rejects with what the stack said if it is not there any longer. */
  async run(): Promise<RunFile> {
    try {
      return await this.#stack.run();
    } catch (cause) {
      const { stderr } = this.#stack;
      throw new Error(`The stack is gone.\n${stderr}`, { cause });
    }
  }

  /** Ctrl-C; the exit code. */
  async stop(): Promise<number | null> {
    return (await this.#stack.interrupt()).code;
  }

  remove(): Promise<void> {
    return removeFolder(this.dataDir);
  }

  async #pidOf(part: Exclude<Target, 'supervisor' | 'rebuilder'>): Promise<number | undefined> {
    return (await this.run()).pids[part];
  }

  /** The worker's child, while there is something to fill. */
  async #rebuilder(): Promise<number | undefined> {
    const worker = String(await this.#pidOf('worker'));
    const path = `/proc/${worker}/task/${worker}/children`;
    const [first = ''] = (await readFile(path, 'utf8').catch(() => '')).split(' ');
    return first === '' ? undefined : Number(first);
  }

  /** Asks the database, as its owner. */
  async ask<Row extends object>(sql: string, values: readonly unknown[] = []): Promise<Row[]> {
    return this.#onDatabase(async ({ pool }) => (await pool.query<Row>(sql, [...values])).rows);
  }

  async #onDatabase<Result>(work: (database: Database) => Promise<Result>): Promise<Result> {
    const { databaseUrl: url } = await this.run();
    const database = connectDatabase({ url, role: 'owner', applicationName: 'chaos' });
    try {
      return await work(database);
    } finally {
      await database.close();
    }
  }

  async #startAgain(): Promise<void> {
    const { port } = new URL(this.apiUrl);
    this.#stack = new LaunchedStack(this.dataDir, { ...this.#env, PORT: port });
    await this.#stack.ready();
  }

  async #isReady(): Promise<boolean> {
    try {
      const response = await fetch(`${this.apiUrl}/ready`, { signal: AbortSignal.timeout(5_000) });
      await response.body?.cancel();
      return response.status === 200;
    } catch {
      return false;
    }
  }
}

/** A build that came near the head is live for a moment before it is served. */
function isUnderWay({ state, serving }: Build): boolean {
  return state === 'requested' || state === 'building' || (state === 'live' && !serving);
}
