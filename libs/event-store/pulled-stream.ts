import { type ClientReadableStream } from '@grpc/grpc-js';
import { withDeadline } from './deadline.js';

/** So many items wait for a slow reader; then the server is made to wait. */
const ITEMS_MAX = 256;

/**
 * A read or a subscription whose reader is never overtaken: what has arrived gathers until it is
 * taken, up to a bound, so that a slow reader slows the server down.
 *
 * It listens for errors to the end of its days: some come after a read was left, and an error
 * nobody listens for ends the process.
 */
export class PulledStream<Item> {
  readonly #opening: Promise<ClientReadableStream<Item>>;
  readonly #heard: () => void;
  #call: ClientReadableStream<Item> | null = null;
  #items: Item[] = [];
  #error: unknown = null;
  #ended = false;
  #signalled = false;
  #resume: (() => void) | null = null;

  /** `heard` is told of every sign of life. */
  constructor(opening: Promise<ClientReadableStream<Item>>, heard: () => void) {
    this.#opening = opening;
    this.#heard = heard;
    opening.then(this.#listen, this.fail);
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
    if (!this.#signalled && this.#error === null && !this.#ended) {
      const signal = new Promise<void>((resolve) => {
        this.#resume = resolve;
      });
      await (withinMs === Infinity ? signal : withDeadline(signal, withinMs));
    }
    this.#signalled = false;
    if (this.#items.length > 0) return true;
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

  /** Ends the call, whether it is open yet or not. */
  leave(): void {
    this.#opening.then(
      (call) => {
        call.cancel();
        // What has arrived is dropped: the client keeps a call for ever that is not read to its
        // end.
        call.destroy();
      },
      () => undefined,
    );
  }

  readonly #listen = (call: ClientReadableStream<Item>): void => {
    this.#call = call;
    call.on('data', this.#gather);
    call.on('error', this.fail);
    call.on('end', this.#end);
    call.on('close', this.#end);
  };

  readonly #gather = (item: Item): void => {
    this.#heard();
    // Not before everything is unpacked that came in one piece.
    if (this.#items.push(item) === 1) setImmediate(this.wake);
    if (this.#items.length === ITEMS_MAX) this.#call?.pause();
  };

  readonly #end = (): void => {
    this.#ended = true;
    this.wake();
  };
}
