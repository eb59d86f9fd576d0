import { type DomainEvent } from '#libs/kernel';
import { type Folder, type Standing } from './standing.js';

/** Bounds the memory: some 20 MB where a command adds half a kilobyte to a state. */
const COMMANDS_MAX = 40_000;

/**
 * Where streams written or looked at lately stand, as those who fold them see it.
 *
 * Only a shortcut: an append names the revision it was decided on, so what is out of date is
 * refused by the store, and who looks at a stream reads what came since. States are kept rather
 * than events, because they are a tenth of the objects, which the garbage collector would move
 * about for every lead. For its sake, too, streams are let go of by the thousand: those of the
 * older half when the newer is full.
 */
export class StreamMemory {
  readonly #commandsPerHalf: number;
  /** Deciders by number: each makes another state of the same events. */
  readonly #deciders = new Map<object, number>();
  #newer = new Map<string, Standing<unknown>>();
  #older = new Map<string, Standing<unknown>>();
  /** In the newer half. */
  #commands = 0;

  constructor(commandsMax = COMMANDS_MAX) {
    this.#commandsPerHalf = commandsMax / 2;
  }

  /** What `decider` last made of the stream. */
  get<State, Event extends DomainEvent>(
    stream: string,
    decider: Folder<State, Event>,
  ): Standing<State> | undefined {
    const key = this.#keyOf(stream, decider);
    return (this.#newer.get(key) ?? this.#older.get(key)) as Standing<State> | undefined;
  }

  put<State, Event extends DomainEvent>(
    stream: string,
    decider: Folder<State, Event>,
    standing: Standing<State>,
  ): void {
    const known = this.get(stream, decider)?.revision ?? null;
    // Whoever was overtaken while reading knows less than is known already.
    if (known !== null && (standing.revision ?? -1n) < known) return;
    this.forget(stream, decider);
    const { length } = standing.commandIds;
    if (length > this.#commandsPerHalf) return;
    if (this.#commands + length > this.#commandsPerHalf) {
      this.#older = this.#newer;
      this.#newer = new Map();
      this.#commands = 0;
    }
    this.#newer.set(this.#keyOf(stream, decider), standing);
    this.#commands += length;
  }

  forget(stream: string, decider: object): void {
    const key = this.#keyOf(stream, decider);
    this.#commands -= this.#newer.get(key)?.commandIds.length ?? 0;
    this.#newer.delete(key);
    this.#older.delete(key);
  }

  #keyOf(stream: string, decider: object): string {
    let number = this.#deciders.get(decider);
    if (number === undefined) this.#deciders.set(decider, (number = this.#deciders.size));
    return `${number} ${stream}`;
  }
}
