import { Client, type ClientConfig, type QueryResult } from 'pg';

type Answer = (error: Error | null, result: QueryResult) => void;

/** A query that was sent; those of a connection are answered in the order they were sent. */
interface Sent {
  readonly at: number;
}

/**
 * A connection that ends itself, and fails what it owes, when an answer takes longer than
 * `answerMs`; `null` waits for ever.
 *
 * The driver could do so, and makes promises itself. Either way it ties every query to the one
 * before, and with it what was sent and what came back: nothing of it is garbage to the young
 * generation, and all that a process ever asked waits for a full collection. Measured on the api
 * under load: six times as much outlived the young generation.
 */
export function answeredClient(answerMs: number | null): new (config?: ClientConfig) => Client {
  return class AnsweredClient extends Client {
    readonly #unanswered = new Set<Sent>();
    #overdue: NodeJS.Timeout | null = null;

    override query(query: unknown, values?: unknown, then?: unknown): never {
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
      this.#unanswered.add(sent);
      this.#watch(answerMs);
    }

    /** One timer for all that is under way: a query is mostly answered long before it is due. */
    #watch(inMs: number | null): void {
      if (inMs !== null) this.#overdue ??= setTimeout(this.#check, inMs).unref();
    }

    readonly #check = (): void => {
      this.#overdue = null;
      const [oldest] = this.#unanswered;
      if (answerMs === null || oldest === undefined) return;
      const leftMs = oldest.at + answerMs - performance.now();
      if (leftMs > 0) this.#watch(leftMs);
      else this.connection.stream.destroy(new Error('Query read timeout'));
    };
  };
}

function settling(resolve: (result: QueryResult) => void, reject: (error: Error) => void): Answer {
  return (error, result) => {
    if (error === null) resolve(result);
    else reject(error);
  };
}
