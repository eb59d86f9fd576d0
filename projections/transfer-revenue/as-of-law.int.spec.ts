import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type DomainEvent, type TenantId } from '#libs/kernel';
import { connectDatabase, type Database, inTenant } from '#libs/read-db';
import {
  applyEvents,
  aTransferReport,
  callBridged,
  callEnded,
  destinationDialed,
  type FreshDatabase,
  freshDatabase,
  lawRuns,
  postbackDetached,
  postbackMatched,
  revenueConfirmed,
  revenueReversed,
  revenueRevised,
  storedEvent,
  transferFailed,
  transferRequested,
} from '#libs/testing';
import fc from 'fast-check';
import {
  listTransferRevenue,
  reportRevenue,
  transferRevenueProjection,
  unconfirmedByAge,
} from './index.js';

const projections = [transferRevenueProjection];
let fresh: FreshDatabase;
let api: Database;
let worker: Database;
let position = 0n;

beforeAll(async () => {
  fresh = await freshDatabase({ readModels: projections });
  api = connectDatabase({ url: fresh.url, role: 'api', applicationName: 'spec' });
  worker = connectDatabase({ url: fresh.url, role: 'worker', applicationName: 'spec' });
});
afterAll(async () => {
  await Promise.all([api.close(), worker.close()]);
  await fresh.drop();
});

/** What happens to one transfer after its request, in any order that the log may have. */
const step = fc.oneof(
  fc.constant(destinationDialed),
  fc.constant(callBridged),
  fc.constant(transferFailed),
  fc.constant((ids: { transferId: string }) =>
    callEnded({
      ...{ ...ids, disposition: 'transferred', connectedSeconds: 120 },
      estimate: { amountMinor: 3_000, currency: 'USD', billable: true, rule: 'fixed' },
    }),
  ),
  fc
    .record({
      postbackId: fc.constantFrom('a', 'b'),
      buyer: fc.constantFrom('Bright', 'Sunny', null),
      billable: fc.constantFrom(true, false, null),
      durationSeconds: fc.constantFrom(10, 100, null),
      isDuplicate: fc.boolean(),
      currency: fc.constantFrom('USD', 'CAD'),
      sequence: fc.nat({ max: 1 }),
      receivedAt: fc.constantFrom('2026-01-06T17:00:00.000Z', '2026-01-06T18:00:00.000Z'),
    })
    .map((said) => (ids: object) => postbackMatched({ ...ids, report: aTransferReport(said) })),
  fc
    .constantFrom('a', 'b')
    .map((postbackId) => (ids: object) => postbackDetached({ ...ids, postbackId })),
  fc
    .record({ toMinor: fc.integer({ min: -500, max: 9_000 }), billable: fc.boolean() })
    .map((worth) => (ids: object) => revenueConfirmed({ ...ids, ...worth })),
  fc
    .record({ toMinor: fc.integer({ min: 0, max: 9_000 }), confirmed: fc.boolean() })
    .map((worth) => (ids: object) => revenueRevised({ ...ids, ...worth })),
  fc
    .record({ toMinor: fc.constant(0), confirmed: fc.boolean() })
    .map((worth) => (ids: object) => revenueReversed({ ...ids, ...worth })),
);

const histories = fc
  .array(
    fc.tuple(fc.constantFrom('one', 'two'), step).map(([transferId, make]) => make({ transferId })),
    { minLength: 1, maxLength: 14 },
  )
  .map(withoutRepeats);

/** Nobody is dialed, bridged or hung up on twice in one transfer. */
function withoutRepeats(events: readonly (DomainEvent & { data: object })[]): DomainEvent[] {
  const seen = new Set<string>();
  return events.filter(({ type, data }) => {
    const key = `${type} ${(data as { transferId: string }).transferId}`;
    const repeats = seen.has(key);
    if (/^(Destination|Call)/.test(type)) seen.add(key);
    return !repeats;
  });
}

const requested = ['one', 'two'].map((transferId) =>
  transferRequested({ transferId, requestedAt: '2026-01-06T15:59:00.000Z' }),
);

/** A second apart each. */
const recordedAt = (index: number) => new Date(Date.UTC(2026, 1, 1, 0, 0, index)).toISOString();

async function recorded(tenantId: TenantId, events: readonly DomainEvent[]): Promise<void> {
  await applyEvents(
    worker,
    projections,
    events.map((event, index) => {
      position += 1n;
      return storedEvent(event, position, { tenantId, recordedAt: recordedAt(index) });
    }),
  );
}

/** Everything that can be asked of transfers, as of a moment. */
async function answers(tenantId: TenantId, asOf: string | null) {
  const period = { from: '2026-01-06T00:00:00.000Z', to: '2026-01-07T00:00:00.000Z' };
  return inTenant(api, tenantId, async (transaction) => {
    const told = [];
    for (const sense of ['now', 'first_reported'] as const) {
      const wanted = { mode: 'live', ...period, asOf, sense } as const;
      const report = { ...wanted, timeZone: 'UTC', byCampaign: [], filter: {}, limit: 1_000 };
      told.push([
        await reportRevenue(transaction, { ...report, by: ['hour', 'buyer'] }),
        await unconfirmedByAge(transaction, wanted, '2026-02-01T00:00:00.000Z'),
        (await listTransferRevenue(transaction, wanted)).items.map(whatIsKnownThen),
      ]);
    }
    return told;
  });
}

/** By whose clock it was confirmed, is told as it is known now. */
function whatIsKnownThen(transfer: object) {
  return { ...transfer, confirmedAt: null };
}

describe('revenue as of a moment', () => {
  let run = 0;

  it('is what it would be if the log had ended then', async () => {
    await fc.assert(
      fc.asyncProperty(histories, fc.nat({ max: 20 }), async (events, cut) => {
        const all = [...requested, ...events];
        const until = Math.min(cut, all.length - 1);
        run += 1;
        const [whole, ended] = [`whole-${run}` as TenantId, `ended-${run}` as TenantId];
        await recorded(whole, all);
        await recorded(ended, all.slice(0, until + 1));
        expect(await answers(whole, recordedAt(until))).toEqual(await answers(ended, null));
        expect(await answers(whole, '2027-01-01T00:00:00.000Z')).toEqual(
          await answers(whole, null),
        );
      }),
      { numRuns: lawRuns({ quick: 20, full: 200 }) },
    );
  });
});
