import { setTimeout as pause } from 'node:timers/promises';
import { type EventStore, type RecordedEvent } from '#libs/event-store';

interface Seen {
  receivedMs: number | null;
  matchedMs: number | null;
}

const ENDS = ['PostbackMatched', 'PostbackLeftUnmatched'];
const POLL_MS = 50;

/** Reads in the log what becomes of reports, by the log's own clock. */
export class OutcomeWatch {
  readonly #seen = new Map<string, Seen>();
  readonly #closing = new AbortController();
  readonly #following: Promise<void>;
  #failure: Error | null = null;
  #received = 0;
  #decided = 0;

  constructor(store: EventStore) {
    this.#following = this.#follow(store).catch((error: unknown) => {
      this.#failure = new Error('The log cannot be followed.', { cause: error });
    });
  }

  /** Reports in the log. */
  get received(): number {
    return this.#received;
  }

  /** How long each of these took from being in the log to its match being there, in ms. */
  matchMs(postbackIds: readonly string[]): number[] {
    return postbackIds.map((id) => {
      const { receivedMs, matchedMs } = this.#seen.get(id) ?? {};
      if (receivedMs == null || matchedMs == null) throw new Error('A report was not matched.');
      return matchedMs - receivedMs;
    });
  }

  /** Resolves when every report has been looked at; rejects when none was for so long. */
  async settled(expected: number, onProgress: (done: number) => void, patienceMs = 60_000) {
    let last = -1;
    let movedAt = performance.now();
    while (this.#decided < expected) {
      if (this.#failure !== null) throw this.#failure;
      if (this.#decided !== last) movedAt = performance.now();
      last = this.#decided;
      if (performance.now() - movedAt > patienceMs) {
        throw new Error(`${expected - this.#decided} of ${expected} reports were not looked at.`);
      }
      onProgress(this.#decided);
      await pause(POLL_MS);
    }
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await this.#following;
  }

  async #follow(store: EventStore): Promise<void> {
    const { signal } = this.#closing;
    const typePrefixes = ['PostbackReceived', ...ENDS];
    for await (const message of store.subscribeToAll({ after: null, typePrefixes, signal })) {
      if (message.kind === 'event') this.#note(message.event);
    }
  }

  #note({ type, data, recordedAt }: RecordedEvent): void {
    const { postbackId, report } = data as { postbackId?: string; report?: { postbackId: string } };
    const id = postbackId ?? report?.postbackId ?? '';
    const seen = this.#seen.get(id) ?? { receivedMs: null, matchedMs: null };
    this.#seen.set(id, seen);
    if (type === 'PostbackReceived') {
      seen.receivedMs = recordedAt.getTime();
      this.#received += 1;
    } else if (seen.matchedMs === null) {
      seen.matchedMs = recordedAt.getTime();
      this.#decided += 1;
    }
  }
}
