import { randomUUID } from 'node:crypto';
import { DomainError, type DomainEvent } from '#libs/kernel';
import { type EventCatalog, type StoredEvent } from './catalog.js';
import { backoffMs, DeadlineExceeded, pause, withDeadline } from './deadline.js';
import { eventStoreUnavailable, WrongExpectedRevision } from './errors.js';
import { type Ground, isRefusal, type Setback } from './ground.js';
import { isBeyond, type Moment, recordedBy } from './moment.js';
import { type EventStore, type NewEvent, type Position } from './port.js';
import { type CommandContext, type RunOptions } from './run-options.js';
import { recall, type RunResult } from './run-result.js';
import { SeenStreams } from './seen-streams.js';
import { type Folder, nowhere, type Standing, standingOf, withEvent } from './standing.js';
import { StreamMemory } from './stream-memory.js';
import { StreamQueues } from './stream-queues.js';

/**
 * Of two processes that write to one stream as fast as they can, each loses every other time: of a
 * hundred posts of one phone one would lose ten times in a row, now and then. So many attempts take
 * some two seconds.
 */
const ATTEMPTS_MAX = 25;

/**
 * How long a command may take in all, waiting for its turn included. Below the five seconds in
 * which the api promises to answer 503 instead of hanging.
 */
const RUN_WITHIN_MS = 4_500;

/**
 * The one way from a command to the log: read, fold, decide, append with the revision read.
 *
 * Only a version conflict is retried. Commands to one stream wait for each other within the
 * process, so that a stream under fire costs no conflicts, and where streams just written stand is
 * remembered, so that it costs no reads. A command run twice appends once, whether the first time
 * was seconds or weeks ago: it meets the revision it left behind, and finds its own events by their
 * command id. Event ids are new with every run, or the store would take a second decision for the
 * first one.
 */
export class CommandRunner {
  readonly #store: EventStore;
  readonly #catalog: EventCatalog;
  readonly #queues = new StreamQueues();
  readonly #memory = new StreamMemory();
  /** Streams that were expected to be new, and are there now. */
  readonly #seen = new SeenStreams();

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

  /**
   * The history of a stream, decoded, straight from the store: all of it, or what had been recorded
   * by a moment; little more than that is read.
   */
  async history<Event extends DomainEvent>(
    stream: string,
    by?: Moment,
  ): Promise<StoredEvent<Event>[]> {
    const { events } = await this.#read(stream, by);
    return (by === undefined ? events : recordedBy(events, by)) as StoredEvent<Event>[];
  }

  /**
   * Where a stream stands now. What this process has folded before is remembered, and only what
   * came since is read: for streams that are looked at again and again while they grow.
   */
  async standing<State, Event extends DomainEvent>(
    stream: string,
    decider: Folder<State, Event>,
  ): Promise<Standing<State>> {
    const remembered = this.#memory.get(stream, decider) ?? nowhere(decider);
    const standing = await this.#readOn(stream, decider, remembered);
    if (standing.revision !== null) this.#memory.put(stream, decider, standing);
    return standing;
  }

  /**
   * Takes note of where a stream stands as far as the caller knows, from its history or an event of
   * it: what is decided there next needs no read then. It may be out of date; that costs one
   * refused append.
   */
  remember<State, Event extends DomainEvent>(
    stream: string,
    decider: Folder<State, Event>,
    standing: Standing<State>,
  ): void {
    this.#memory.put(stream, decider, standing);
  }

  /** Where the log ends; `null` while it is empty. */
  headPosition(): Promise<Position | null> {
    return this.#store.headPosition();
  }

  async #read(
    stream: string,
    by?: Moment,
  ): Promise<{ readonly events: StoredEvent[]; readonly revision: bigint | null }> {
    const events: StoredEvent[] = [];
    let revision: bigint | null = null;
    for await (const recorded of this.#store.readStream(stream)) {
      if (by !== undefined && isBeyond(recorded, by)) break;
      revision = recorded.revision;
      const event = this.#catalog.decode(recorded);
      if (event !== null) events.push(event);
    }
    return { events, revision };
  }

  /** What a stream has become since it stood so. */
  async #readOn<State, Event extends DomainEvent>(
    stream: string,
    decider: Folder<State, Event>,
    before: Standing<State>,
  ): Promise<Standing<State>> {
    let standing = before;
    const rest = before.revision === null ? undefined : { from: before.revision + 1n };
    for await (const recorded of this.#store.readStream(stream, rest)) {
      const event = this.#catalog.decode(recorded) as StoredEvent<Event> | null;
      const { revision, position } = recorded;
      standing = { ...standing, revision, position };
      if (event !== null) standing = withEvent(decider, standing, event);
    }
    return standing;
  }

  async #execute<State, Command, Event extends DomainEvent>(
    options: RunOptions<State, Command, Event>,
  ): Promise<RunResult<State, Event>> {
    let ground = this.#firstGround(options);
    for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt += 1) {
      const outcome = await this.#decideOn(ground, options);
      if (typeof outcome === 'object') return outcome;
      // What was assumed is put right at once; who loses to others gives them time.
      if (ground.kind !== 'assumed') await pause(backoffMs(attempt, 5, 200));
      ground = await this.#nextGround(options, ground, outcome);
    }
    throw new DomainError(
      'conflict',
      'concurrent_change',
      'Others kept changing the same record at the same time; send the request again.',
    );
  }

  /** One attempt: what it came to, or why there must be another one. */
  async #decideOn<State, Command, Event extends DomainEvent>(
    ground: Ground<State>,
    options: RunOptions<State, Command, Event>,
  ): Promise<RunResult<State, Event> | Setback> {
    const isAssumed = ground.kind === 'assumed';
    try {
      if (ground.kind === 'history') return await this.#readDecideAppend(options);
      const result = await this.#decideAppend(options, ground.standing);
      return isAssumed && result.position === null ? 'unproven' : result;
    } catch (error) {
      if (error instanceof WrongExpectedRevision) return 'conflict';
      if (isAssumed && isRefusal(error)) return 'unproven';
      throw error;
    }
  }

  /**
   * What is decided on first: where the stream most likely stands, if nothing speaks against it.
   */
  #firstGround<State, Command, Event extends DomainEvent>({
    stream,
    decider,
    context,
    expectNew = false,
  }: RunOptions<State, Command, Event>): Ground<State> {
    const remembered = this.#memory.get(stream, decider);
    const wasRun = remembered?.commandIds.includes(context.commandId) === true;
    const isNew = expectNew && !this.#seen.has(stream);
    if (wasRun || (remembered === undefined && !isNew)) return { kind: 'history' };
    return { kind: 'assumed', standing: remembered ?? nowhere(decider) };
  }

  /**
   * What is decided on after a setback: an assumption and what came since, or else the whole
   * history. That is read to tell what the command decided before, too, and where the store refused
   * for no reason that can be seen in what came since.
   */
  async #nextGround<State, Command, Event extends DomainEvent>(
    { stream, decider, context }: RunOptions<State, Command, Event>,
    ground: Ground<State>,
    setback: Setback,
  ): Promise<Ground<State>> {
    if (ground.kind !== 'assumed') return { kind: 'history' };
    const standing = await this.#readOn(stream, decider, ground.standing);
    const isOdd = setback === 'conflict' && standing.revision === ground.standing.revision;
    const isKnown = !isOdd && !standing.commandIds.includes(context.commandId);
    if (isKnown) return { kind: 'caught_up', standing };
    this.#memory.forget(stream, decider);
    return { kind: 'history' };
  }

  async #readDecideAppend<State, Command, Event extends DomainEvent>(
    options: RunOptions<State, Command, Event>,
  ): Promise<RunResult<State, Event>> {
    const { stream, decider, context } = options;
    const { events, revision } = await this.#read(stream);
    const past = events as StoredEvent<Event>[];
    const before = recall(decider, past, context.commandId);
    if (before !== null) return before;
    return this.#decideAppend(options, { ...standingOf(decider, past), revision });
  }

  async #decideAppend<State, Command, Event extends DomainEvent>(
    { stream, decider, command, context }: RunOptions<State, Command, Event>,
    { state: before, revision, commandIds }: Standing<State>,
  ): Promise<RunResult<State, Event>> {
    const events = decider.decide(command, before);
    if (events.length === 0) {
      return { events, state: before, revision, position: null, replayed: false };
    }
    const prepared = events.map((event) => this.#prepare(event, context));
    const appended = await this.#store.append(stream, revision ?? 'no_stream', prepared);
    const state = events.reduce((current, event) => decider.evolve(current, event), before);
    if (revision === null) this.#seen.note(stream);
    // Most streams are not written again soon after their first event: those are not remembered.
    if (revision !== null) {
      this.#memory.put(stream, decider, {
        ...{ state, ...appended, tenantId: context.tenantId },
        commandIds: [...commandIds, context.commandId],
      });
    }
    return { events, state, ...appended, replayed: false };
  }

  #prepare(event: DomainEvent, context: CommandContext): NewEvent {
    this.#catalog.assertWritable(event);
    return {
      id: randomUUID(),
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
