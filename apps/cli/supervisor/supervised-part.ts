import { type BoundedLog } from './bounded-log.js';
import { type Child, launch, type PartSpec } from './child.js';
import {
  type Failure,
  gaveUpSentence,
  restartSentence,
  startFailureSentence,
  startTimeoutSentence,
} from './messages.js';
import { type ProcessExit } from './part.js';
import { decideRestart, recentDeaths } from './restart-policy.js';
import { StartRefused } from './start-refused.js';

const readyWithinMs = 120_000;

/** What a part tells whoever supervises it. */
export interface PartListener {
  /** A sentence for the person who started the stack. */
  readonly report: (sentence: string) => void;
  /** Process ids have changed. */
  readonly changed: () => void;
  /** Whether a part that dies is started again: not before everything has been ready once. */
  readonly mayRestart: () => boolean;
  /** It died too early, or again and again; the stack has to stop. */
  readonly gaveUp: (error: StartRefused) => void;
}

/** One part of the stack, kept running from its first start until it is stopped. */
export class SupervisedPart {
  readonly spec: PartSpec;
  readonly #log: BoundedLog;
  readonly #listener: PartListener;
  #child: Child | null = null;
  #deathsAtMs: number[] = [];
  #restart: NodeJS.Timeout | undefined;
  #stopping = false;

  constructor(spec: PartSpec, log: BoundedLog, listener: PartListener) {
    this.spec = spec;
    this.#log = log;
    this.#listener = listener;
  }

  /** The living process, if there is one. */
  get child(): Child | null {
    return this.#child;
  }

  /** Resolves when it is ready for the first time; rejects with {@link StartRefused}. */
  async start(): Promise<void> {
    const child = this.#launch();
    const giveUpWaiting = new AbortController();
    const deadline = setTimeout(() => {
      giveUpWaiting.abort();
    }, readyWithinMs);
    const exit = await Promise.race([
      this.spec.ready(child, giveUpWaiting.signal).then(() => null),
      child.exited,
      aborted(giveUpWaiting.signal),
    ]);
    clearTimeout(deadline);
    const tooLate = giveUpWaiting.signal.aborted;
    giveUpWaiting.abort();
    if (exit !== null) throw new StartRefused(startFailureSentence(this.#failure(child), exit));
    if (tooLate) {
      throw new StartRefused(startTimeoutSentence(this.#failure(child), readyWithinMs));
    }
    this.#keepAlive(child);
    this.#listener.changed();
  }

  /** Asks it to end, makes it after `withinMs`, and resolves when it has. */
  async stop(withinMs: number): Promise<void> {
    this.#stopping = true;
    clearTimeout(this.#restart);
    const child = this.#child;
    if (child === null) return;
    child.kill('SIGTERM');
    const insist = setTimeout(() => {
      this.kill();
    }, withinMs);
    await child.exited;
    clearTimeout(insist);
    this.#log.close();
  }

  /** Ends it this instant. */
  kill(): void {
    this.#stopping = true;
    clearTimeout(this.#restart);
    const kept = this.#child?.kept() ?? null;
    // An immediate shutdown, as Postgres calls it: what was committed is on disk.
    if (kept !== null) tryKill(kept, 'SIGQUIT');
    this.#child?.kill('SIGKILL');
  }

  #launch(): Child {
    const child = launch(this.spec, this.#log);
    this.#child = child;
    this.#listener.changed();
    child.onMessage(this.#listener.changed);
    void child.exited.then(() => {
      if (this.#child === child) this.#child = null;
      this.#listener.changed();
    });
    return child;
  }

  #keepAlive(child: Child): void {
    const stopWatching = watchForSilence(child, this.spec.silentMsMax);
    void child.exited.then((exit) => {
      stopWatching();
      if (!this.#stopping) this.#died(child, exit);
    });
  }

  #died(child: Child, exit: ProcessExit): void {
    if (!this.#listener.mayRestart()) {
      const sentence = startFailureSentence(this.#failure(child), exit);
      this.#listener.gaveUp(new StartRefused(sentence));
      return;
    }
    const now = Date.now();
    this.#deathsAtMs = [...recentDeaths(this.#deathsAtMs, now), now];
    const decision = decideRestart(this.#deathsAtMs, now);
    if (decision.kind === 'give_up') {
      this.#listener.gaveUp(new StartRefused(gaveUpSentence(this.#failure(child), exit)));
      return;
    }
    this.#listener.report(restartSentence(this.spec.name, exit));
    this.#restart = setTimeout(() => {
      this.#keepAlive(this.#launch());
    }, decision.afterMs);
  }

  #failure(child: Child): Failure {
    return { part: this.spec.name, lastWords: child.lastWords(), logFile: this.#log.file };
  }
}

function aborted(signal: AbortSignal): Promise<null> {
  return new Promise((resolve) => {
    signal.addEventListener('abort', () => {
      resolve(null);
    });
  });
}

/** Counts its own ticks instead of looking at the clock: a laptop asleep is not a hung process. */
function watchForSilence(child: Child, silentMsMax: number | undefined): () => void {
  if (silentMsMax === undefined) return () => undefined;
  let silentMs = 0;
  child.onMessage(() => {
    silentMs = 0;
  });
  const tickMs = 1_000;
  const timer = setInterval(() => {
    silentMs += tickMs;
    if (silentMs > silentMsMax) child.kill('SIGKILL');
  }, tickMs);
  return () => {
    clearInterval(timer);
  };
}

function tryKill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // Gone already, which is what was wanted.
  }
}
