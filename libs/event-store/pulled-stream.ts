import { withDeadline } from './deadline.js';
import { type CallEnd, isPeace, type GrpcCall, type OpenCall } from './grpc-call.js';

/** So many items wait for a slow reader; then the server is made to wait. */
const ITEMS_MAX = 256;

/**
 * A read or a subscription whose reader is never overtaken: what has arrived gathers until it is
 * taken, up to a bound, so that a slow reader slows the server down.
 */
export class PulledStream<Item> {
  readonly #decode: (message: Buffer) => Item;
  readonly #onOver: () => void;
  #call: GrpcCall | null = null;
  #items: Item[] = [];
  #error: unknown = null;
  #isOver = false;
  #isLeft = false;
  #signalled = false;
  #resume: (() => void) | null = null;

  /**
   * `opening` tells how to begin the call, once that is known; `onOver` is told when the call has
   * ended or was left.
   */
  constructor(opening: Promise<OpenCall>, decode: (message: Buffer) => Item, onOver: () => void) {
    this.#decode = decode;
    this.#onOver = onOver;
    opening.then(this.#begin).catch(this.fail);
  }

  /** Everything that is here already; empty if there is nothing. */
  take(): Item[] {
    const taken = this.#items;
    this.#items = [];
    if (taken.length >= ITEMS_MAX) this.#call?.resume();
    return taken;
  }

  /**
   * Waits for whatever comes next; false once the stream has ended. Throws the stream's error, or
   * `DeadlineExceeded` if nothing came. To be called when everything was taken.
   */
  async more(withinMs: number): Promise<boolean> {
    if (!this.#signalled && this.#error === null && !this.#isOver) {
      const signal = new Promise<void>((resolve) => {
        this.#resume = resolve;
      });
      await (withinMs === Infinity ? signal : withDeadline(signal, withinMs));
    }
    this.#signalled = false;
    if (this.#items.length > 0) return true;
    // Errors first: a call that was cut ends, too, and must not pass for a short stream.
    if (this.#error !== null) throw this.#error as Error;
    return !this.#isOver;
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

  /** Ends the call, whether it is open yet or not. */
  leave(): void {
    this.#isLeft = true;
    this.#call?.cancel();
    this.#onOver();
  }

  readonly #begin = (open: OpenCall): void => {
    if (this.#isLeft) return;
    this.#call = open({ onMessage: this.#gather, onEnd: this.#end });
  };

  readonly #gather = (message: Buffer): void => {
    // Not before everything is unpacked that came in one piece.
    if (this.#items.push(this.#decode(message)) === 1) setImmediate(this.wake);
    if (this.#items.length === ITEMS_MAX) this.#call?.pause();
  };

  readonly #end = (reason: CallEnd): void => {
    this.#isOver = true;
    this.#onOver();
    if (isPeace(reason)) this.wake();
    else this.fail(reason);
  };
}
