/** Length of the fixed window in which requests are counted. */
export const WINDOW_MS = 60_000;

/** The window that `nowMs` (milliseconds since 1970) is in: when it began, in the same unit. */
export function windowStart(nowMs: number): number {
  return nowMs - (nowMs % WINDOW_MS);
}

/** Whether a request may go on, and what its caller is told about the allowance. */
export interface Admission {
  readonly admitted: boolean;
  /** Requests per window. */
  readonly limit: number;
  /** How many are left in this window. */
  readonly remaining: number;
  /** When the next window begins: unix seconds. */
  readonly resetAt: number;
  /** Whole seconds until then, at least 1. */
  readonly retryAfterSeconds: number;
}

/** The answer to a request at `nowMs` that leaves `remaining` of `limit`. */
export function admission(
  admitted: boolean,
  limit: number,
  remaining: number,
  nowMs: number,
): Admission {
  const resetMs = windowStart(nowMs) + WINDOW_MS;
  return {
    admitted,
    limit,
    remaining: Math.max(0, remaining),
    resetAt: resetMs / 1000,
    retryAfterSeconds: Math.max(1, Math.ceil((resetMs - nowMs) / 1000)),
  };
}
