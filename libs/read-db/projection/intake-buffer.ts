import { setTimeout as pause } from 'node:timers/promises';

/**
 * Pulls from a stream ahead of whoever works on it: while one batch is under way the next one
 * gathers, up to a bound, beyond which the stream is made to wait.
 */
export class IntakeBuffer<Item> {
  readonly #capacity: number;
  readonly #lingerMs: number;
  readonly #iterator: AsyncIterator<Item>;
  #items: Item[] = [];
  #end: { readonly error: unknown } | null = null;
  #wakeTaker: (() => void) | null = null;
  /** As many as a taker waits for, or up to one such as this. */
  #wanted = 1;
  #isLast: (item: Item) => boolean = never;
  #wakeReader: (() => void) | null = null;

  /** `lingerMs`: how long the first item after a silence waits for others that came with it. */
  constructor(source: AsyncIterable<Item>, capacity: number, lingerMs = 0) {
    this.#capacity = capacity;
    this.#lingerMs = lingerMs;
    this.#iterator = source[Symbol.asyncIterator]();
    void this.#read();
  }

  /**
   * Everything that has gathered, waiting up to `timeoutMs` for the first item; empty after that.
   * Rejects with the stream's error once all before it was taken, and when the stream has ended.
   */
  async take(timeoutMs: number): Promise<Item[]> {
    if (this.#items.length === 0 && this.#end === null) {
      await this.#arrival(1, timeoutMs);
      if (this.#lingerMs > 0) await pause(this.#lingerMs);
    }
    if (this.#items.length === 0 && this.#end !== null) throw this.#end.error;
    const taken = this.#items;
    this.#items = [];
    this.#wakeReader?.();
    return taken;
  }

  /**
   * Waits until as much has gathered as there is room for, or one that `isLast`, but no longer than
   * `withinMs`.
   */
  async gather(withinMs: number, isLast: (item: Item) => boolean = never): Promise<void> {
    if (this.#items.length >= this.#capacity || this.#end !== null) return;
    if (this.#items.some(isLast)) return;
    this.#isLast = isLast;
    await this.#arrival(this.#capacity, withinMs);
    this.#isLast = never;
  }

  /** Makes a waiting `take` or `gather` return at once. */
  wake(): void {
    this.#wakeTaker?.();
  }

  /** Tells the stream that nobody reads on. */
  close(): void {
    this.#end ??= { error: new Error('The stream was closed.') };
    this.#wakeReader?.();
    this.#wakeTaker?.();
    void this.#iterator.return?.(undefined).catch(() => undefined);
  }

  async #read(): Promise<void> {
    try {
      while (this.#end === null) {
        const next = await this.#iterator.next();
        if (next.done === true) throw new Error('The log ended.');
        this.#items.push(next.value);
        if (this.#items.length >= this.#wanted || this.#isLast(next.value)) this.#wakeTaker?.();
        while (this.#items.length >= this.#capacity && !this.#isClosed()) await this.#room();
      }
    } catch (error) {
      this.#end ??= { error };
      this.#wakeTaker?.();
    }
  }

  #isClosed(): boolean {
    return this.#end !== null;
  }

  async #arrival(wanted: number, timeoutMs: number): Promise<void> {
    this.#wanted = wanted;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, timeoutMs);
      this.#wakeTaker = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.#wakeTaker = null;
  }

  async #room(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#wakeReader = resolve;
    });
    this.#wakeReader = null;
  }
}

const never = (): boolean => false;
