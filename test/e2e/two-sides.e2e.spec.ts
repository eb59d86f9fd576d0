import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { until } from '#libs/testing';
import { minutesToDaytime } from '../../apps/cli/launch/day-clock.js';
import { LaunchedStack, removeFolder, temporaryFolder } from './launcher.harness.js';
import { Party } from './two-sides.harness.js';

const austin = { state: 'TX', zip: '78701', areaCode: '512', countries: ['US'], isUnread: false };
/** People who agree; the second lets the first destination be busy. */
const CONSUMERS = [
  { phone: '+15125550100', zip: '78701' },
  { phone: '+15125550106', zip: '78702' },
];

/** The buyer's desks: what its own customers pay it there, and what it pays the seller. */
const DESKS = [
  { phone: '+15125550153', zip: '78701', earned: 4_255, payout: fixed(2_500), expected: 2_500 },
  { phone: '+15125550154', zip: '78702', earned: 1_999, payout: share(40), expected: 800 },
  { phone: '+15125550155', zip: '78702', earned: 1_999, payout: share(40), expected: 800 },
];

interface Delivery {
  readonly status: string;
  readonly attempts: number;
  readonly target_id: string;
  readonly payout: { readonly minor: number; readonly currency: string };
  readonly last_answer: { readonly status: number } | null;
}

interface Amount {
  readonly target_id: string;
  readonly transfers: number;
  readonly payout: { readonly minor: number };
}

function fixed(amount_minor: number) {
  return { model: 'fixed', amount_minor, billable_seconds: 1 };
}

function share(percent: number) {
  return { model: 'share', percent, billable_seconds: 1 };
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
  seller = await Party.on({ dataDir, apiUrl }, 'seller', '+15125550190');
  buyer = await Party.on({ dataDir, apiUrl }, 'buyer', '+15125550191');
}, 240_000);
afterAll(async () => {
  await stack.interrupt();
  await removeFolder(dataDir);
});

/**
 * The buyer is given the address that the seller takes reports at, names what goes into it, and
 * what it pays for the calls of each desk.
 */
async function connect(desks: readonly string[]): Promise<void> {
  const { token } = await seller.post('/v1/postback-tokens', { label: 'Buyer' });
  const fields =
    'caller_id={caller_id}&duration={duration}&buyer={buyer}&payout=[tag:payout]' +
    '&call_id={call_id}&status={status}&call_time={call_time}';
  const url = `${seller.apiUrl}/v1/postbacks/calls?token=${String(token)}&${fields}`;
  for (const [index, { payout }] of DESKS.entries()) {
    const destination_id = desks[index];
    await buyer.post('/v1/postback-targets', { label: 'Seller', url, destination_id, payout });
  }
}

async function deliveries(): Promise<readonly Delivery[]> {
  const { deliveries: all } = await buyer.get('/v1/postback-deliveries?status=delivered');
  return all as readonly Delivery[];
}

/** What the buyer owes the seller by all targets. */
async function owed(): Promise<number> {
  const { amounts } = await buyer.get('/v1/postback-deliveries/amounts');
  return (amounts as readonly Amount[]).reduce((sum, { payout }) => sum + payout.minor, 0);
}

describe('two parties, one buying from the other', () => {
  it('agree to the cent on what the buyer pays, and the seller never learns what it earns', async () => {
    await seller.beginToDial(
      DESKS.map(({ phone, zip, expected }) => ({ phone, zip, amountMinor: expected })),
    );
    const desks = await buyer.beginToDial(
      DESKS.map(({ phone, zip, earned }) => ({ phone, zip, amountMinor: earned })),
    );
    await connect(desks);

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
    const payouts = (await deliveries()).map(({ payout }) => payout.minor);
    expect(payouts.toSorted((a, b) => a - b)).toEqual([800, 2_500]);
    expect(await owed()).toBe(3_300);
    expect(await buyer.revenue()).toMatchObject({ bridged: 2, estimated_minor: 4_255 + 1_999 });
    expect(sold).toMatchObject({
      ...{ bridged: 2, unmatched_hits: 0, currency: 'USD' },
      ...{ confirmed_minor: await owed(), confirmed: '33.00', estimated_minor: 3_300 },
    });
  }, 240_000);

  it('still agree when the buyer’s own customer pays otherwise, and takes it back', async () => {
    const { token } = await buyer.post('/v1/postback-tokens', { label: 'Desk' });
    const report = `/v1/postbacks/calls?token=${String(token)}&caller=%2B15125550106&call_id=d1`;
    for (const [amount, cents] of [
      ['30.00', 1_200],
      ['-35.00', 0],
    ] as const) {
      await buyer.get(`${report}&payout=${amount}`);
      await until(`the seller to be paid for ${amount}`, async () => {
        return (await seller.revenue()).confirmed_minor === 2_500 + cents;
      });
      expect(await owed()).toBe(2_500 + cents);
    }
    expect(await seller.revenue()).toMatchObject({ confirmed_transfers: 2, confirmed: '25.00' });
  }, 240_000);
});
