import { backoffMs, pause } from '#libs/event-store';
import { DomainError } from '#libs/kernel';

/** How long an import, or a generator, waits for a store that does not answer. */
export const PATIENCE_MS = 60_000;

/**
 * Sends a command again, with the same id, while a store is out of reach; gives up with the store's
 * error after {@link PATIENCE_MS}, or when the work is to end.
 */
export function patiently<Command, Answer>(
  send: (command: Command) => Promise<Answer>,
  signal?: AbortSignal,
): (command: Command) => Promise<Answer> {
  return async (command) => {
    const startedAt = performance.now();
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await send(command);
      } catch (error) {
        const passing = error instanceof DomainError && error.kind === 'unavailable';
        const waited = performance.now() - startedAt;
        if (!passing || signal?.aborted === true || waited > PATIENCE_MS) throw error;
        await pause(backoffMs(attempt, 100, 5_000));
      }
    }
  };
}
