import { setTimeout as pause } from 'node:timers/promises';
import { type Random } from './seeded-random.js';
import { type Acknowledgement, type Submission } from './submission.js';

/** Where submissions come from; one that is not there yet is waited for. */
export interface Submissions {
  next(): Submission | Promise<Submission>;
}

export interface LoadOptions {
  readonly url: string;
  readonly apiKey: string;
  readonly clients: number;
  /** Of each client, between one answer and the next submission. */
  readonly restMsMax: number;
}

const answerWithinMs = 15_000;
const retryMsMax = 1_000;

/**
 * Clients that submit leads one after the other and do not let go: each submission is sent again,
 * under the same Idempotency-Key, until it is answered with 2xx.
 */
export class LoadGenerator {
  readonly acknowledgements: Acknowledgement[] = [];
  /** Answers that no client should ever get, whatever was killed. */
  readonly surprises: string[] = [];
  attempts = 0;
  readonly #options: LoadOptions;
  readonly #source: Submissions;
  readonly #random: Random;
  readonly #clients: Promise<void>[];
  #stopping = false;

  constructor(options: LoadOptions, source: Submissions, random: Random) {
    this.#options = options;
    this.#source = source;
    this.#random = random;
    this.#clients = Array.from({ length: options.clients }, () => this.#runClient());
  }

  /** No new submissions; those under way are brought to their end. */
  async finish(): Promise<void> {
    this.#stopping = true;
    await Promise.all(this.#clients);
  }

  /** Submits until it is acknowledged. */
  async submit(submission: Submission): Promise<Acknowledgement> {
    for (;;) {
      this.attempts += 1;
      const answer = await this.#post(submission);
      if (answer !== null && (answer.status === 200 || answer.status === 201)) {
        const { outcome, lead_id: leadId } = answer.body as { outcome: string; lead_id: string };
        return { submission, outcome, leadId };
      }
      this.#noteSurprise(answer);
      await pause(this.#random() * retryMsMax);
    }
  }

  async #runClient(): Promise<void> {
    while (!this.#stopping) {
      this.acknowledgements.push(await this.submit(await this.#source.next()));
      await pause(this.#random() * this.#options.restMsMax);
    }
  }

  /** `null` when no answer came: the connection was refused, cut or too slow. */
  async #post({ idempotencyKey, body }: Submission) {
    const { url, apiKey } = this.#options;
    try {
      const response = await fetch(`${url}/v1/leads`, {
        method: 'POST',
        body,
        headers: {
          Authorization: `Bearer ${apiKey}`,
          'Content-Type': 'application/json',
          'Idempotency-Key': idempotencyKey,
        },
        signal: AbortSignal.timeout(answerWithinMs),
      });
      return { status: response.status, body: await response.json() };
    } catch {
      return null;
    }
  }

  #noteSurprise(answer: { status: number; body: unknown } | null): void {
    const expected = answer === null || [409, 429, 503].includes(answer.status);
    if (!expected) this.surprises.push(`${answer.status} ${JSON.stringify(answer.body)}`);
  }
}
