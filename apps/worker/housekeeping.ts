import { sweepIdempotencyKeys } from '#libs/idempotency';
import { sweepRateWindows } from '#libs/rate-limit';
import { type Database } from '#libs/read-db';
import { sweepRequestLog } from '#libs/request-log';
import { type Logger } from 'pino';

const HOUR_MS = 60 * 60 * 1000;
const DAY_MS = 24 * HOUR_MS;

export interface HousekeepingParts {
  readonly database: Database;
  readonly logger: Logger;
  readonly requestLogRetentionDays: number;
  /** Milliseconds since 1970; the machine's clock if left out. */
  readonly now?: () => number;
}

/**
 * Deletes operational rows that have had their time, every hour. Several workers may do it at once.
 */
export class Housekeeping {
  readonly #parts: HousekeepingParts;
  #timer: NodeJS.Timeout | undefined;
  #sweeping: Promise<void> = Promise.resolve();

  constructor(parts: HousekeepingParts) {
    this.#parts = parts;
  }

  start(): void {
    this.#sweeping = this.sweep();
    this.#timer = setInterval(() => {
      this.#sweeping = this.sweep();
    }, HOUR_MS).unref();
  }

  /** Waits for the sweep under way. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#sweeping;
  }

  /** Never rejects: what could not be deleted now is deleted an hour later. */
  async sweep(): Promise<void> {
    const { database, logger, requestLogRetentionDays, now = Date.now } = this.#parts;
    const logUntil = new Date(now() - requestLogRetentionDays * DAY_MS);
    try {
      const requests = await sweepRequestLog(database, logUntil);
      const idempotencyKeys = await sweepIdempotencyKeys(database, new Date(now()));
      const rateWindows = await sweepRateWindows(database, new Date(now() - HOUR_MS));
      logger.debug({ requests, idempotencyKeys, rateWindows }, 'old rows deleted');
    } catch (error) {
      logger.warn({ err: error }, 'old rows could not be deleted; trying again in an hour');
    }
  }
}
