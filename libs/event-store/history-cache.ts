import { type StoredEvent } from './catalog.js';

/** All that happened on a stream. */
export interface History {
  /** Oldest first; without events of types this version does not know. */
  readonly events: readonly StoredEvent[];
  /** The stream's last revision, known or unknown; `null` if there is no event. */
  readonly revision: bigint | null;
}

/** Of a stream that does not exist. */
export const NO_HISTORY: History = { events: [], revision: null };

/** Bounds the memory: about 30 MB of histories at 1.5 kB an event. */
const EVENTS_MAX = 20_000;

/**
 * Histories written lately, least recently used out first.
 *
 * Only a shortcut: an append names the revision it was decided on, so a stale history is refused by
 * the store, forgotten here and read anew.
 */
export class HistoryCache {
  readonly #histories = new Map<string, History>();
  readonly #eventsMax: number;
  #events = 0;

  constructor(eventsMax = EVENTS_MAX) {
    this.#eventsMax = eventsMax;
  }

  get(stream: string): History | undefined {
    const history = this.#histories.get(stream);
    if (history !== undefined) {
      this.#histories.delete(stream);
      this.#histories.set(stream, history);
    }
    return history;
  }

  put(stream: string, history: History): void {
    this.forget(stream);
    this.#histories.set(stream, history);
    this.#events += history.events.length;
    for (const [oldest] of this.#histories) {
      if (this.#events <= this.#eventsMax) return;
      this.forget(oldest);
    }
  }

  forget(stream: string): void {
    this.#events -= this.#histories.get(stream)?.events.length ?? 0;
    this.#histories.delete(stream);
  }
}
