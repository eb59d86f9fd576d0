import { type VoiceWatch } from '#libs/calls';
import { pause } from '#libs/event-store';
import { type Logger } from 'pino';
import { type ApiAnswer, isAnswering } from './api-standing.js';

/** What an {@link ApiWatch} asks, and how often. */
export interface ApiWatchParts {
  /** Where the api is, without a slash at the end. */
  readonly apiUrl: string;
  readonly logger: Pick<Logger, 'info' | 'warn'>;
  /** Between two questions, in ms. */
  readonly everyMs?: number;
}

const EVERY_MS = 1_000;
/** Longer than the api itself takes to find out that a part of it is down. */
const ANSWER_WITHIN_MS = 3_000;

/**
 * Asks the api, again and again, whether it is ready: it says what calls are to hear, and whoever
 * answers a call while it is away hears nothing. Nobody is dialed for that time.
 */
export class ApiWatch implements VoiceWatch {
  readonly #parts: ApiWatchParts;
  #last: ApiAnswer | null = null;
  /** What was logged last; `null`: nothing yet. */
  #told: boolean | null = null;

  constructor(parts: ApiWatchParts) {
    this.#parts = parts;
  }

  mayDial(): boolean {
    return isAnswering(this.#last, performance.now());
  }

  /** Asks until the signal. Never rejects. */
  async run(signal: AbortSignal): Promise<void> {
    const { everyMs = EVERY_MS } = this.#parts;
    while (!signal.aborted) {
      const askedMs = performance.now();
      const isReady = await this.#ask(signal);
      if (isReady === null) return;
      this.#last = { isReady, askedMs };
      this.#tell(isReady);
      await pause(everyMs, signal);
    }
  }

  /** `null` once nobody wants to know any more. */
  async #ask(signal: AbortSignal): Promise<boolean | null> {
    const within = AbortSignal.timeout(ANSWER_WITHIN_MS);
    try {
      const response = await fetch(`${this.#parts.apiUrl}/ready`, {
        redirect: 'manual',
        signal: AbortSignal.any([signal, within]),
      });
      await response.body?.cancel();
      return response.status === 200;
    } catch {
      return signal.aborted ? null : false;
    }
  }

  /** Once for each change. */
  #tell(isReady: boolean): void {
    if (isReady === this.#told) return;
    const { logger, apiUrl } = this.#parts;
    if (isReady)
      logger.info({ apiUrl }, 'the api is ready: calls have their voice, and are placed');
    else if (this.#told === null) logger.info({ apiUrl }, `the api is not ready yet: ${held}`);
    else logger.warn({ apiUrl }, `the api does not answer that it is ready: ${held}`);
    this.#told = isReady;
  }
}

const held = 'nobody is dialed until it is, for calls would be silent';
