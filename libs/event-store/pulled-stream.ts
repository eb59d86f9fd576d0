import { withDeadline } from './deadline.js';

/** What is used of a Node stream; the client's own type is of another version of Node. */
export interface ItemSource {
  read(): unknown;
  on(event: string, listener: (...args: unknown[]) => void): unknown;
  destroy(): unknown;
}

/**
 * A read or subscription of the client, taken item by item: nothing is handed out before the one
 * before it was taken, so a slow reader slows the server down instead of overlapping its own work.
 *
 * It listens for errors to the end of its days: the client reports some after a read was left, and
 * an error nobody listens for ends the process.
 */
export class PulledStream<Item> {
  readonly #source: ItemSource;
  readonly #cancel: () => Promise<void>;
  #error: unknown = null;
  #ended = false;
  #signalled = false;
  #resume: (() => void) | null = null;

  /** `cancel` ends the call behind `source`; destroying the source alone would leave it open. */
  constructor(source: ItemSource, cancel: () => Promise<void>) {
    this.#source = source;
    this.#cancel = cancel;
    source.on('readable', this.wake);
    source.on('error', this.fail);
    source.on('end', this.#end);
    source.on('close', this.#end);
    source.on('unpipe', drain);
  }

  /** The next item that is here already; `null` if there is none. */
  take(): Item | null {
    return this.#source.read() as Item | null;
  }

  /**
   * Waits for whatever comes next; false once the stream has ended. Throws the stream's error, or
   * `DeadlineExceeded` if nothing came. To be called when {@link take} gave nothing.
   */
  async more(withinMs: number): Promise<boolean> {
    if (!this.#signalled && this.#error === null && !this.#ended) {
      const signal = new Promise<void>((resolve) => {
        this.#resume = resolve;
      });
      await (withinMs === Infinity ? signal : withDeadline(signal, withinMs));
    }
    this.#signalled = false;
    // Errors first: a call that was cut ends, too, and must not pass for a short stream.
    if (this.#error !== null) throw this.#error as Error;
    return !this.#ended;
  }

  /** Makes {@link more} return. */
  readonly wake = (): void => {
    this.#signalled = true;
    this.#resume?.();
  };

  /** Ends the stream with `error` once what is here already was taken. */
  readonly fail = (error: unknown): void => {
    this.#error ??= error;
    this.wake();
  };

  /** Ends the call, if it has not ended by itself. */
  leave(): void {
    if (!this.#ended) void this.#cancel().catch(() => undefined);
    this.#source.destroy();
  }

  readonly #end = (): void => {
    this.#ended = true;
    this.wake();
  };
}

/**
 * The call behind a stream that was left has to run out, or the client keeps it for ever: it waits
 * for an end that nobody reads up to.
 */
function drain(call: unknown): void {
  (call as { resume(): void }).resume();
}
