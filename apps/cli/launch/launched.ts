/** Ends something that was launched, and removes what it left. Safe to call again. */
export type Ending = () => Promise<unknown>;

/** What a program has launched and not ended yet, so that it can be ended in the middle of it. */
export class Launched {
  readonly #endings = new Set<Ending>();
  #ended: Promise<unknown> | undefined;

  /** Remembers what was launched by how it is ended; the same ending, to be called when done. */
  add<Result>(ending: () => Promise<Result>): () => Promise<Result> {
    const once = () => {
      this.#endings.delete(once);
      return ending();
    };
    this.#endings.add(once);
    return once;
  }

  /**
   * Ends all that is left, at once and whatever of it fails. Whoever calls while that goes on waits
   * for the same end.
   */
  endAll(): Promise<unknown> {
    this.#ended ??= Promise.allSettled([...this.#endings].map((ending) => ending()));
    return this.#ended;
  }
}

/** Of this process. */
export const launched = new Launched();
