import { setTimeout as pause } from 'node:timers/promises';
import { type Submissions } from '../load-generator.js';
import { below, pick, type Random } from '../seeded-random.js';
import { type Submission } from '../submission.js';
import { STORM_PLACES, type StormPlace } from './storm-places.js';

/** A consumer of the storm. */
export interface StormConsumer {
  /** E.164; of this tenant alone. */
  readonly phone: string;
  readonly place: StormPlace;
}

/** What consumers are drawn with. */
export interface ConsumersOptions {
  readonly random: Random;
  /** Told from other tenants by it, 0 to 6: the exchange of every number. */
  readonly tenant: number;
  /** The clock of the stack. */
  readonly now: () => Date;
  /** Whether there is room for one more lead; until then clients wait. */
  readonly hasRoom: () => boolean;
}

const REPEATED_SHARE = 0.15;
const LINES = 10_000;
const ROOM_POLL_MS = 20;

/** Leads as they come in: new consumers, and some who ask again under another key. */
export class StormConsumers implements Submissions {
  readonly consumers: StormConsumer[] = [];
  readonly #options: ConsumersOptions;
  #submissions = 0;
  #closed = false;

  constructor(options: ConsumersOptions) {
    this.#options = options;
  }

  /** No new consumers from now on. */
  close(): void {
    this.#closed = true;
  }

  async next(): Promise<Submission> {
    while (!this.#closed && !this.#options.hasRoom()) await pause(ROOM_POLL_MS);
    const { random, tenant, now } = this.#options;
    const again = this.consumers.length > 0 && (this.#closed || random() < REPEATED_SHARE);
    const { phone, place } = again ? pick(random, this.consumers.slice(-200)) : this.#drawn();
    this.#submissions += 1;
    const { state, zip } = place;
    const consent = {
      consent_timestamp: new Date(now().getTime() - 3_600_000).toISOString(),
      consent_text_version: 'v1',
      source_url: 'https://example.com/quote',
    };
    const body = { source: 'storm', phone, first_name: 'Jane', state, zip, consent };
    const idempotencyKey = `storm-${tenant}-${this.#submissions}`;
    return { idempotencyKey, phone, body: JSON.stringify(body) };
  }

  #drawn(): StormConsumer {
    const place = this.#place();
    const n = this.consumers.length;
    const exchange = 230 + this.#options.tenant * 10 + Math.floor(n / LINES);
    const phone = `+1${place.areaCode}${exchange}${String(n % LINES).padStart(4, '0')}`;
    const consumer = { phone, place };
    this.consumers.push(consumer);
    return consumer;
  }

  #place(): StormPlace {
    let left = below(this.#options.random, 100);
    for (const place of STORM_PLACES) {
      left -= place.percent;
      if (left < 0) return place;
    }
    throw new Error('The shares of the places do not add up to 100.');
  }
}
