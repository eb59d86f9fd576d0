/** The last task of a name. */
interface Last {
  readonly done: Promise<void>;
  readonly isPatient: boolean;
}

/**
 * Runs tasks of one name one after the other, in the order they came, and those of different names
 * side by side, `limit` at most.
 *
 * A task that is given something to wait for is patient, and those of its name behind it are, too:
 * they run when no other one could.
 */
export class StreamLanes {
  readonly #limit: number;
  readonly #last = new Map<string, Last>();
  readonly #hasty: (() => void)[] = [];
  readonly #leisurely: (() => void)[] = [];
  #busy = 0;
  #patient = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** How many patient tasks have not begun. */
  get patient(): number {
    return this.#patient;
  }

  /**
   * Resolves or rejects as `task` does; tasks behind one that failed run all the same. It does not
   * begin before `ready`, which must not reject.
   */
  run<Result>(
    name: string,
    task: () => Promise<Result>,
    ready: Promise<void> | null = null,
  ): Promise<Result> {
    const before = this.#last.get(name);
    const isPatient = ready !== null || before?.isPatient === true;
    if (isPatient) this.#patient += 1;
    const turn = Promise.resolve(before?.done).then(() => ready);
    const result = turn.then(() => this.#withSlot(task, isPatient));
    const forget = (): void => {
      if (this.#last.get(name)?.done === done) this.#last.delete(name);
    };
    const done = result.then(forget, forget);
    this.#last.set(name, { done, isPatient });
    return result;
  }

  /** Resolves when nothing is left to do of what was there at the time of the call. */
  async idle(): Promise<void> {
    await Promise.all([...this.#last.values()].map(({ done }) => done));
  }

  async #withSlot<Result>(task: () => Promise<Result>, isPatient: boolean): Promise<Result> {
    if (this.#busy >= this.#limit) {
      const line = isPatient ? this.#leisurely : this.#hasty;
      await new Promise<void>((resolve) => line.push(resolve));
    } else this.#busy += 1;
    if (isPatient) this.#patient -= 1;
    try {
      return await task();
    } finally {
      const next = this.#hasty.shift() ?? this.#leisurely.shift();
      if (next === undefined) this.#busy -= 1;
      else next();
    }
  }
}
