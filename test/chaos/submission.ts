import { below, pick, type Random } from './seeded-random.js';

/** One thing a client wants stored, under one Idempotency-Key, however often it has to ask. */
export interface Submission {
  readonly idempotencyKey: string;
  readonly phone: string;
  readonly body: string;
}

/** What a client was told about a submission. */
export interface Acknowledgement {
  readonly submission: Submission;
  readonly outcome: string;
  readonly leadId: string;
}

const areaCodes = ['212', '312', '415', '512', '617', '702', '713', '718', '917', '972'];
/** So many submissions repeat a phone of an earlier one, under a key of their own. */
const repeatedShare = 0.3;

/** An endless supply of submissions: new phones, and phones seen before. */
export class SubmissionSource {
  readonly #random: Random;
  readonly #run: string;
  readonly #phones: string[] = [];
  #count = 0;

  constructor(random: Random, run: string) {
    this.#random = random;
    this.#run = run;
  }

  next(): Submission {
    const phone = this.#nextPhone();
    this.#count += 1;
    const idempotencyKey = `${this.#run}-${this.#count}`;
    const consent = {
      consent_timestamp: '2026-07-05T12:00:00Z',
      consent_text_version: 'v1',
      source_url: 'https://example.com/quote',
    };
    return {
      idempotencyKey,
      phone,
      body: JSON.stringify({ source: 'chaos', phone, first_name: 'Jane', consent }),
    };
  }

  #nextPhone(): string {
    if (this.#phones.length > 0 && this.#random() < repeatedShare) {
      // Mostly phones of a moment ago, so that some are submitted twice at the same time.
      const lately = this.#phones.slice(this.#random() < 0.7 ? -10 : 0);
      return pick(this.#random, lately);
    }
    const n = this.#phones.length;
    const exchange = 200 + (Math.floor(n / 10_000) % 800);
    const line = String(n % 10_000).padStart(4, '0');
    const phone = `+1${areaCodes[below(this.#random, areaCodes.length)] ?? '212'}${exchange}${line}`;
    this.#phones.push(phone);
    return phone;
  }
}
