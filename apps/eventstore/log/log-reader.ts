import { decodePosition, revisionKey, type EventDatabase } from './database.js';
import { StoredEvent } from './stored-event.js';
import { firstVisibleRevision, isYoungEnough } from './stream-rules.js';
import type { StreamStates } from './stream-states.js';

/** Looks at one event; false stops the scan after it. The event is valid only during the call. */
export type Visit = (event: StoredEvent) => boolean;

/** The same for a stream, whose revisions are known. */
export type VisitRevision = (event: StoredEvent, revision: number) => boolean;

/** What a stream is to somebody who reads it. */
export type StreamVisibility =
  | { readonly kind: 'not_found' }
  | { readonly kind: 'deleted' }
  /** Revisions from `first` to `last` may be seen; there are none if `first > last`. */
  | { readonly kind: 'visible'; readonly first: number; readonly last: number };

/** Reads committed events. Every scan is short, synchronous and from one snapshot. */
export class LogReader {
  /** The last commit, still in memory: that is where those who follow the log read. */
  private latest: readonly StoredEvent[] = [];

  constructor(
    private readonly database: EventDatabase,
    private readonly states: StreamStates,
  ) {}

  /** Takes over what was committed last; its bytes stay as they are until the next commit. */
  remember(events: readonly StoredEvent[]): void {
    this.latest = events;
  }

  /**
   * Visits the log from `position` on, upwards or downwards, within 1 … `head`. True if it came to
   * the end without being stopped.
   */
  scanAll(position: number, head: number, step: 1 | -1, visit: Visit): boolean {
    for (let at = position; at >= 1 && at <= head; at += step) {
      if (!visit(this.eventAt(at))) return false;
    }
    return true;
  }

  /**
   * Visits a stream from `revision` on as far as it is visible; `now` decides about `$maxAge`. True
   * if it came to the end without being stopped.
   */
  scanStream(
    stream: string,
    revision: number,
    step: 1 | -1,
    now: number,
    visit: VisitRevision,
  ): boolean {
    const visibility = this.visibility(stream);
    if (visibility.kind !== 'visible') return true;
    const { first, last } = visibility;
    const { rules } = this.states.get(stream);
    const start = step === 1 ? Math.max(revision, first) : Math.min(revision, last);
    for (let at = start; at >= first && at <= last; at += step) {
      const event = this.eventOf(stream, at);
      if (isYoungEnough(rules, event.createdAt, now) && !visit(event, at)) return false;
    }
    return true;
  }

  visibility(stream: string): StreamVisibility {
    const { lastRevision: last, rules } = this.states.get(stream);
    if (rules.tombstoned) return { kind: 'deleted' };
    const first = firstVisibleRevision(rules, last);
    if (last < 0 || rules.truncateBefore > Number.MAX_SAFE_INTEGER) return { kind: 'not_found' };
    return { kind: 'visible', first, last };
  }

  /** One event of a stream, if it is there and may be seen. */
  readEvent(stream: string, revision: number, now: number): StoredEvent | undefined {
    let found: StoredEvent | undefined;
    this.scanStream(stream, revision, 1, now, (event, at) => {
      if (at === revision) found = event;
      return false;
    });
    return found;
  }

  private eventOf(stream: string, revision: number): StoredEvent {
    const position = this.database.revisions.getBinaryFast(revisionKey(stream, revision));
    if (position === undefined) throw new Error(`${stream} has no event at revision ${revision}.`);
    return this.eventAt(decodePosition(position));
  }

  private eventAt(position: number): StoredEvent {
    const first = this.latest[0]?.position ?? Infinity;
    const latest = this.latest[position - first];
    if (latest !== undefined) return latest;
    const bytes = this.database.events.getBinaryFast(position);
    if (bytes === undefined) throw new Error(`The log has no event at position ${position}.`);
    return new StoredEvent(position, bytes, bytes.length);
  }
}
