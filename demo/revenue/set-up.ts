import { type ApiClient } from '../../apps/cli/launch/api-client.js';
import { beginToDial, makeOnce } from '../../apps/cli/launch/begin-to-dial.js';
import { personOf } from '../../apps/telephony-simulator/people/population.js';
import { castOf, LEADS_MAX, type Participant } from '../calls/cast.js';

const CONCURRENT_CALLS_MAX = 40;
const CONCURRENT_EACH = 12;

const NAMES = ['Bluebonnet Mutual', 'Lone Star Insurance', 'Nationwide Quotes', 'Prairie Life'];

/** A destination, and the token its buyer reports with. */
export interface Buyer {
  readonly destinationId: string;
  readonly token: string;
}

/** People who pick up, say yes to everything and have time to talk. */
export function talkersOf(calls: number, seed: number): Participant[] {
  return castOf(LEADS_MAX, seed)
    .filter(({ part, phone }) => part !== 'asleep' && talks(phone, seed))
    .map((participant): Participant => ({ ...participant, part: 'anybody' }))
    .slice(0, calls);
}

function talks(phone: string, seed: number): boolean {
  const { line, kind, replies, firstDestinationBusy } = personOf(phone, seed);
  const [reply, ...others] = replies;
  const agrees = typeof reply === 'object' && 'digits' in reply && reply.digits === '1';
  return (
    line === 'answers' && kind === 'human' && agrees && others.length === 0 && !firstDestinationBusy
  );
}

/** Adds destinations, each with a token for its buyer, and begins to dial. */
export async function configure(api: ApiClient): Promise<Buyer[]> {
  const buyers: Buyer[] = [];
  for (const [index, name] of NAMES.entries()) buyers.push(await addBuyer(api, name, index));
  await beginToDial(api, CONCURRENT_CALLS_MAX);
  return buyers;
}

async function addBuyer(api: ApiClient, name: string, index: number): Promise<Buyer> {
  const { id: destinationId } = await makeOnce<{ id: string }>(
    ...([api, '/v1/destinations'] as const),
    {
      ...{ name, address: { value: `+1512555015${index}` }, priority: index + 1 },
      ...{ accept_key: '1', whisper: 'A call from {{first_name}}.', presents_consumer: true },
      caps: { concurrent: CONCURRENT_EACH },
      payout: { model: 'fixed', amount_minor: 3_000, billable_seconds: 60 },
    },
  );
  const wish = { label: name, destination_id: destinationId };
  const { token } = await api.send<{ token: string }>('POST', '/v1/postback-tokens', wish);
  return { destinationId, token };
}
