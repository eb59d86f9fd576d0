import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { type RebuildWork } from '#libs/read-db';
import { letOthersGoFirst, niceness } from '#libs/priority';
import { type Logger } from 'pino';

/** What a rebuilder is started with. */
export interface RebuilderProcessParts {
  readonly logger: Logger;
  /** Starts it; a process of its own unless told. */
  readonly launch?: () => ChildProcess;
}

/** How it ended, or why it did not begin. */
interface End {
  readonly code?: number | null;
  readonly signal?: NodeJS.Signals | null;
  readonly err?: Error;
}

/**
 * One that does not take up its work within this time, or lets it lie, hangs. Whoever replaces it has
 * twice as long: processes of low priority start slowly on a busy machine, and one that is ended
 * before it has started would never be of any use.
 */
const hungAfterMinMs = 60_000;
const hungAfterMaxMs = 600_000;
const stopWithinMs = 5_000;
const retryMinMs = 500;
const retryMaxMs = 30_000;

/**
 * The process that fills builds: there while it is needed, started again if it dies. It ends by
 * itself when nothing is left to do, and when its worker ends.
 */
export class RebuilderProcess {
  readonly #logger: Logger;
  readonly #launch: () => ChildProcess;
  #child: ChildProcess | null = null;
  #missedSince: number | null = null;
  #failures = 0;
  #notBefore = 0;

  constructor({ logger, launch = launchRebuilder }: RebuilderProcessParts) {
    this.#logger = logger;
    this.#launch = launch;
  }

  /** To be called again and again, with how it is with the work. */
  keep(work: RebuildWork): void {
    const now = performance.now();
    this.#missedSince = work === 'missed' ? (this.#missedSince ?? now) : null;
    if (work === 'none') this.#failures = 0;
    if (this.#child !== null) {
      this.#replaceHung(this.#child, now);
      return;
    }
    // The lease of one that died outlives it; it need not be waited for.
    const isDue = work === 'missed' || (work === 'in_hand' && this.#failures > 0);
    if (isDue && now >= this.#notBefore) this.#start();
  }

  #replaceHung(child: ChildProcess, now: number): void {
    const hungAfterMs = Math.min(hungAfterMinMs * 2 ** this.#failures, hungAfterMaxMs);
    if (this.#missedSince === null || now - this.#missedSince < hungAfterMs) return;
    this.#logger.warn('the rebuilder gives no sign of life; it is replaced');
    this.#missedSince = null;
    child.kill('SIGKILL');
  }

  async stop(): Promise<void> {
    const child = this.#child;
    if (child === null) return;
    const exited = once(child, 'exit');
    child.kill('SIGTERM');
    const timer = setTimeout(() => child.kill('SIGKILL'), stopWithinMs);
    await exited;
    clearTimeout(timer);
  }

  #start(): void {
    const child = this.#launch();
    this.#child = child;
    this.#missedSince = null;
    // By its parent, at once: threads that it starts later have the same priority.
    letOthersGoFirst(niceness.rebuilds, child.pid);
    child.stdout?.pipe(process.stdout, { end: false });
    child.stderr?.pipe(process.stderr, { end: false });
    child.once('error', (error) => {
      this.#ended(child, { err: error });
    });
    child.once('exit', (code, signal) => {
      this.#ended(child, { code, signal });
    });
  }

  #ended(child: ChildProcess, how: End): void {
    if (this.#child !== child) return;
    this.#child = null;
    this.#failures = how.code === 0 ? 0 : this.#failures + 1;
    const restMs = Math.min(retryMinMs * 2 ** this.#failures, retryMaxMs);
    this.#notBefore = performance.now() + restMs;
    if (how.code !== 0) this.#logger.warn({ ...how, restMs }, 'the rebuilder ended early');
  }
}

/** With what this process was started with, so that both end with the same supervisor. */
function launchRebuilder(): ChildProcess {
  const entry = new URL('./rebuilder.main.js', import.meta.url);
  // A session of its own can be lowered by itself.
  return fork(entry, { stdio: ['ignore', 'pipe', 'pipe', 'ipc'], detached: true });
}
