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
 * Where streams written lately stand, least recently used out first.
 *
 * Only a shortcut: an append names the revision it was decided on, so what is out of date is refused
 * by the store, forgotten here and read anew. States are kept rather than events, because they are a
 * tenth of the objects, which the garbage collector would move about for every lead.
 */
export class StreamMemory {
  readonly #streams = new Map<string, Remembered>();
  readonly #commandsMax: number;
  #commands = 0;

  constructor(commandsMax = COMMANDS_MAX) {
    this.#commandsMax = commandsMax;
  }

  /** What `decider` last made of the stream. */
  get<State, Command, Event extends DomainEvent>(
    stream: string,
    decider: Decider<State, Command, Event>,
  ): Standing<State> | undefined {
    const remembered = this.#streams.get(stream);
    if (remembered?.decider !== decider) return undefined;
    this.#streams.delete(stream);
    this.#streams.set(stream, remembered);
    return remembered.standing as Standing<State>;
  }

  put<State, Command, Event extends DomainEvent>(
    stream: string,
    decider: Decider<State, Command, Event>,
    standing: Standing<State>,
  ): void {
    this.forget(stream);
    this.#streams.set(stream, { decider, standing });
    this.#commands += standing.commandIds.length;
    for (const [oldest] of this.#streams) {
      if (this.#commands <= this.#commandsMax) return;
      this.forget(oldest);
    }
  }

  forget(stream: string): void {
    this.#commands -= this.#streams.get(stream)?.standing.commandIds.length ?? 0;
    this.#streams.delete(stream);
  }
}
