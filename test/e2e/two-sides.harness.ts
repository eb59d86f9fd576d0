import { expect } from '@jest/globals';
import { until } from '#libs/testing';
import { lastJson, runCommand } from './launcher.harness.js';

type Body = Readonly<Record<string, unknown>>;

/** A party with an account of its own: asks the api of a stack that runs. */
export class Party {
  constructor(
    readonly apiUrl: string,
    private readonly key: string,
    private readonly callingNumber: string,
  ) {}

  /** Makes the account and a key to it, as an operator would. It calls from a number of its own. */
  static async on(
    { dataDir, apiUrl }: PartyPlace,
    tenant: string,
    callingNumber: string,
  ): Promise<Party> {
    const mode = ['--mode', 'sandbox', '--json'];
    expect((await runCommand(dataDir, ['tenants', 'create', tenant, ...mode])).code).toBe(0);
    const scopes = ['--scope', 'read', '--scope', 'write', '--rate-limit', '100000', '--json'];
    const made = await runCommand(dataDir, ['keys', 'create', '--tenant', tenant, ...scopes]);
    return new Party(apiUrl, String(lastJson(made.stdout)['apiKey']), callingNumber);
  }

  get(path: string): Promise<Body> {
    return this.#ask('GET', path);
  }

  post(path: string, body: object): Promise<Body> {
    return this.#ask('POST', path, body);
  }

  /**
   * Everything it takes to be handed over: a script, destinations by what each pays, dialing.
   * Resolves to the ids of the destinations, in their order.
   */
  async beginToDial(destinations: readonly PayingDestination[]): Promise<readonly string[]> {
    const { script_id } = await this.post('/v1/scripts', SCRIPT);
    const ids: string[] = [];
    for (const { phone, amountMinor, zip } of destinations) {
      const { id } = await this.post('/v1/destinations', {
        ...{ name: `Desk ${phone}`, address: { value: phone }, accept_key: '1' },
        payout: { model: 'fixed', amount_minor: amountMinor, billable_seconds: 1 },
        filter: { op: 'and', rules: [{ field: 'lead.zip', op: 'eq', value: zip }] },
      });
      ids.push(String(id));
    }
    await this.#ask('PUT', '/v1/dialing', {
      ...{ telemarketer: 'Acme Leads', seller: 'Acme Insurance', offering: 'insurance' },
      ...{ calling_numbers: [this.callingNumber], script_id, concurrent_calls_max: 4 },
    });
    return ids;
  }

  /** A consumer in Texas comes in, and the call is over that follows. */
  async handOver({ phone, zip }: Consumer): Promise<void> {
    const { lead_id } = await this.post('/v1/leads', {
      ...{ source: 'form', first_name: 'Jane', phone, state: 'TX', zip },
      consent: {
        ...{ consent_timestamp: new Date(Date.now() - 3_600_000).toISOString() },
        ...{ consent_text_version: 'v1', source_url: 'https://example.com/quote' },
      },
    });
    await until('the call to be handed over and over', async () => {
      const { calls } = (await this.get('/v1/calls?limit=50')) as { calls: readonly Body[] };
      const call = calls.find((each) => each['lead_id'] === lead_id);
      if (call?.['status'] !== 'ended') return false;
      expect(call['disposition']).toBe('transferred');
      return true;
    });
  }

  /** The revenue of a week before and after now, in one line. */
  async revenue(): Promise<Revenue> {
    const day = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString();
    const period = `from=${day(-8).slice(0, 10)}&to=${day(9).slice(0, 10)}&tz=UTC`;
    const { totals } = await this.get(`/v1/reports/revenue?${period}`);
    return (totals as readonly Revenue[])[0] as Revenue;
  }

  async #ask(method: string, path: string, body?: object): Promise<Body> {
    const response = await fetch(this.apiUrl + path, {
      method,
      headers: { authorization: `Bearer ${this.key}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return JSON.parse(text) as Body;
  }
}

/** A stack that runs. */
export interface PartyPlace {
  readonly dataDir: string;
  readonly apiUrl: string;
}

/** Somebody in Texas who agrees. */
export interface Consumer {
  /** E.164. */
  readonly phone: string;
  readonly zip: string;
}

/** A destination that pays a fixed amount for each call. */
export interface PayingDestination {
  /** E.164; agents are behind it. */
  readonly phone: string;
  readonly amountMinor: number;
  /** It takes consumers who live there. */
  readonly zip: string;
}

/** The figures of a revenue report that two parties have in common. */
export interface Revenue {
  readonly currency: string;
  readonly bridged: number;
  readonly confirmed_transfers: number;
  readonly estimated_minor: number;
  readonly confirmed_minor: number;
  readonly confirmed: string;
  readonly estimated: string;
  readonly unmatched_hits: number;
}

const SCRIPT = {
  ...{ name: 'Quote', identity: 'This is Acme Insurance.' },
  ...{ ai_disclosure: 'You are talking to a machine.', callback_number: '+15125550190' },
  ...{ opt_out: 'Press 9 or say stop to get no more calls.', opt_out_key: '9' },
  questions: [
    {
      ...{ id: 'interested', prompt: 'Are you still interested? Press 1 for yes, 2 for no.' },
      options: [
        { value: 'yes', key: '1', words: ['yes'] },
        { value: 'no', key: '2', words: ['no'] },
      ],
    },
  ],
};
