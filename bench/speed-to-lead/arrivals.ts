import { performance } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import { type ApiClient } from '../../apps/cli/launch/api-client.js';
import { personOf } from '../../apps/telephony-simulator/people/population.js';
import { Submissions } from '../intake/submissions.js';

/** A lead that was sent. Instants in ms of this process’ clock. */
export interface Sent {
  /** E.164. */
  readonly phone: string;
  readonly leadId: string;
  /** When it was due to be sent; a generator that is late does not make it faster. */
  readonly dueAtMs: number;
  /** When it was acknowledged. */
  readonly takenAtMs: number;
}

/** Where everybody may be called at 11:00 in Texas; a drawn place may be in Hawaii. */
const PLACE = { state: 'TX', zip: '75201' };

/** Leads of people whose phones can ring: a busy line never does. */
export class Arrivals {
  readonly #submissions: Submissions;
  readonly #seed: number;

  constructor(seed: number) {
    this.#submissions = new Submissions(seed, 0, new Date());
    this.#seed = seed;
  }

  /** Sends leads at a constant rate, whatever the server does. */
  async send(
    api: ApiClient,
    { rate, seconds }: { readonly rate: number; readonly seconds: number },
    onSent: (count: number, total: number) => void,
  ): Promise<Sent[]> {
    const total = rate * seconds;
    const startedAtMs = performance.now();
    const sending: Promise<Sent>[] = [];
    while (sending.length < total) {
      const dueAtMs = startedAtMs + (sending.length * 1_000) / rate;
      const restMs = dueAtMs - performance.now();
      if (restMs > 0) await pause(restMs);
      sending.push(this.#sendOne(api, dueAtMs));
      onSent(sending.length, total);
    }
    return Promise.all(sending);
  }

  async #sendOne(api: ApiClient, dueAtMs: number): Promise<Sent> {
    const { body, phone } = this.#next();
    const { lead_id: leadId } = await api.send<{ lead_id: string }>('POST', '/v1/leads', body);
    return { phone, leadId, dueAtMs, takenAtMs: performance.now() };
  }

  #next(): { readonly body: object; readonly phone: string } {
    for (;;) {
      const sent = JSON.parse(this.#submissions.next().body) as { phone: string };
      const body = { ...sent, ...PLACE };
      const phone = `+1${body.phone}`;
      const { line } = personOf(phone, this.#seed);
      if (line === 'answers' || line === 'no_answer') return { body, phone };
    }
  }
}
