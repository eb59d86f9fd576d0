import {
  type Actor,
  type Decider,
  DomainError,
  type DomainEvent,
  fold,
  type TenantId,
} from '#libs/kernel';
import { v5 as uuidv5 } from 'uuid';
import { type EventCatalog, type StoredEvent } from './catalog.js';
import { backoffMs, pause } from './deadline.js';
import { WrongExpectedRevision } from './errors.js';
import { HistoryCache } from './history-cache.js';
import { type EventStore, type ExpectedRevision, type NewEvent, type Position } from './port.js';

/** Who runs a command, when, and what it came of. The same for every event it decides. */
export interface CommandContext {
  /** UUID. A retried command carries the same one, and is then recognised. */
  readonly commandId: string;
  readonly tenantId: TenantId;
  readonly actor: Actor;
  /** ISO-8601 UTC. */
  readonly occurredAt: string;
  readonly correlationId: string;
  /** The event or request that led to the command. */
  readonly causationId: string;
  /** Sealed {ip, userAgent} of the caller. */
  readonly origin?: string;
}

export interface RunOptions<State, Command, Event extends DomainEvent> {
  readonly stream: string;
  readonly decider: Decider<State, Command, Event>;
  readonly command: Command;
  readonly context: CommandContext;
  /**
   * The stream most likely does not exist: decide on the initial state and append with NO_STREAM,
   * without reading first. A wrong guess costs one refused append.
   */
  readonly expectNew?: boolean;
}

export interface RunResult<State, Event> {
  /** What the command decided, now or the first time it was run. */
  readonly events: readonly Event[];
  /** The state after these events. */
  readonly state: State;
  /** The stream's last revision; `null` if it has no events. */
  readonly revision: bigint | null;
  /** Where the events are in the log; `null` if nothing was appended now. */
  readonly position: Position | null;
  /** The command had been run before; nothing was appended now. */
  readonly replayed: boolean;
}

const ATTEMPTS_MAX = 10;

/**
 * The one way from a command to the log: read, fold, decide, append with the revision read.
 *
 * Only a version conflict is retried. Commands to one stream wait for each other within the
 * process, so that a stream under fire costs no conflicts, and histories just written are kept, so
 * that it costs no reads. Event ids are `uuidv5(commandId, index)`: a command sent twice appends
 * once, whether the first time was seconds or weeks ago.
 */
export class CommandRunner {
  readonly #store: EventStore;
  readonly #catalog: EventCatalog;
  readonly #queues = new Map<string, Promise<unknown>>();
  readonly #histories = new HistoryCache();

  constructor(store: EventStore, catalog: EventCatalog) {
    this.#store = store;
    this.#catalog = catalog;
  }

  /** Runs one command. Rejects with the decider's `DomainError`, or `unavailable`. */
  run<State, Command, Event extends DomainEvent>(
    options: RunOptions<State, Command, Event>,
  ): Promise<RunResult<State, Event>> {
    const before = this.#queues.get(options.stream);
    const result =
      before === undefined ? this.#execute(options) : before.then(() => this.#execute(options));
    const done = result.then(
      () => undefined,
      () => undefined,
    );
    this.#queues.set(options.stream, done);
    void done.then(() => {
      if (this.#queues.get(options.stream) === done) this.#queues.delete(options.stream);
    });
    return result;
  }

  /** The whole history of a stream, decoded, straight from the store. */
  async history<Event extends DomainEvent>(stream: string): Promise<StoredEvent<Event>[]> {
    const events: StoredEvent<Event>[] = [];
    for await (const recorded of this.#store.readStream(stream)) {
      const event = this.#catalog.decode(recorded);
      if (event !== null) events.push(event as StoredEvent<Event>);
    }
    return events;
  }

  async #execute<State, Command, Event extends DomainEvent>(
    options: RunOptions<State, Command, Event>,
  ): Promise<RunResult<State, Event>> {
    const { stream } = options;
    for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt += 1) {
      const known = this.#histories.get(stream) as StoredEvent<Event>[] | undefined;
      const guess = options.expectNew === true && attempt === 0 && known === undefined;
      try {
        const history = known ?? (guess ? [] : await this.history<Event>(stream));
        const result = await this.#decideAndAppend(options, history);
        if (known === undefined || result.replayed || result.position !== null) return result;
      } catch (error) {
        const conflict = error instanceof WrongExpectedRevision;
        if (!conflict && (known === undefined || !(error instanceof DomainError))) throw error;
        if (conflict && attempt > 0) await pause(backoffMs(attempt, 5, 200));
      }
      // Either somebody was faster, or a remembered history, which may be old, led to no append.
      this.#histories.forget(stream);
    }
    throw new DomainError(
      'conflict',
      'concurrent_change',
      'Others kept changing the same record at the same time; send the request again.',
    );
  }

  async #decideAndAppend<State, Command, Event extends DomainEvent>(
    { stream, decider, command, context }: RunOptions<State, Command, Event>,
    history: StoredEvent<Event>[],
  ): Promise<RunResult<State, Event>> {
    const state = fold(decider, history);
    const revision = history.at(-1)?.revision ?? null;
    const before = history.filter((event) => event.metadata.commandId === context.commandId);
    if (before.length > 0) {
      return { events: before, state, revision, position: null, replayed: true };
    }
    const events = decider.decide(command, state);
    if (events.length === 0) return { events, state, revision, position: null, replayed: false };
    const appended = await this.#append(stream, revision ?? 'no_stream', events, context);
    this.#histories.put(stream, history.concat(appended.stored as StoredEvent<Event>[]));
    return {
      events,
      state: events.reduce(decider.evolve, state),
      revision: appended.revision,
      position: appended.position,
      replayed: false,
    };
  }

  async #append(
    stream: string,
    expected: ExpectedRevision,
    events: readonly DomainEvent[],
    context: CommandContext,
  ): Promise<{ revision: bigint; position: Position; stored: StoredEvent[] }> {
    const prepared = events.map((event, index) => this.#prepare(event, index, context));
    const { revision, position } = await this.#store.append(stream, expected, prepared);
    const first = revision - BigInt(events.length - 1);
    const recordedAt = new Date(context.occurredAt);
    const stored = prepared.map((event, index) => ({
      ...event,
      stream,
      revision: first + BigInt(index),
      position,
      recordedAt,
    }));
    return { revision, position, stored };
  }

  #prepare(event: DomainEvent, index: number, context: CommandContext): NewEvent {
    this.#catalog.assertWritable(event);
    return {
      id: uuidv5(String(index), context.commandId),
      type: event.type,
      data: event.data as Record<string, unknown>,
      metadata: {
        schemaVersion: this.#catalog.versionOf(event.type),
        tenantId: context.tenantId,
        actor: context.actor,
        occurredAt: context.occurredAt,
        commandId: context.commandId,
        $correlationId: context.correlationId,
        $causationId: context.causationId,
        ...(context.origin === undefined ? {} : { origin: context.origin }),
      },
    };
  }
}
