import { type ProjectedEvent } from '../projection.js';
import { EventEmitter, once } from 'node:events';
import { logOf, storedEvent } from '#libs/testing';
import { type AuditFinding } from './audit-finding.js';
import { type AuditedLog, type AuditedMessage } from './audited-log.js';

/** What may go wrong with one event on its way into an engine. */
export type Fault = 'lost' | 'doubled' | 'replaced';

/**
 * A {@link spaced} history as an engine gets it that is not what it should be: without the event at
 * `place`, with it twice, or with another one, at `other`, in its place.
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
  if (fault === 'doubled') {
    // At a place of its own: the engine itself passes over what is not ahead of it.
    const again = { ...event, position: position + 1n };
    return events.flatMap((each) => (each === event ? [each, again] : each));
  }
  return events.map((each) => (each === event ? { ...replacement, position } : each));
}

/** The same history with room for an event behind each. */
export function spaced(events: readonly ProjectedEvent[]): ProjectedEvent[] {
  return events.map((event) => ({ ...event, position: event.position * 2n }));
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

/**
 * A long history of accounts that are paid to and closed, cheaper to make than a random one: the
 * event at each place follows from the place.
 */
export class LongHistory {
  readonly length: number;
  readonly #accounts: number;

  constructor(length: number) {
    this.length = length;
    this.#accounts = Math.ceil(length / 40);
  }

  at(place: number): ProjectedEvent {
    const position = BigInt(place + 1) * 10n;
    const account = `account-${(place * 7_919) % this.#accounts}`;
    const as = { stream: account, tenantId: place % 3 === 0 ? 'acme' : 'zenith' };
    if (place % 11 === 0) return storedEvent({ type: 'Noise', data: {} }, position, as);
    if (place % 97 === 0) return storedEvent({ type: 'Closed', data: { account } }, position, as);
    const note = place % 5 === 0 ? `note ${place}` : null;
    const data = { account, amount: (place % 1_000) - 300, note };
    return storedEvent({ type: 'Paid', data }, position, as);
  }

  /** The place of the first payment, which concerns every read model, after this one. */
  paymentAfter(place: number): number {
    let next = place + 1;
    while (this.at(next).type !== 'Paid') next += 1;
    return next;
  }

  /** Of the last event. */
  get end(): bigint {
    return this.at(this.length - 1).position;
  }

  toArray(): ProjectedEvent[] {
    return Array.from({ length: this.length }, (_, place) => this.at(place));
  }

  /** As a log that is made while it is read, in which `mutate` may put other events for one. */
  log(mutate: (place: number, event: ProjectedEvent) => readonly ProjectedEvent[] = asItIs) {
    return async function* (
      this: LongHistory,
      after: bigint | null,
      signal: AbortSignal,
    ): AsyncGenerator<{ readonly kind: 'event'; readonly event: ProjectedEvent }> {
      const from = after === null ? 0 : Number(after / 10n);
      for (let place = from; place < this.length && !signal.aborted; place += 1) {
        for (const event of mutate(place, this.at(place))) yield { kind: 'event', event };
      }
      if (!signal.aborted) await once(signal, 'abort');
    }.bind(this);
  }
}

const asItIs = (_: number, event: ProjectedEvent) => [event];

/** What an audit must say of an event. */
export function findingOf(
  fault: 'missing' | 'doubled',
  { id, type, stream, position }: ProjectedEvent,
): AuditFinding {
  return { fault, id, type, stream, position: position.toString() };
}
