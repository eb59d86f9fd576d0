import { DomainError } from '#libs/kernel';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { HttpRefusal } from './errors/http-refusal.js';

const CHECK_EVERY_MS = 100;

/**
 * A request that is not answered yet; blank once it is. A `Map` that grows leaves old tables
 * behind, and whatever those still name outlives the young generation, with all that hangs on it.
 */
interface Open {
  request: FastifyRequest | null;
  reply: FastifyReply | null;
}

/**
 * Answers 503 for requests that take too long, and 408 for those that do not arrive; whoever works
 * on them may go on.
 *
 * One timer for all: a timer and an abort signal for each request, as the framework has them, cost
 * a few per cent of the hot path.
 */
export class AnswerDeadline {
  readonly #withinMs: number;
  /** By the request's id, in the order in which they came. */
  readonly #open = new Map<string, Open>();
  readonly #timer: NodeJS.Timeout;

  constructor(withinMs: number) {
    this.#withinMs = withinMs;
    this.#timer = setInterval(() => {
      this.#check();
    }, CHECK_EVERY_MS);
    this.#timer.unref();
  }

  watch(request: FastifyRequest, reply: FastifyReply): void {
    this.#open.set(request.id, { request, reply });
  }

  answered(request: FastifyRequest): void {
    const open = this.#open.get(request.id);
    if (open === undefined) return;
    this.#open.delete(request.id);
    open.request = null;
    open.reply = null;
  }

  close(): void {
    clearInterval(this.#timer);
  }

  #check(): void {
    const overdue = performance.now() - this.#withinMs;
    for (const { request, reply } of this.#open.values()) {
      if (request === null || reply === null) continue;
      if (request.exchange.startedAt > overdue) return;
      this.answered(request);
      if (reply.sent) continue;
      void reply.send(isStillArriving(request) ? requestTimedOut() : timedOut());
    }
  }
}

/**
 * Nobody reads a body before the key is known, unless the token may be in it, so until then it is
 * not the caller who is slow.
 */
function isStillArriving({ exchange, raw, routeOptions }: FastifyRequest): boolean {
  const isRead = exchange.key !== null || routeOptions.config.takesAnything === true;
  return isRead && !raw.complete;
}

/** The caller did not finish its request; nothing can have come of it. */
function requestTimedOut(): HttpRefusal {
  return new HttpRefusal(
    408,
    'request_timeout',
    'The body did not arrive in time. Nothing was done; send the request again.',
  );
}

/** Nobody answered in time; what was asked may still happen. */
function timedOut(): DomainError {
  return new DomainError(
    'unavailable',
    'timeout_upstream',
    'The answer took too long. Send the same request again; with an Idempotency-Key it cannot happen twice.',
  );
}
