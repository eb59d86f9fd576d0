import { backoffMs, pause } from '#libs/event-store';
import { DomainError } from '#libs/kernel';
import { Interrupted } from './interrupted.js';

/**
 * Tries again, for as long as it takes, what fails because a server is out of reach. Rejects with
 * {@link Interrupted} when the signal comes, and with any other failure of the task at once.
 */
export async function patiently<Result>(
  task: () => Promise<Result>,
  signal: AbortSignal,
): Promise<Result> {
  for (let failures = 0; ; failures += 1) {
    try {
      return await task();
    } catch (error) {
      if (!(error instanceof DomainError) || error.kind !== 'unavailable') throw error;
      await pause(50 + backoffMs(failures, 100, 2_000), signal);
      if (signal.aborted) throw new Interrupted();
    }
  }
}
