import { backoffMs, pause } from './deadline.js';
import { eventStoreUnavailable, storeFailure } from './errors.js';

/**
 * How long an operation may take in all, retries included. Below the five seconds in which the api
 * promises to answer 503 instead of hanging.
 */
export const ANSWER_WITHIN_MS = 4_000;
/** How long the store may be silent before its answer is asked for again. */
export const ATTEMPT_WITHIN_MS = 2_000;
/** With less than this left, an attempt that is not answered says nothing of the store. */
const ATTEMPT_MS_MIN = 200;

/**
 * Repeats `attempt` while the connection is what fails, until `deadline` (by `performance.now`).
 *
 * Rejects with `event_store_unavailable` when the time is up, and with any other `StoreFailure` at
 * once.
 */
export async function untilAnswered<Result>(
  deadline: number,
  attempt: (withinMs: number) => Promise<Result>,
): Promise<Result> {
  for (let retries = 0; ; retries += 1) {
    try {
      const left = Math.max(1, deadline - performance.now());
      return await attempt(Math.min(left, ATTEMPT_WITHIN_MS));
    } catch (error) {
      const failure = storeFailure(error);
      if (failure.kind !== 'connection') throw failure;
      const wait = backoffMs(retries, 25, 400);
      if (performance.now() + wait + ATTEMPT_MS_MIN >= deadline)
        throw eventStoreUnavailable(failure);
      await pause(wait);
    }
  }
}
