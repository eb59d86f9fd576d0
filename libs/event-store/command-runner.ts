import {
  type Actor,
  type Decider,
  DomainError,
  type DomainEvent,
  fold,
  type TenantId,
} from '#libs/kernel';
import { uuidV5 } from './uuid-v5.js';
import { type EventCatalog, type StoredEvent } from './catalog.js';
import { backoffMs, DeadlineExceeded, pause, withDeadline } from './deadline.js';
import { eventStoreUnavailable, WrongExpectedRevision } from './errors.js';
import { type History, HistoryCache, NO_HISTORY } from './history-cache.js';
import { type AppendResult, type EventStore, type NewEvent, type Position } from './port.js';
import { StreamQueues } from './stream-queues.js';

/** Who runs a command, when, and what it came of. The same for every event it decides. */
export interface CommandContext {
  /**
   * UUID. A command that is run again carries the same one, and is then recognised; another command
   * must not.
   */
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

/** One command, the stream that decides it, and who sent it. */
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

/** What came of a command: the same when it is run again. */
export interface RunResult<State, Event> {
  /** What the command decided, now or the first time it was run. */
  readonly events: readonly Event[];
  /** The state of the stream right after them; of now, if there are none. */
  readonly state: State;
  /** The revision that state belongs to; `null` if the stream has no events. */
  readonly revision: bigint | null;
  /** Where the last of the events is in the log; `null` if there are none. */
  readonly position: Position | null;
  /** The command had been run before; nothing was appended now. */
  readonly replayed: boolean;
}

const ATTEMPTS_MAX = 10;

/**
 * How long a command may take in all, waiting for its turn included. Below the five seconds in
 * which the api promises to answer 503 instead of hanging.
 */
const RUN_WITHIN_MS = 4_500;

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
  readonly #queues = new StreamQueues();
  readonly #histories = new HistoryCache();

  constructor(store: EventStore, catalog: EventCatalog) {
    this.#store = store;
    this.#catalog = catalog;
  }

  /**
   * Runs one command. Rejects with the decider's `DomainError`, with `concurrent_change`, or with
   * `event_store_unavailable`; then it may still have been appended, and running it again tells.
   */
  async run<State, Command, Event extends DomainEvent>(
    options: RunOptions<State, Command, Event>,
  ): Promise<RunResult<State, Event>> {
    const deadline = performance.now() + RUN_WITHIN_MS;
    const result = this.#queues.run(options.stream, async () => {
      // Nobody waits for it any more; those behind it would wait in vain, too.
      if (performance.now() >= deadline) throw new DeadlineExceeded(RUN_WITHIN_MS);
      return this.#execute(options);
    });
    try {
      return await withDeadline(result, RUN_WITHIN_MS);
    } catch (error) {
      throw error instanceof DeadlineExceeded ? eventStoreUnavailable(error) : error;
    }
  }

  /** The whole history of a stream, decoded, straight from the store. */
  async history<Event extends DomainEvent>(stream: string): Promise<StoredEvent<Event>[]> {
    const { events } = await this.#read(stream);
    return events as StoredEvent<Event>[];
  }

  async #read(stream: string): Promise<History> {
    const events: StoredEvent[] = [];
    let revision: bigint | null = null;
    for await (const recorded of this.#store.readStream(stream)) {
      revision = recorded.revision;
      const event = this.#catalog.decode(recorded);
      if (event !== null) events.push(event);
    }
    return { events, revision };
  }

  async #execute<State, Command, Event extends DomainEvent>(
    options: RunOptions<State, Command, Event>,
  ): Promise<RunResult<State, Event>> {
    const { stream, expectNew = false } = options;
    // What is remembered or assumed may be wrong: it counts once the store took an append on it.
    let assumed = this.#histories.get(stream) ?? (expectNew ? NO_HISTORY : null);
    for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt += 1) {
      try {
        const result = await this.#decideAndAppend(options, assumed ?? (await this.#read(stream)));
        if (assumed === null || result.replayed || result.position !== null) return result;
      } catch (error) {
        const conflict = error instanceof WrongExpectedRevision;
        if (!conflict && (assumed === null || !isRefusal(error))) throw error;
        if (conflict && assumed === null) await pause(backoffMs(attempt, 5, 200));
      }
      this.#histories.forget(stream);
      assumed = null;
    }
    throw new DomainError(
      'conflict',
      'concurrent_change',
      'Others kept changing the same record at the same time; send the request again.',
    );
  }

  async #decideAndAppend<State, Command, Event extends DomainEvent>(
    { stream, decider, command, context }: RunOptions<State, Command, Event>,
    history: History,
  ): Promise<RunResult<State, Event>> {
    const past = history.events as readonly StoredEvent<Event>[];
    const { revision } = history;
    const before = recall(decider, past, context.commandId);
    if (before !== null) return before;
    const state = fold(decider, past);
    const events = decider.decide(command, state);
    if (events.length === 0) return { events, state, revision, position: null, replayed: false };
    const prepared = events.map((event, index) => this.#prepare(event, index, context));
    const appended = await this.#store.append(stream, revision ?? 'no_stream', prepared);
    this.#histories.put(stream, grown(history, stream, prepared, appended));
    return {
      events,
      state: events.reduce((current, event) => decider.evolve(current, event), state),
      ...appended,
      replayed: false,
    };
  }

  #prepare(event: DomainEvent, index: number, context: CommandContext): NewEvent {
    this.#catalog.assertWritable(event);
    return {
      id: uuidV5(String(index), context.commandId),
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

/** What a command came to when it was run before; `null` if this history does not know it. */
export function recall<State, Event extends DomainEvent>(
  decider: Pick<Decider<State, never, Event>, 'initialState' | 'evolve'>,
  history: readonly StoredEvent<Event>[],
  commandId: string,
): RunResult<State, Event> | null {
  const events = history.filter(({ metadata }) => metadata.commandId === commandId);
  const last = events.at(-1);
  if (last === undefined) return null;
  const { revision, position } = last;
  const until = history.filter((event) => event.revision <= revision);
  return { events, state: fold(decider, until), revision, position, replayed: true };
}

/** The history after an append, as reading it again would give it (but for the store's clock). */
function grown(
  { events }: History,
  stream: string,
  appended: readonly NewEvent[],
  { revision, position }: AppendResult,
): History {
  const first = revision - BigInt(appended.length - 1);
  const added = appended.map((event, index) => ({
    ...event,
    stream,
    revision: first + BigInt(index),
    position,
    recordedAt: new Date(event.metadata.occurredAt),
  }));
  return { events: events.concat(added), revision };
}

/** Whether a decider said no, as opposed to a store that did not answer. */
function isRefusal(error: unknown): boolean {
  return error instanceof DomainError && error.kind !== 'unavailable';
}
