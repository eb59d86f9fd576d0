/** What the person at the keyboard, or the system, asked for. */
export interface Interruption {
  /** Resolves with the first Ctrl-C, SIGTERM or closed terminal. */
  readonly requested: Promise<void>;
}

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
const parentCheckMs = 500;

/**
 * Listens for requests to stop, until the process ends. The second Ctrl-C means "at once" and calls
 * `atOnce`.
 */
export function listenForInterruption(atOnce: () => void): Interruption {
  const count = countPresses();
  let resolve: () => void = () => undefined;
  const requested = new Promise<void>((settle) => {
    resolve = settle;
  });
  const listener = (signal: NodeJS.Signals): void => {
    const presses = count(Date.now());
    resolve();
    if (presses > 1 && signal === 'SIGINT') atOnce();
  };
  for (const signal of signals) process.on(signal, listener);
  watchParent(resolve);
  return { requested };
}

const onePressMs = 400;

/**
 * Counts presses of Ctrl-C. Signals that come almost together are one of them: npm passes on what
 * the terminal has sent to its scripts already.
 */
export function countPresses(): (nowMs: number) => number {
  let presses = 0;
  let lastMs = -Infinity;
  return (nowMs) => {
    if (nowMs - lastMs >= onePressMs) presses += 1;
    lastMs = nowMs;
    return presses;
  };
}

/**
 * Under npm, a killed npm ends the stack: nobody could stop it any longer. Started by a shell, the
 * stack may outlive it (`nohup`, `disown`).
 */
function watchParent(stop: () => void): void {
  if (process.env.npm_lifecycle_event === undefined) return;
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) stop();
  }, parentCheckMs).unref();
}
