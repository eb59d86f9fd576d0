/**
 * Lets tasks of one name wait for each other, in the order they came; those of different names do
 * not meet.
 */
export class StreamQueues {
  readonly #last = new Map<string, Promise<void>>();

  /** Runs `task` when all tasks given before under `name` have ended, however they ended. */
  run<Result>(name: string, task: () => Promise<Result>): Promise<Result> {
    const before = this.#last.get(name);
    const result = before === undefined ? task() : before.then(task);
    const forget = (): void => {
      if (this.#last.get(name) === done) this.#last.delete(name);
    };
    const done = result.then(forget, forget);
    this.#last.set(name, done);
    return result;
  }

  /** How many names have tasks under way. */
  get size(): number {
    return this.#last.size;
  }
}
