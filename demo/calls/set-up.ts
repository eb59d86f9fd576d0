import { type ApiClient } from '../../apps/cli/launch/api-client.js';
import { beginToDial, makeOnce } from '../../apps/cli/launch/begin-to-dial.js';
import { type Participant } from './cast.js';

/** Nobody's call waits for a free line. */
const CONCURRENT_CALLS_MAX = 25;
const HOUR_MS = 3_600_000;

const QUALITIES = {
  accept_key: '1',
  whisper: 'A call from {{first_name}} in {{state}}.',
  // A sandbox number tells by it which destination is the first that is tried.
  presents_consumer: true,
} as const;

/** Whom consumers are handed to: two at a time, Texans alone, and everybody else. */
const DESTINATIONS: readonly object[] = [
  {
    name: 'Bluebonnet Mutual',
    address: { value: '+15125550150' },
    priority: 1,
    caps: { concurrent: 2 },
    payout: {
      model: 'duration_tiers',
      billable_seconds: 60,
      tiers: [
        { from_seconds: 60, amount_minor: 2_000 },
        { from_seconds: 120, amount_minor: 4_500 },
      ],
    },
    ...QUALITIES,
  },
  {
    name: 'Lone Star Insurance',
    address: { value: '+15125550151' },
    priority: 2,
    filter: { op: 'and', rules: [{ field: 'lead.state', op: 'eq', value: 'TX' }] },
    payout: { model: 'fixed', amount_minor: 4_000, billable_seconds: 90 },
    ...QUALITIES,
  },
  {
    name: 'Nationwide Quotes',
    address: { value: '+15125550152' },
    priority: 3,
    payout: { model: 'fixed', amount_minor: 2_500, billable_seconds: 60 },
    ...QUALITIES,
  },
];

/** Publishes a script, adds destinations and begins to dial. Doing it again changes nothing. */
export async function configure(api: ApiClient): Promise<void> {
  for (const destination of DESTINATIONS) await makeOnce(api, '/v1/destinations', destination);
  await beginToDial(api, CONCURRENT_CALLS_MAX);
}

/** Puts whoever is to be found there on the suppression list. */
export async function suppress(api: ApiClient, cast: readonly Participant[]): Promise<void> {
  for (const { phone } of cast.filter(({ part }) => part === 'suppressed')) {
    await api.send('POST', '/v1/suppressions', { phone, reason: 'opted_out', source: 'demo' });
  }
}

/** What became of a lead at the door. */
export interface Received {
  readonly lead_id: string;
  readonly outcome: 'created' | 'duplicate';
}

/** Sends one in, as a web form does. */
export function sendLead(
  api: ApiClient,
  { part, phone, firstName, town }: Participant,
  source: string,
): Promise<Received> {
  const consent = {
    consent_timestamp: new Date(Date.now() - HOUR_MS).toISOString(),
    consent_text_version: 'webform-v2',
    source_url: 'https://example.com/quote',
  };
  return api.send('POST', '/v1/leads', {
    ...{ source, phone, first_name: firstName },
    ...{ city: town.name, state: town.state, zip: town.zip },
    ...(part === 'no_consent' ? {} : { consent }),
  });
}
