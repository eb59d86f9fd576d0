import { setTimeout as pause } from 'node:timers/promises';

/** What the api says when it refuses. */
interface Refusal {
  readonly error?: { readonly code: string; readonly message: string };
}

const TRIES = 20;
const WAIT_SECONDS_DEFAULT = 1;

/** Asks the api as any client would: with a key, and waiting when it is told to. */
export class ApiClient {
  readonly #url: string;
  readonly #key: string;
  /** Requests left in the present minute, and when the next one begins, in ms. */
  #left = Infinity;
  #renewsAtMs = 0;

  constructor(url: string, key: string) {
    this.#url = url.replace(/\/+$/, '');
    this.#key = key;
  }

  get<Answer>(path: string): Promise<Answer> {
    return this.#ask('GET', path);
  }

  /** The same `idempotencyKey` makes a thing once, however often it is sent. */
  send<Answer>(
    method: 'POST' | 'PUT',
    path: string,
    body: object,
    idempotencyKey?: string,
  ): Promise<Answer> {
    return this.#ask(method, path, body, idempotencyKey);
  }

  /** How long to wait between rounds of `requests`, in ms, so that the key’s allowance lasts. */
  roundMs(requests: number, atLeastMs: number): number {
    const restMs = this.#renewsAtMs - Date.now();
    if (restMs <= 0 || this.#left === Infinity) return atLeastMs;
    const rounds = Math.floor(this.#left / requests);
    return Math.max(atLeastMs, Math.min(restMs, restMs / Math.max(1, rounds)));
  }

  async #ask<Answer>(
    method: string,
    path: string,
    body?: object,
    idempotencyKey?: string,
  ): Promise<Answer> {
    for (let attempt = 1; ; attempt += 1) {
      const response = await fetch(this.#url + path, {
        method,
        headers: {
          authorization: `Bearer ${this.#key}`,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...(idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      this.#noteAllowance(response.headers);
      const answer: unknown = await response.json();
      if (response.ok) return answer as Answer;
      if (!mayBeRepeated(response.status) || attempt === TRIES) throw refused(path, answer);
      await pause(1_000 * Number(response.headers.get('retry-after') ?? WAIT_SECONDS_DEFAULT));
    }
  }

  #noteAllowance(headers: Headers): void {
    const left = headers.get('x-ratelimit-remaining');
    if (left === null) return;
    this.#left = Number(left);
    this.#renewsAtMs = Number(headers.get('x-ratelimit-reset')) * 1_000;
  }
}

/** Too early, or nothing was acknowledged. */
function mayBeRepeated(status: number): boolean {
  return status === 429 || status === 503;
}

function refused(path: string, answer: unknown): Error {
  const { error } = answer as Refusal;
  return new Error(`The api refused ${path}: ${error?.message ?? 'it gave no reason.'}`);
}
