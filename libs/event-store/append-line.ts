import { type ClientDuplexStream } from '@grpc/grpc-js';
import { randomUUID } from 'node:crypto';
import {
  type AppendAnswer,
  type AppendRequest,
  appendResult,
  correlate,
  correlationIdOf,
} from './append-messages.js';
import { withDeadline } from './deadline.js';
import { StoreFailure, storeFailure } from './errors.js';
import { type AppendResult } from './port.js';

/** The bidirectional BatchAppend call of the protocol. */
export type AppendCall = ClientDuplexStream<AppendRequest, AppendAnswer>;

interface Waiting {
  readonly resolve: (result: AppendResult) => void;
  readonly reject: (failure: StoreFailure) => void;
}

/**
 * All appends of the process on one long-lived call, answered in any order.
 *
 * Stands in for the client's own `appendToStream`, which can end the process in two ways that no
 * caller can catch: its table of pending appends is shared by all calls, so that an answer after an
 * error of another call throws inside an event handler; and an error while writes wait for the
 * network rejects promises nobody holds. Here the table belongs to the call, an unknown answer is
 * dropped, and the end of the call fails what it owes, nothing else. (The spec proves both on the
 * client itself; when it fails, this file can go.)
 */
export class AppendLine {
  readonly #call: AppendCall;
  readonly #waiting = new Map<string, Waiting>();
  readonly #answered: () => void;
  #ended: StoreFailure | null = null;

  /** `answered` is told of every sign of life. */
  constructor(call: AppendCall, answered: () => void) {
    this.#call = call;
    this.#answered = answered;
    call.on('data', this.#onAnswer);
    call.on('error', this.end);
    call.on('end', () => {
      this.end(new Error('The event store ended the call.'));
    });
  }

  get isOpen(): boolean {
    return this.#ended === null;
  }

  /** Rejects with a `StoreFailure`, or with `DeadlineExceeded` if the answer did not come in time. */
  async append(request: AppendRequest, withinMs: number): Promise<AppendResult> {
    if (this.#ended !== null) throw this.#ended;
    const correlationId = randomUUID();
    const answer = new Promise<AppendResult>((resolve, reject) => {
      this.#waiting.set(correlationId, { resolve, reject });
    });
    this.#call.write(correlate(request, correlationId));
    try {
      return await withDeadline(answer, withinMs);
    } finally {
      this.#waiting.delete(correlationId);
    }
  }

  /** Fails everything under way: whether it landed is unknown. */
  readonly end = (cause: unknown): void => {
    this.#ended ??= new StoreFailure('connection', cause);
    for (const { reject } of this.#waiting.values()) reject(this.#ended);
    this.#waiting.clear();
  };

  readonly #onAnswer = (answer: AppendAnswer): void => {
    this.#answered();
    const waiting = this.#waiting.get(correlationIdOf(answer) ?? '');
    try {
      waiting?.resolve(appendResult(answer));
    } catch (error) {
      waiting?.reject(storeFailure(error));
    }
  };
}
