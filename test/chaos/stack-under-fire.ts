import { setTimeout as pause } from 'node:timers/promises';
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
const pollMs = 25;

/** A real stack on a folder of its own, which is killed and has to come back. */
export class StackUnderFire {
  readonly apiUrl: string;
  readonly dataDir: string;
  #stack: LaunchedStack;

  private constructor(stack: LaunchedStack, apiUrl: string) {
    this.#stack = stack;
    this.apiUrl = apiUrl;
    this.dataDir = stack.dataDir;
  }

  static async start(): Promise<StackUnderFire> {
    const stack = new LaunchedStack(await temporaryFolder());
    const { apiUrl } = await stack.ready();
    return new StackUnderFire(stack, apiUrl);
  }

  /** A key of the demo tenant that no limit stops. */
  async createKey(): Promise<string> {
    const scopes = ['--scope', 'read', '--scope', 'write', '--rate-limit', '100000'];
    const command = ['keys', 'create', '--tenant', 'demo', ...scopes, '--json'];
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
    const pid = (await this.run()).pids[target];
    if (pid === undefined) return false;
    try {
      process.kill(pid, 'SIGKILL');
      return true;
    } catch {
      return false;
    }
  }

  /** Resolves when GET /ready answers 200; rejects when that takes too long or the stack gave up. */
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

  async #startAgain(): Promise<void> {
    this.#stack = new LaunchedStack(this.dataDir, { PORT: new URL(this.apiUrl).port });
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
