interface Waiting<Item, Result> {
  readonly item: Item;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
}

/** How items are handled together, and how many at most. */
export interface GroupCommitOptions<Item, Result> {
  /** Handles items together; its results are in their order. */
  readonly flush: (items: readonly Item[]) => Promise<readonly Result[]>;
  /** How many are handled together at most. */
  readonly batchMax: number;
  /** How many may wait; beyond that, {@link GroupCommit.add} rejects with what this returns. */
  readonly waitingMax: number;
  readonly whenFull: () => Error;
  /** Whether items wait for company; not at all unless told. */
  readonly linger?: Linger;
}

/**
 * Waits `ms` before a batch is handled, if the last one had `fromBatchOf` items or more: where
 * there was company there will be more of it, and a lone item need not wait.
 */
export interface Linger {
  readonly ms: number;
  readonly fromBatchOf: number;
}

/**
 * Lets items that arrive while others are being handled go together, in the next batch.
 *
 * A lone item is handled at once; under load a batch costs hardly more than an item. One batch is
 * under way at a time. Items wait for company meanwhile: those that waited long enough go as soon as
 * it is back.
 */
export class GroupCommit<Item, Result> {
  readonly #options: GroupCommitOptions<Item, Result>;
  #waiting: Waiting<Item, Result>[] = [];
  #running: Promise<void> | null = null;
  #flight: Promise<void> | null = null;
  #lastBatch = 0;

  constructor(options: GroupCommitOptions<Item, Result>) {
    this.#options = options;
  }

  /** Resolves to the item's own result; rejects if its batch failed. */
  add(item: Item): Promise<Result> {
    if (this.#waiting.length >= this.#options.waitingMax) {
      return Promise.reject(this.#options.whenFull());
    }
    return new Promise((resolve, reject) => {
      this.#waiting.push({ item, resolve, reject });
      this.#running ??= this.#run();
    });
  }

  /** Resolves when nothing is waiting or under way. */
  async idle(): Promise<void> {
    while (this.#running !== null || this.#flight !== null) {
      await this.#running;
      await this.#flight;
    }
  }

  async #run(): Promise<void> {
    while (this.#waiting.length > 0) {
      await this.#company();
      await this.#flight;
      const batch = this.#waiting.splice(0, this.#options.batchMax);
      this.#lastBatch = batch.length;
      this.#flight = this.#flush(batch).finally(() => {
        this.#flight = null;
      });
    }
    this.#running = null;
  }

  /** Items of one turn of the event loop go together, or of a longer while. */
  async #company(): Promise<void> {
    const { linger } = this.#options;
    await new Promise((resolve) => {
      if (linger !== undefined && this.#lastBatch >= linger.fromBatchOf) {
        setTimeout(resolve, linger.ms);
      } else setImmediate(resolve);
    });
  }

  async #flush(batch: readonly Waiting<Item, Result>[]): Promise<void> {
    try {
      const results = await this.#options.flush(batch.map(({ item }) => item));
      batch.forEach(({ resolve }, index) => {
        resolve(results[index] as Result);
      });
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
  }
}
