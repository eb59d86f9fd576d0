import {
  type EventCatalog,
  type EventStore,
  eventStoreUnavailable,
  followLog,
  pause,
  type Position,
} from '#libs/event-store';
import { type Decider, type DomainEvent, type TenantId } from '#libs/kernel';

/** What is followed, and who is told. */
export interface FollowedStreamsOptions<State, Event extends DomainEvent> {
  readonly store: EventStore;
  readonly catalog: EventCatalog;
  /** What the names of the streams begin with. */
  readonly prefix: string;
  readonly decider: Pick<Decider<State, never, Event>, 'initialState' | 'evolve'>;
  /** Told of every change, of one stream in order. */
  readonly onChange: (change: StreamChange<State>) => void;
  /** Told when the live log is lost; the following goes on by itself. */
  readonly onProblem?: (error: unknown) => void;
}

/** What became of a stream. */
export interface StreamChange<State> {
  readonly tenantId: TenantId;
  readonly stream: string;
  readonly before: State;
  readonly after: State;
}

interface Entry<State> {
  readonly state: State;
  readonly revision: bigint;
}

const RESTART_PAUSE_MS = 5_000;

/**
 * Some streams, folded and in memory, followed from the log. For settings: few streams with few
 * events. While the log is lost, what was known last stands.
 */
export class FollowedStreams<State, Event extends DomainEvent> {
  readonly #options: FollowedStreamsOptions<State, Event>;
  readonly #entries = new Map<string, Entry<State>>();
  readonly #stopped = new AbortController();
  readonly #caughtUp = Promise.withResolvers<undefined>();
  #complete = false;
  #following: Promise<void> | null = null;

  constructor(options: FollowedStreamsOptions<State, Event>) {
    this.#options = options;
  }

  /** Begins to follow the log. */
  start(): void {
    this.#following ??= this.#follow();
  }

  /** Stops following and waits for it. */
  async stop(): Promise<void> {
    this.#stopped.abort();
    await this.#following;
  }

  /** Resolves when everything up to now is in memory for the first time. */
  async caughtUp(): Promise<void> {
    await this.#caughtUp.promise;
  }

  /** Throws `event_store_unavailable` before that: what is not in memory may still exist. */
  assertComplete(): void {
    if (!this.#complete) throw eventStoreUnavailable(new Error('The log has not been read yet.'));
  }

  /** Notes what this process has just done itself, ahead of the log. */
  note(stream: string, tenantId: TenantId, { state, revision }: NotedState<State>): void {
    const before = this.#entries.get(stream);
    if (revision === null || revision <= (before?.revision ?? -1n)) return;
    this.#put(stream, tenantId, { state, revision });
  }

  #put(stream: string, tenantId: TenantId, entry: Entry<State>): void {
    const { decider, onChange } = this.#options;
    const before = this.#entries.get(stream)?.state ?? decider.initialState();
    this.#entries.set(stream, entry);
    onChange({ tenantId, stream, before, after: entry.state });
  }

  async #follow(): Promise<void> {
    let after: Position | null = null;
    const { signal } = this.#stopped;
    while (!signal.aborted) {
      try {
        for await (const message of this.#messages(after)) {
          if (message.kind === 'caught_up') this.#markComplete();
          else if (message.kind === 'checkpoint') after = message.position;
          else {
            this.#apply(message.event);
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
    const { store, catalog, prefix, onProblem } = this.#options;
    return followLog({
      ...{ store, catalog, after, streamPrefixes: [prefix], signal: this.#stopped.signal },
      ...(onProblem === undefined ? {} : { onDisconnected: onProblem }),
    });
  }

  #markComplete(): void {
    this.#complete = true;
    this.#caughtUp.resolve(undefined);
  }

  #apply(event: LoggedEvent): void {
    const { decider } = this.#options;
    const { stream, revision, metadata } = event;
    const before = this.#entries.get(stream);
    if (revision <= (before?.revision ?? -1n)) return;
    const state = decider.evolve(
      before?.state ?? decider.initialState(),
      event as DomainEvent as Event,
    );
    this.#put(stream, metadata.tenantId, { state, revision });
  }
}

/** What a command left behind, as the command runner tells it. */
export interface NotedState<State> {
  readonly state: State;
  readonly revision: bigint | null;
}

interface LoggedEvent extends DomainEvent {
  readonly stream: string;
  readonly revision: bigint;
  readonly metadata: { readonly tenantId: TenantId };
}
