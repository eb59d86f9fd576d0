import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { until } from '#libs/testing';
import { minutesToDaytime } from '../../apps/cli/launch/day-clock.js';
import { LaunchedStack, removeFolder, temporaryFolder } from './launcher.harness.js';
import { Party } from './two-sides.harness.js';

const austin = { state: 'TX', zip: '78701', areaCode: '512', country: 'US' };
/** People who agree; the second lets the first destination be busy. */
const CONSUMERS = [
  { phone: '+15125550100', zip: '78701' },
  { phone: '+15125550106', zip: '78702' },
];

interface Delivery {
  readonly status: string;
  readonly attempts: number;
  readonly last_answer: { readonly status: number } | null;
}

let dataDir: string;
let stack: LaunchedStack;
/** Hands consumers over to the buyer, who reports what each call is worth. */
let seller: Party;
/** Buys them, and hands them over to desks of its own. */
let buyer: Party;

beforeAll(async () => {
  dataDir = await temporaryFolder();
  stack = new LaunchedStack(dataDir, {
    CLOCK_OFFSET_MINUTES: String(minutesToDaytime(new Date(), [austin])),
    TELEPHONY_SIMULATOR_SPEED: '50',
    OUTBOUND_PRIVATE_ADDRESSES: 'on',
    LOG_LEVEL: 'warn',
  });
  const { apiUrl } = await stack.ready();
  seller = await Party.on({ dataDir, apiUrl }, 'seller');
  buyer = await Party.on({ dataDir, apiUrl }, 'buyer');
}, 120_000);
afterAll(async () => {
  await stack.interrupt();
  await removeFolder(dataDir);
});

/** The buyer is given the address that the seller takes reports at, and names what goes into it. */
async function connect(): Promise<void> {
  const { token } = await seller.post('/v1/postback-tokens', { label: 'Buyer' });
  const fields =
    'caller_id={caller_id}&duration={duration}&buyer={buyer}&payout=[tag:payout]' +
    '&call_id={call_id}&status={status}&call_time={call_time}';
  const url = `${seller.apiUrl}/v1/postbacks/calls?token=${String(token)}&${fields}`;
  await buyer.post('/v1/postback-targets', { label: 'Seller', url });
}

async function deliveries(): Promise<readonly Delivery[]> {
  const { deliveries: all } = await buyer.get('/v1/postback-deliveries?status=delivered');
  return all as readonly Delivery[];
}

describe('two parties, one buying from the other', () => {
  it('agree to the cent on what their calls are worth', async () => {
    await seller.beginToDial([
      { phone: '+15125550150', amountMinor: 2_500, zip: '78701' },
      { phone: '+15125550151', amountMinor: 2_500, zip: '78702' },
      { phone: '+15125550152', amountMinor: 2_500, zip: '78702' },
    ]);
    await buyer.beginToDial([
      { phone: '+15125550153', amountMinor: 4_255, zip: '78701' },
      { phone: '+15125550154', amountMinor: 1_999, zip: '78702' },
      { phone: '+15125550155', amountMinor: 1_999, zip: '78702' },
    ]);
    await connect();

    for (const consumer of CONSUMERS) await seller.handOver(consumer);
    for (const consumer of CONSUMERS) await buyer.handOver(consumer);

    await until('both calls to be reported', async () => (await deliveries()).length === 2);
    for (const delivery of await deliveries()) {
      expect(delivery).toMatchObject({ attempts: 1, last_answer: { status: 200 } });
    }
    const sold = await until('both reports to be matched', async () => {
      const revenue = await seller.revenue();
      return revenue.confirmed_transfers === 2 && revenue;
    });
    const bought = await buyer.revenue();
    expect(bought).toMatchObject({ bridged: 2, estimated_minor: 4_255 + 1_999 });
    expect(sold).toMatchObject({
      ...{ bridged: 2, unmatched_hits: 0, currency: bought.currency },
      ...{ confirmed_minor: bought.estimated_minor, confirmed: bought.estimated },
      estimated_minor: 5_000,
    });
  }, 120_000);
});
