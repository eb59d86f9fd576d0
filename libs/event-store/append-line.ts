import {
  type AppendAnswer,
  type AppendRequest,
  correlation,
  readAnswer,
} from './append-messages.js';
import { withDeadline } from './deadline.js';
import { StoreFailure } from './errors.js';
import { type GrpcCall, type OpenCall } from './grpc-call.js';
import { type AppendResult } from './port.js';

/**
 * Blank once nobody waits: the map's old tables would otherwise keep all that hangs on it alive.
 */
interface Waiting {
  resolve: ((result: AppendResult) => void) | null;
  reject: ((failure: StoreFailure) => void) | null;
}

/**
 * All appends of the process on one long-lived call, answered in any order.
 *
 * Stands in for the client's own `appendToStream`, which can end the process in two ways that no
 * caller can catch: its table of pending appends is shared by all calls, so that an answer after an
 * error of another call throws inside an event handler; and an error while writes wait for the
 * network rejects promises nobody holds. Here the table belongs to the call, an unknown answer is
 * dropped, and the end of the call fails what it owes, nothing else. (The spec proves both on the
 * client itself.)
 */
export class AppendLine {
  readonly #call: GrpcCall;
  readonly #waiting = new Map<number, Waiting>();
  readonly #answered: () => void;
  #appends = 0;
  #ended: StoreFailure | null = null;

  /** `open` opens the BatchAppend call of the protocol; `answered` is told of every sign of life. */
  constructor(open: OpenCall, answered: () => void) {
    this.#answered = answered;
    this.#call = open({
      onMessage: (message) => {
        this.#onAnswer(readAnswer(message));
      },
      onEnd: this.end,
    });
  }

  get isOpen(): boolean {
    return this.#ended === null;
  }

  /**
   * Rejects with a `StoreFailure`, or with `DeadlineExceeded` if the answer did not come in time.
   */
  async append(request: AppendRequest, withinMs: number): Promise<AppendResult> {
    if (this.#ended !== null) throw this.#ended;
    const correlationId = (this.#appends += 1);
    const waiting: Waiting = { resolve: null, reject: null };
    const answer = new Promise<AppendResult>((resolve, reject) => {
      waiting.resolve = resolve;
      waiting.reject = reject;
    });
    this.#waiting.set(correlationId, waiting);
    this.#call.send(correlation(correlationId), request);
    try {
      return await withDeadline(answer, withinMs);
    } finally {
      this.#waiting.delete(correlationId);
      waiting.resolve = null;
      waiting.reject = null;
    }
  }

  /** Fails everything under way: whether it landed is unknown. */
  readonly end = (cause: unknown): void => {
    if (this.#ended !== null) return;
    this.#ended = new StoreFailure('connection', cause);
    this.#call.cancel();
    for (const { reject } of this.#waiting.values()) reject?.(this.#ended);
    this.#waiting.clear();
  };

  #onAnswer({ correlationId, outcome }: AppendAnswer): void {
    this.#answered();
    const waiting = this.#waiting.get(correlationId);
    if (outcome instanceof StoreFailure) waiting?.reject?.(outcome);
    else waiting?.resolve?.(outcome);
  }
}
