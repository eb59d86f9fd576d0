import { backoffMs, pause } from '#libs/event-store';
import { isDatabaseUnavailable, migrate } from '#libs/read-db';
import { type Logger } from 'pino';
import { liveProjections } from './live-projections.js';

/**
 * Makes the tables that the worker fills. A database that is down or still starting is waited for:
 * everything the worker needs may have been restarted at the same moment.
 */
export async function prepareDatabase(
  url: string,
  logger: Logger,
  signal: AbortSignal,
): Promise<void> {
  for (let attempt = 0; !signal.aborted; attempt += 1) {
    try {
      await migrate(url, liveProjections);
      return;
    } catch (error) {
      if (!isDatabaseUnavailable(error)) throw error;
      logger.warn({ err: error }, 'the database is out of reach; trying again');
      await pause(50 + backoffMs(attempt, 100, 2_000), signal);
    }
  }
}
