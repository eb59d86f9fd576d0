import { performance } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import { Connection, type HttpAnswer } from './connection.js';
import type { Submission, Submissions } from './submissions.js';

/** Where the load goes. */
export interface Target {
  readonly name: string;
  readonly port: number;
  /** Used by turns, so that no key's allowance a minute limits the load. */
  readonly apiKeys: readonly string[];
  readonly submissions: Submissions;
}

/** What one phase of load came to. */
export interface Measured {
  /** Answers that arrived while the clock ran, per second. */
  readonly requestsPerSecond: number;
  /** Every request that was answered, after the clock had stopped too. */
  readonly answered: number;
  readonly created: number;
  /** In milliseconds, unordered. */
  readonly latencies: readonly number[];
}

const drainMsMax = 15_000;

/** Closed loop: every connection sends its next request as soon as the last one was answered. */
export async function saturate(
  target: Target,
  { connections, seconds }: { connections: number; seconds: number },
): Promise<Measured> {
  const phase = await Phase.open(target, connections);
  const startedAt = performance.now();
  const endsAt = startedAt + seconds * 1_000;
  let inTime = 0;
  const again = (connection: Connection) => {
    const sentAt = performance.now();
    phase.send(connection, sentAt, () => {
      if (performance.now() >= endsAt) return;
      inTime += 1;
      again(connection);
    });
  };
  for (const connection of phase.connections) again(connection);
  await phase.until(endsAt);
  return phase.finish(inTime / seconds);
}

/**
 * Open loop: requests arrive at a constant rate whatever the server does, and a latency counts from
 * the instant the request was due, so that a stall is paid for by every request it delays.
 */
export async function arrive(
  target: Target,
  { connections, seconds, rate }: { connections: number; seconds: number; rate: number },
): Promise<Measured> {
  const phase = await Phase.open(target, connections);
  const idle = [...phase.connections];
  const overdue: number[] = [];
  const startedAt = performance.now();
  const endsAt = startedAt + seconds * 1_000;
  let inTime = 0;
  const serve = (connection: Connection, dueAt: number) => {
    phase.send(connection, dueAt, () => {
      if (performance.now() < endsAt) inTime += 1;
      const next = overdue.shift();
      if (next === undefined) idle.push(connection);
      else serve(connection, next);
    });
  };
  const total = Math.floor(rate * seconds);
  for (let n = 0; n < total && !phase.failed;) {
    const elapsed = performance.now() - startedAt;
    for (; n < total && n / rate <= elapsed / 1_000; n += 1) {
      const dueAt = startedAt + (n * 1_000) / rate;
      const connection = idle.pop();
      if (connection === undefined) overdue.push(dueAt);
      else serve(connection, dueAt);
    }
    await pause(1);
  }
  return phase.finish(inTime / seconds);
}

/** The connections of one phase and what came back over them. */
class Phase {
  readonly #latencies: number[] = [];
  readonly #expected = { created: 0, duplicate: 0 };
  readonly #told = { created: 0, duplicate: 0 };
  #inFlight = 0;
  #sent = 0;
  #failure: Error | null = null;

  private constructor(
    private readonly target: Target,
    readonly connections: readonly Connection[],
  ) {}

  static async open(target: Target, connections: number): Promise<Phase> {
    const opening = Array.from({ length: connections }, () => Connection.open(target.port));
    return new Phase(target, await Promise.all(opening));
  }

  get failed(): boolean {
    return this.#failure !== null;
  }

  /** Sends the next submission; its latency counts from `dueAt`. */
  send(connection: Connection, dueAt: number, then: () => void): void {
    if (this.failed) return;
    const submission = this.target.submissions.next();
    this.#expected[submission.duplicate ? 'duplicate' : 'created'] += 1;
    this.#inFlight += 1;
    this.#sent += 1;
    connection.send(
      requestText(this.target, submission, this.#sent),
      (answer) => {
        this.#inFlight -= 1;
        this.#latencies.push(performance.now() - dueAt);
        this.#count(answer);
        then();
      },
      (error) => {
        this.#inFlight -= 1;
        this.#failure ??= error;
      },
    );
  }

  #count({ status, body }: HttpAnswer): void {
    if (status === 201) this.#told.created += 1;
    else if (status === 200) this.#told.duplicate += 1;
    else this.#failure ??= new Error(`${this.target.name} answered ${status}: ${body}`);
  }

  async until(endsAt: number): Promise<void> {
    while (!this.failed && performance.now() < endsAt) await pause(20);
  }

  /** Waits for what is in flight, and refuses to report a server that did the wrong thing. */
  async finish(requestsPerSecond: number): Promise<Measured> {
    const patienceEndsAt = performance.now() + drainMsMax;
    while (!this.failed && this.#inFlight > 0) {
      if (performance.now() > patienceEndsAt) this.#failure = new Error(this.#unanswered());
      await pause(1);
    }
    for (const connection of this.connections) connection.close();
    if (this.#failure !== null) throw this.#failure;
    const { created, duplicate } = this.#told;
    if (created !== this.#expected.created) throw new Error(this.#miscounted());
    return {
      requestsPerSecond,
      answered: created + duplicate,
      created,
      latencies: this.#latencies,
    };
  }

  #unanswered(): string {
    return `${this.target.name} left ${this.#inFlight} requests unanswered for ${drainMsMax / 1_000} s.`;
  }

  #miscounted(): string {
    const { name } = this.target;
    return `${name} should have created ${this.#expected.created} leads and said ${this.#told.created}.`;
  }
}

function requestText(
  { port, apiKeys }: Target,
  { body, idempotencyKey }: Submission,
  turn: number,
): string {
  const apiKey = apiKeys[turn % apiKeys.length] ?? '';
  return `POST /v1/leads HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nAuthorization: Bearer ${apiKey}\r\nContent-Type: application/json\r\nIdempotency-Key: ${idempotencyKey}\r\nUser-Agent: bench/1\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
}
