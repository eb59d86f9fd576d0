import { setTimeout as pause } from 'node:timers/promises';
import { AGENT, type Person } from '../../../apps/telephony-simulator/server.js';
import { type Caps } from '#events/calls';

/** A destination of the storm, and who answers there. */
export interface StormDestination {
  readonly destinationId: string;
  readonly tenant: number;
  /** E.164. */
  readonly phone: string;
  readonly caps: Partial<Caps>;
}

/** Somebody who hears who is to be connected, and does not want them. */
const DECLINES: Person = { ...AGENT, replies: [{ digits: '2' }] };

interface Buyer {
  readonly caps: Partial<Caps>;
  readonly priority: number;
  readonly weight: number;
  readonly presentsConsumer: boolean;
  readonly person: Person;
}

/**
 * Buyers of every kind; `calls` are those the tenant will make or so, which caps are measured by.
 */
function buyers(calls: number): Buyer[] {
  const willing = { priority: 1, weight: 3, presentsConsumer: true, person: AGENT };
  const share = (part: number) => Math.max(2, Math.ceil(calls * part));
  return [
    { ...willing, caps: { concurrent: 6 } },
    { ...willing, caps: { hour: share(0.05) }, presentsConsumer: false },
    { ...willing, caps: {}, weight: 1, person: { ...AGENT, line: 'no_answer' } },
    { ...willing, caps: { day: share(0.06), concurrent: 8 }, priority: 2 },
    { ...willing, caps: { total: share(0.1), spacingSeconds: 1 }, priority: 2 },
    { ...willing, caps: {}, priority: 2, presentsConsumer: false },
    { ...willing, caps: {}, priority: 2, weight: 1, person: DECLINES },
  ];
}

const BUYERS = buyers(0).length;
const phoneOf = (tenant: number, buyer: number) => `+18002${tenant}000${buyer}0`;

/** Who is behind the numbers of destinations. */
export function stormPeople(tenants: number): Record<string, Person> {
  const people = Array.from({ length: tenants }, (_, tenant) =>
    buyers(0).map(({ person }, buyer) => [phoneOf(tenant, buyer), person] as const),
  );
  return Object.fromEntries(people.flat());
}

/** Everything a tenant asks of the api; asked again until it is answered with 2xx. */
export class StormTenant {
  readonly tenant: number;
  readonly apiKey: string;
  readonly #apiUrl: string;

  constructor(apiUrl: string, tenant: number, apiKey: string) {
    this.#apiUrl = apiUrl;
    this.tenant = tenant;
    this.apiKey = apiKey;
  }

  /** A script, how it dials, and its destinations. */
  async configure(concurrentCallsMax: number, calls: number): Promise<StormDestination[]> {
    const { script_id } = await this.#send('POST', 'scripts', SCRIPT);
    await this.#send('PUT', 'dialing', {
      ...{ telemarketer: 'Acme Leads', seller: 'Acme Insurance', offering: 'car insurance' },
      calling_numbers: [`+1512555${this.tenant}170`, `+1512555${this.tenant}171`],
      ...{ script_id, concurrent_calls_max: concurrentCallsMax, spacing_minutes: 0 },
    });
    const destinations: StormDestination[] = [];
    for (let buyer = 0; buyer < BUYERS; buyer += 1) {
      destinations.push(await this.#addDestination(buyer, calls));
    }
    return destinations;
  }

  /** Resolves when the emergency stop is acknowledged. */
  async stop(): Promise<void> {
    await this.#send('POST', 'dialing/stop', { reason: 'storm' });
  }

  async resume(): Promise<void> {
    await this.#send('POST', 'dialing/resume', { reason: 'storm' });
  }

  async #addDestination(buyer: number, calls: number): Promise<StormDestination> {
    const wanted = buyers(calls)[buyer];
    if (wanted === undefined) throw new RangeError('There is no such buyer.');
    const { caps, priority, weight, presentsConsumer } = wanted;
    const phone = phoneOf(this.tenant, buyer);
    const { destination_id } = await this.#send('POST', 'destinations', {
      ...{ name: `Buyer ${buyer}`, address: { kind: 'phone', value: phone }, accept_key: '1' },
      payout: { model: 'fixed', amount_minor: 4_250, billable_seconds: 60 },
      ...{ whisper: 'Call for {{first_name}}.', presents_consumer: presentsConsumer },
      ...{ caps: sent(caps), priority, weight },
    });
    return { destinationId: String(destination_id), tenant: this.tenant, phone, caps };
  }

  async #send(method: string, path: string, body: object): Promise<Record<string, unknown>> {
    const key = crypto.randomUUID();
    for (;;) {
      const response = await fetch(`${this.#apiUrl}/v1/${path}`, {
        method,
        headers: {
          ...{ Authorization: `Bearer ${this.apiKey}`, 'Content-Type': 'application/json' },
          'Idempotency-Key': key,
        },
        body: JSON.stringify(body),
        signal: AbortSignal.timeout(5_000),
      }).catch(() => null);
      const text = await response?.text().catch(() => null);
      if (response?.ok === true && typeof text === 'string') {
        return JSON.parse(text) as Record<string, unknown>;
      }
      const { status = 503 } = response ?? {};
      if (status < 500 && status !== 409 && status !== 429) throw new Error(`${path}: ${text}`);
      await pause(50);
    }
  }
}

/** Under the names of the api. */
function sent({ spacingSeconds = null, ...caps }: Partial<Caps>): object {
  return { ...caps, spacing_seconds: spacingSeconds };
}

const SCRIPT = {
  ...{ name: 'Quote', identity: 'This is Acme Leads calling for Acme Insurance.' },
  ...{ ai_disclosure: 'You are talking to a machine.', callback_number: '+15125550190' },
  ...{ opt_out: 'Press 9 or say stop to get no more calls.', opt_out_key: '9' },
  questions: [
    {
      ...{ id: 'interested', prompt: 'Are you interested in a quote?', tries: 2 },
      options: [
        { value: 'yes', key: '1', words: ['yes'] },
        { value: 'no', key: '2', words: ['no'] },
      ],
    },
  ],
  disqualify: [
    {
      reason: 'not_interested',
      when: { op: 'and', rules: [{ field: 'answers.interested', op: 'eq', value: 'no' }] },
    },
  ],
};
