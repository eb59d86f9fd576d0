/** Ends something that was launched, and removes what it left. Safe to call again. */
export type Ending = () => Promise<unknown>;

/** What a program has launched and not ended yet, so that it can be ended in the middle of it. */
export class Launched {
  readonly #endings = new Set<Ending>();
  readonly #underWay = new Set<Promise<unknown>>();
  #isEnding = false;

  /**
   * Remembers what was launched by how it is ended; the same ending, to be called when done. What is
   * added once all is to end is ended at once.
   */
  add<Result>(ending: () => Promise<Result>): () => Promise<Result> {
    const once = () => {
      this.#endings.delete(once);
      const result = ending();
      this.#waitFor(result);
      return result;
    };
    this.#endings.add(once);
    if (this.#isEnding) void once();
    return once;
  }

  /**
   * Ends all that is left, at once and whatever of it fails, and what is launched meanwhile. Whoever
   * calls while that goes on waits for the same end.
   */
  async endAll(): Promise<void> {
    this.#isEnding = true;
    for (const ending of this.#endings) void ending();
    while (this.#underWay.size > 0) await Promise.all(this.#underWay);
  }

  #waitFor(result: Promise<unknown>): void {
    const settled: Promise<unknown> = Promise.allSettled([result]).then(() =>
      this.#underWay.delete(settled),
    );
    this.#underWay.add(settled);
  }
}

/** Of this process. */
export const launched = new Launched();
