import {
  type CommandRunner,
  type EventCatalog,
  type EventStore,
  followLog,
  pause,
  type Position,
} from '#libs/event-store';
import { type TenantId } from '#libs/kernel';
import { dialingDecider } from '../domain/dialing.decider.js';
import { type DialingEvent } from '../domain/dialing.events.js';
import {
  configured,
  type Dialing,
  type DialingState,
  evolve,
  initialState,
} from '../domain/dialing.js';
import { DIALING_PREFIX, dialingStream } from './dialing-streams.js';

/** What the directory reads, and whom it tells. */
export interface DialingDirectoryOptions {
  readonly store: EventStore;
  /** Has to know the events of dialing. */
  readonly catalog: EventCatalog;
  readonly runner: CommandRunner;
  /** Told when the live log is lost; the directory goes on by itself. */
  readonly onProblem?: (error: unknown) => void;
}

const RESTART_PAUSE_MS = 5_000;

/**
 * How every tenant dials, from memory: a live fold of the `dialing-` streams, about 1 kB a tenant.
 *
 * Memory follows the log by milliseconds, and by more while the event store is out of reach. So it
 * says what is worth looking at; right before anybody is dialed, {@link current} asks the stream
 * itself, and an emergency stop holds from the instant it is acknowledged (DI-7).
 */
export class DialingDirectory {
  readonly #options: DialingDirectoryOptions;
  readonly #tenants = new Map<TenantId, Dialing>();
  readonly #listeners = new Set<(tenantId: TenantId) => void>();
  readonly #stop = new AbortController();
  readonly #caughtUp = Promise.withResolvers<undefined>();
  #running: Promise<void> | null = null;
  /** Resolves once all that was decided before has been read the first time. */
  readonly ready: Promise<unknown> = this.#caughtUp.promise;

  constructor(options: DialingDirectoryOptions) {
    this.#options = options;
  }

  /** Begins to follow the log, until {@link stop}. */
  start(): void {
    this.#running ??= this.#follow();
  }

  /** Stops following and waits for it. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  /** Every tenant that has settings, be it stopped or not. */
  tenants(): TenantId[] {
    return [...this.#tenants.keys()].filter((tenantId) => this.of(tenantId) !== null);
  }

  /** How a tenant dials, as far as memory knows; `null` if it has no settings. */
  of(tenantId: TenantId): DialingState | null {
    return configured(this.#tenants.get(tenantId) ?? initialState());
  }

  /**
   * How a tenant dials at this moment, read from its stream; `null` if it has no settings. Rejects
   * with `event_store_unavailable`; whoever is about to dial then must not.
   */
  current(tenantId: TenantId): Promise<DialingState | null> {
    return currentDialing(this.#options.runner, tenantId);
  }

  /** Calls `listener` after every change that arrives, until the function it returns is called. */
  onChange(listener: (tenantId: TenantId) => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  async #follow(): Promise<void> {
    let after: Position | null = null;
    const { signal } = this.#stop;
    while (!signal.aborted) {
      try {
        for await (const message of this.#messages(after)) {
          if (message.kind === 'caught_up') this.#caughtUp.resolve(undefined);
          else if (message.kind === 'checkpoint') after = message.position;
          else {
            this.#apply(message.event.metadata.tenantId, message.event as unknown as DialingEvent);
            after = message.event.position;
          }
        }
      } catch (error) {
        this.#options.onProblem?.(error);
        await pause(RESTART_PAUSE_MS, signal);
      }
    }
  }

  #messages(after: Position | null) {
    const { store, catalog, onProblem } = this.#options;
    return followLog({
      ...{ store, catalog, after, streamPrefixes: [DIALING_PREFIX], signal: this.#stop.signal },
      ...(onProblem === undefined ? {} : { onDisconnected: onProblem }),
    });
  }

  #apply(tenantId: TenantId, event: DialingEvent): void {
    this.#tenants.set(tenantId, evolve(this.#tenants.get(tenantId) ?? initialState(), event));
    for (const listener of this.#listeners) listener(tenantId);
  }
}

/**
 * How a tenant dials at this moment, without a directory of all of them; rejects in the same way.
 */
export async function currentDialing(
  runner: CommandRunner,
  tenantId: TenantId,
): Promise<DialingState | null> {
  const { state } = await runner.standing(dialingStream(tenantId), dialingDecider);
  return configured(state);
}
