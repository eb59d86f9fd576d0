import { type ProjectedEvent } from '../projection.js';
import { EventEmitter, once } from 'node:events';
import { logOf, storedEvent } from '#libs/testing';
import { type AuditedLog, type AuditedMessage } from './audited-log.js';

/** What may go wrong with one event on its way into an engine. */
export type Fault = 'lost' | 'doubled' | 'replaced';

/**
 * A history as an engine gets it that is not what it should be: without the event at `place`, with
 * it twice, or with another one, at `other`, in its place.
 */
export function withFault(
  events: readonly ProjectedEvent[],
  fault: Fault,
  place: number,
  other = place,
): ProjectedEvent[] {
  const [event, replacement] = [events[place], events[other]];
  if (event === undefined || replacement === undefined) throw new Error('No such event.');
  const { position } = event;
  if (fault === 'lost') return events.filter((each) => each !== event);
  if (fault === 'doubled') return events.flatMap((each) => (each === event ? [each, each] : each));
  return events.map((each) => (each === event ? { ...replacement, position } : each));
}

/** The log that holds these events, as the auditor reads it. */
export function auditedLogOf(events: readonly ProjectedEvent[]): AuditedLog {
  return (after, signal) => logOf(events)(after, signal) as AsyncIterable<AuditedMessage>;
}

/** A log of which more and more is there. */
export class GrowingLog {
  readonly #events: readonly ProjectedEvent[];
  readonly #growth = new EventEmitter().setMaxListeners(0);
  #length: number;

  constructor(events: readonly ProjectedEvent[], length = 0) {
    this.#events = events;
    this.#length = length;
  }

  /** How many events are there. */
  get length(): number {
    return this.#length;
  }

  grow(by = 1): void {
    this.#length = Math.min(this.#length + by, this.#events.length);
    this.#growth.emit('growth');
  }

  /** The log after a position, then live. */
  readonly follow = async function* (
    this: GrowingLog,
    after: bigint | null,
    signal: AbortSignal,
  ): AsyncGenerator<{ readonly kind: 'event'; readonly event: ProjectedEvent }> {
    let place = this.#events.findIndex(({ position }) => after === null || position > after);
    while (!signal.aborted && place >= 0) {
      const event = this.#events[place];
      if (event !== undefined && place < this.#length) {
        place += 1;
        yield { kind: 'event', event };
      } else await once(this.#growth, 'growth', { signal }).catch(() => undefined);
    }
  }.bind(this);
}

/** A long history of accounts that are opened, paid to and closed, cheaper to make than a random one. */
export function longHistory(length: number): ProjectedEvent[] {
  const accounts = Math.ceil(length / 40);
  return Array.from({ length }, (_, at) => {
    const position = BigInt(at + 1) * 10n;
    const account = `account-${(at * 7_919) % accounts}`;
    const as = { stream: account, tenantId: at % 3 === 0 ? 'acme' : 'zenith' };
    if (at % 11 === 0) return storedEvent({ type: 'Noise', data: {} }, position, as);
    if (at % 97 === 0) return storedEvent({ type: 'Closed', data: { account } }, position, as);
    const data = { account, amount: (at % 1_000) - 300, note: at % 5 === 0 ? `note ${at}` : null };
    return storedEvent({ type: 'Paid', data }, position, as);
  });
}
