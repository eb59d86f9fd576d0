import { isWanted } from './log-filter.js';
import { type LogFilter, type LogMessage, type Position } from './port.js';

/** An event as a subscription hands it out. */
export type EventMessage = Extract<LogMessage, { kind: 'event' }>;

/** What says where in the log it is: an event, or that nothing was wanted up to there. */
export type PlacedMessage = Exclude<LogMessage, { kind: 'caught_up' }>;

/**
 * How much a listener keeps for whoever takes it, and how often it tells of what was passed over.
 */
export interface ListenerLimits {
  /** Messages that wait to be taken; beyond that the listener is left behind. */
  readonly waiting: number;
  /** Events passed over between two checkpoints. */
  readonly passedOver: number;
}

/**
 * One of many who hear the log from the same reading of it: everything after a position, in order.
 */
export class LogListener {
  /** What was said up to here was said before it listened. */
  readonly since: Position | null;
  readonly #filter: LogFilter;
  readonly #limits: ListenerLimits;
  #waiting: PlacedMessage[] = [];
  #passedOver = 0;
  #end: { readonly failure: unknown } | null = null;
  #wake: () => void = () => undefined;

  constructor(filter: LogFilter, since: Position | null, limits: ListenerLimits) {
    this.#filter = filter;
    this.since = since;
    this.#limits = limits;
  }

  /** Whether it hears nothing any more. */
  get isOver(): boolean {
    return this.#end !== null;
  }

  /** Says the next event of the log; false if the listener is too slow and has been left behind. */
  hear(message: EventMessage): boolean {
    const heard = this.#heard(message);
    if (heard === null) return true;
    if (this.#waiting.length >= this.#limits.waiting) {
      this.end(null);
      return false;
    }
    if (this.#waiting.push(heard) === 1) this.#wake();
    return true;
  }

  /**
   * Nothing comes any more; `failure` is thrown once all that waits was taken, unless it is `null`.
   */
  end(failure: unknown): void {
    this.#end ??= { failure };
    this.#wake();
  }

  /** What is said from now on, until the signal or until it is over. */
  async *messages(signal: AbortSignal): AsyncGenerator<PlacedMessage> {
    const wake = () => {
      this.#wake();
    };
    signal.addEventListener('abort', wake);
    try {
      while (!signal.aborted) {
        const taken = this.#waiting;
        this.#waiting = [];
        yield* taken;
        if (this.#waiting.length > 0) continue;
        if (this.#isOver()) return;
        await this.#more(signal);
      }
    } finally {
      signal.removeEventListener('abort', wake);
    }
  }

  /** Throws where it ended by a failure. */
  #isOver(): boolean {
    if (this.#end === null) return false;
    if (this.#end.failure !== null) throw this.#end.failure as Error;
    return true;
  }

  /** `null`: an event that need not be told. */
  #heard(message: EventMessage): PlacedMessage | null {
    this.#passedOver += 1;
    if (isWanted(this.#filter, message.event)) {
      this.#passedOver = 0;
      return message;
    }
    if (this.#passedOver < this.#limits.passedOver) return null;
    this.#passedOver = 0;
    return { kind: 'checkpoint', position: message.event.position };
  }

  async #more(signal: AbortSignal): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
      if (signal.aborted || this.#end !== null || this.#waiting.length > 0) resolve();
    });
  }
}
