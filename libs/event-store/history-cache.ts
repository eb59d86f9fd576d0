import { type StoredEvent } from './catalog.js';

/** Bounds the memory: about 30 MB of histories at 1.5 kB an event. */
const EVENTS_MAX = 20_000;

/**
 * Histories read or written lately, least recently used out first.
 *
 * Only a shortcut: an append names the revision it was decided on, so a stale history is refused by
 * the store, forgotten here and read anew.
 */
export class HistoryCache {
  readonly #histories = new Map<string, readonly StoredEvent[]>();
  readonly #eventsMax: number;
  #events = 0;

  constructor(eventsMax = EVENTS_MAX) {
    this.#eventsMax = eventsMax;
  }

  get(stream: string): readonly StoredEvent[] | undefined {
    const history = this.#histories.get(stream);
    if (history !== undefined) {
      this.#histories.delete(stream);
      this.#histories.set(stream, history);
    }
    return history;
  }

  put(stream: string, history: readonly StoredEvent[]): void {
    this.forget(stream);
    this.#histories.set(stream, history);
    this.#events += history.length;
    for (const [oldest] of this.#histories) {
      if (this.#events <= this.#eventsMax) return;
      this.forget(oldest);
    }
  }

  forget(stream: string): void {
    this.#events -= this.#histories.get(stream)?.length ?? 0;
    this.#histories.delete(stream);
  }
}
