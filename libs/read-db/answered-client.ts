import { Client, type ClientConfig, type QueryResult } from 'pg';

type Answer = (error: Error | null, result: QueryResult) => void;

/** A query that was sent; those of a connection are answered in the order they were sent. */
interface Sent {
  readonly at: number;
}

/**
 * A connection that ends itself, and fails what it owes, when an answer takes longer than
 * `answerMs`; `null` waits for ever. It takes texts and configurations, not query objects of the
 * caller's own.
 *
 * The driver could do so (`query_timeout`), and makes promises itself. Either way all that is sent
 * and all that comes back outlives the young generation, query after query, and waits for a full
 * collection (pg 8.23 on Node 24; a plain client fails the spec). Measured on the api under load:
 * six times as much outlived it.
 */
export function answeredClient(answerMs: number | null): new (config?: ClientConfig) => Client {
  return class AnsweredClient extends Client {
    readonly #unanswered = new Set<Sent>();
    #overdue: NodeJS.Timeout | undefined;

    constructor(config?: ClientConfig) {
      super(config);
      this.once('end', () => {
        clearTimeout(this.#overdue);
      });
    }

    /** `never` is what all of the driver's signatures can return; callers see theirs. */
    override query(query: unknown, values?: unknown, then?: unknown): never {
      if (isQueryObject(query)) throw new TypeError('Pass a text or a configuration.');
      const [told, bound] = typeof values === 'function' ? [values, undefined] : [then, values];
      if (typeof told === 'function') {
        this.#ask(query, bound, told as Answer);
        return undefined as never;
      }
      return this.#answerTo(query, bound) as never;
    }

    async #answerTo(query: unknown, values: unknown): Promise<QueryResult> {
      try {
        return await new Promise<QueryResult>((resolve, reject) => {
          this.#ask(query, values, settling(resolve, reject));
        });
      } catch (error) {
        // It was made where the answer arrived; who asked is told from here.
        if (error instanceof Error) Error.captureStackTrace(error);
        throw error;
      }
    }

    #ask(query: unknown, values: unknown, answer: Answer): void {
      const sent = { at: performance.now() };
      super.query(query as string, values as unknown[], (error, result) => {
        this.#unanswered.delete(sent);
        answer(error, result);
      });
      // Not before: what the driver refuses at once will not be answered.
      this.#unanswered.add(sent);
      if (answerMs !== null) this.#watch(answerMs);
    }

    /** One timer for all that is under way: a query is mostly answered long before it is due. */
    #watch(answerWithinMs: number, inMs = answerWithinMs): void {
      this.#overdue ??= setTimeout(() => {
        this.#overdue = undefined;
        const [oldest] = this.#unanswered;
        if (oldest === undefined) return;
        const leftMs = oldest.at + answerWithinMs - performance.now();
        if (leftMs > 0) this.#watch(answerWithinMs, leftMs);
        else this.connection.stream.destroy(new Error('Query read timeout'));
      }, inMs).unref();
    }
  };
}

function isQueryObject(query: unknown): boolean {
  return typeof query === 'object' && query !== null && 'submit' in query;
}

function settling(resolve: (result: QueryResult) => void, reject: (error: Error) => void): Answer {
  return (error, result) => {
    if (error === null) resolve(result);
    else reject(error);
  };
}
