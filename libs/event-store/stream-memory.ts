import { type Decider, type DomainEvent } from '#libs/kernel';

/** Where a stream stands: all that a command to it needs to know. */
export interface Standing<State> {
  readonly state: State;
  /** The last revision; `null` if there is no event. */
  readonly revision: bigint | null;
  /** Every command whose events are on it. */
  readonly commandIds: readonly string[];
}

/** Bounds the memory: some 10 MB where a command adds a kilobyte to a state. */
const COMMANDS_MAX = 10_000;

/** Of a stream, and who folds it: another decider makes another state of the same events. */
interface Remembered {
  readonly decider: object;
  readonly standing: Standing<unknown>;
}

/**
 * Where streams written lately stand.
 *
 * Only a shortcut: an append names the revision it was decided on, so what is out of date is refused
 * by the store, forgotten here and read anew. States are kept rather than events, because they are a
 * tenth of the objects, which the garbage collector would move about for every lead. For its sake,
 * too, streams are let go of by the thousand: those of the older half when the newer is full.
 */
export class StreamMemory {
  readonly #commandsPerHalf: number;
  #newer = new Map<string, Remembered>();
  #older = new Map<string, Remembered>();
  /** In the newer half. */
  #commands = 0;

  constructor(commandsMax = COMMANDS_MAX) {
    this.#commandsPerHalf = commandsMax / 2;
  }

  /** What `decider` last made of the stream. */
  get<State, Command, Event extends DomainEvent>(
    stream: string,
    decider: Decider<State, Command, Event>,
  ): Standing<State> | undefined {
    const remembered = this.#newer.get(stream) ?? this.#older.get(stream);
    return remembered?.decider === decider ? (remembered.standing as Standing<State>) : undefined;
  }

  put<State, Command, Event extends DomainEvent>(
    stream: string,
    decider: Decider<State, Command, Event>,
    standing: Standing<State>,
  ): void {
    this.forget(stream);
    const { length } = standing.commandIds;
    if (length > this.#commandsPerHalf) return;
    if (this.#commands + length > this.#commandsPerHalf) {
      this.#older = this.#newer;
      this.#newer = new Map();
      this.#commands = 0;
    }
    this.#newer.set(stream, { decider, standing });
    this.#commands += length;
  }

  forget(stream: string): void {
    this.#commands -= this.#newer.get(stream)?.standing.commandIds.length ?? 0;
    this.#newer.delete(stream);
    this.#older.delete(stream);
  }
}
