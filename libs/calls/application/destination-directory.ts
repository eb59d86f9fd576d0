import {
  type EventCatalog,
  type EventStore,
  followLog,
  pause,
  type Position,
  type StoredEvent,
} from '#libs/event-store';
import { type TenantId } from '#libs/kernel';
import { type Destination, evolve, initialState } from '../domain/destination.js';
import { type DestinationEvent, type DestinationSettings } from '../domain/destination.events.js';
import { DESTINATION_PREFIX } from './destination-streams.js';

/** A destination that is not retired, as routing takes it. */
export interface KnownDestination {
  readonly destinationId: string;
  readonly version: number;
  readonly settings: DestinationSettings;
  readonly paused: boolean;
}

/** What the directory reads, and whom it tells. */
export interface DestinationDirectoryOptions {
  readonly store: EventStore;
  readonly catalog: EventCatalog;
  /** Told when the live log is lost; the directory goes on by itself. */
  readonly onProblem?: (error: unknown) => void;
}

const RESTART_PAUSE_MS = 5_000;
const NOBODY: readonly KnownDestination[] = [];

/**
 * Every tenant's destinations in memory: a live fold of the `destination-` streams, about 2 kB
 * each.
 *
 * A change or a pause shows as soon as its event arrives, within milliseconds. While the log is
 * lost it shows how things stood last, and {@link isLive} says so; what must be exact at the moment
 * of a transfer is asked of the destination's own stream, with `DestinationReader.find`.
 */
export class DestinationDirectory {
  readonly #options: DestinationDirectoryOptions;
  readonly #tenants = new Map<TenantId, Map<string, Destination>>();
  /** What {@link of} gave out, until something changes. */
  readonly #answers = new Map<TenantId, readonly KnownDestination[]>();
  readonly #stopped = new AbortController();
  readonly #caughtUp = Promise.withResolvers<undefined>();
  #following: Promise<void> | null = null;
  #live = false;

  constructor(options: DestinationDirectoryOptions) {
    this.#options = options;
  }

  /** Begins to follow the log, until {@link stop}. */
  start(): void {
    this.#following ??= this.#follow();
  }

  /** Stops following and waits for it. */
  async stop(): Promise<void> {
    this.#stopped.abort();
    await this.#following;
  }

  /** Resolves once everything up to now is in memory for the first time. */
  get ready(): Promise<undefined> {
    return this.#caughtUp.promise;
  }

  /** Whether memory follows the log at this moment. */
  get isLive(): boolean {
    return this.#live;
  }

  /** A tenant's destinations, paused ones included and retired ones not, in order of id. */
  of(tenantId: TenantId): readonly KnownDestination[] {
    const known = this.#answers.get(tenantId);
    if (known !== undefined) return known;
    const states = this.#tenants.get(tenantId);
    if (states === undefined) return NOBODY;
    const answer = [...states.values()].flatMap(toKnown).toSorted(byId);
    this.#answers.set(tenantId, answer);
    return answer;
  }

  async #follow(): Promise<void> {
    let after: Position | null = null;
    const { signal } = this.#stopped;
    while (!signal.aborted) {
      try {
        for await (const message of this.#messages(after)) {
          if (message.kind === 'caught_up') this.#markLive();
          else if (message.kind === 'checkpoint') after = message.position;
          else {
            this.#apply(message.event);
            after = message.event.position;
          }
        }
      } catch (error) {
        this.#markLost(error);
        await pause(RESTART_PAUSE_MS, signal);
      }
    }
  }

  #messages(after: Position | null) {
    return followLog({
      store: this.#options.store,
      catalog: this.#options.catalog,
      after,
      streamPrefixes: [DESTINATION_PREFIX],
      signal: this.#stopped.signal,
      onDisconnected: (error) => {
        this.#markLost(error);
      },
    });
  }

  #apply(event: StoredEvent): void {
    const { tenantId } = event.metadata;
    const states = this.#tenants.get(tenantId) ?? new Map<string, Destination>();
    this.#tenants.set(tenantId, states);
    const { stream } = event;
    states.set(stream, evolve(states.get(stream) ?? initialState(), event as DestinationEvent));
    this.#answers.delete(tenantId);
  }

  #markLive(): void {
    this.#live = true;
    this.#caughtUp.resolve(undefined);
  }

  #markLost(error: unknown): void {
    this.#live = false;
    this.#options.onProblem?.(error);
  }
}

function toKnown(state: Destination): KnownDestination[] {
  if (state.status === 'absent' || state.status === 'retired') return [];
  const { destinationId, version, settings, status } = state;
  return [{ destinationId, version, settings, paused: status === 'paused' }];
}

function byId(one: KnownDestination, other: KnownDestination): number {
  return one.destinationId < other.destinationId ? -1 : 1;
}
