/**
 * Runs tasks of one name one after the other, in the order they came, and those of different names
 * side by side, `limit` at most.
 */
export class StreamLanes {
  readonly #limit: number;
  readonly #last = new Map<string, Promise<void>>();
  readonly #waiting: (() => void)[] = [];
  #busy = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Resolves or rejects as `task` does; tasks behind one that failed run all the same. */
  run<Result>(name: string, task: () => Promise<Result>): Promise<Result> {
    const before = this.#last.get(name) ?? Promise.resolve();
    const result = before.then(() => this.#withSlot(task));
    const forget = (): void => {
      if (this.#last.get(name) === done) this.#last.delete(name);
    };
    const done = result.then(forget, forget);
    this.#last.set(name, done);
    return result;
  }

  /** Resolves when nothing is left to do of what was there at the time of the call. */
  async idle(): Promise<void> {
    await Promise.all(this.#last.values());
  }

  async #withSlot<Result>(task: () => Promise<Result>): Promise<Result> {
    if (this.#busy >= this.#limit) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    } else this.#busy += 1;
    try {
      return await task();
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#busy -= 1;
      else next();
    }
  }
}
