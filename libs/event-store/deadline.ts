/** Nothing came in time. */
export class DeadlineExceeded extends Error {
  override readonly name = 'DeadlineExceeded';

  constructor(milliseconds: number) {
    super(`No answer within ${Math.max(0, Math.round(milliseconds))} ms.`);
  }
}

interface Waiting {
  readonly dueAt: number;
  /**
   * Blank once nobody waits: the set's old tables would otherwise keep all that hangs on it alive.
   */
  fail: (() => void) | null;
}

/** How much later than asked for a deadline may come: all of them share one timer. */
const LATE_MS_MAX = 20;
const waiting = new Set<Waiting>();
let sweeping: NodeJS.Timeout | undefined;

function sweep(): void {
  const now = performance.now();
  for (const { dueAt, fail } of waiting) if (dueAt <= now) fail?.();
  if (waiting.size > 0) return;
  clearInterval(sweeping);
  sweeping = undefined;
}

/**
 * `promise`, or {@link DeadlineExceeded} after `milliseconds` (and up to 20 more), whichever comes
 * first; none left is late.
 */
export function withDeadline<T>(promise: Promise<T>, milliseconds: number): Promise<T> {
  return new Promise((resolve, reject) => {
    const entry: Waiting = {
      dueAt: performance.now() + milliseconds,
      fail: () => {
        forget();
        reject(new DeadlineExceeded(milliseconds));
      },
    };
    waiting.add(entry);
    sweeping ??= setInterval(sweep, LATE_MS_MAX);
    const forget = (): void => {
      waiting.delete(entry);
      entry.fail = null;
    };
    promise.then(forget, forget);
    promise.then(resolve, reject);
  });
}

/** Full-jitter exponential back-off: between 0 and `baseMs × 2^attempt`, at most `capMs`. */
export function backoffMs(attempt: number, baseMs: number, capMs: number): number {
  return Math.random() * Math.min(capMs, baseMs * 2 ** attempt);
}

/** Resolves after `milliseconds`, or at once when `signal` aborts. */
export function pause(milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted === true) {
      resolve();
      return;
    }
    const done = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, milliseconds);
    signal?.addEventListener('abort', done, { once: true });
  });
}
