import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { PostbackEvent } from '#events/revenue';
import { type TenantId } from '#libs/kernel';
import { connectDatabase, type Database, inTenant } from '#libs/read-db';
import { sayingOf, worthOf } from '#libs/revenue';
import {
  aPostbackReading,
  applyEvents,
  type FreshDatabase,
  freshDatabase,
  lawRuns,
  postbackLeftUnmatched,
  postbackReceived,
  storedEvent,
} from '#libs/testing';
import fc from 'fast-check';
import { postbackInboxProjection, reportHits, stakesOf, unmatchedRevenue } from './index.js';

const terms = { destinationId: 'buyer-1', billableSeconds: 90 };
const distantly = '2027-01-01T00:00:00.000Z';
let fresh: FreshDatabase;
let api: Database;
let worker: Database;
let position = 0n;
let tenants = 0;

beforeAll(async () => {
  fresh = await freshDatabase({ readModels: [postbackInboxProjection] });
  api = connectDatabase({ url: fresh.url, role: 'api', applicationName: 'spec' });
  worker = connectDatabase({ url: fresh.url, role: 'worker', applicationName: 'spec' });
});
afterAll(async () => {
  await Promise.all([api.close(), worker.close()]);
  await fresh.drop();
});

type Received = Extract<PostbackEvent, { type: 'PostbackReceived' }>;
type Said = Partial<Parameters<typeof aPostbackReading>[0]>;

/** What reports of one call say in turn, a minute apart, three of them before the year began. */
function reportsOf(call: string, said: readonly Said[]): Received[] {
  return said.map((each, index) => {
    const receivedAt = new Date(Date.UTC(2025, 11, 31, 23, 57 + index)).toISOString();
    const reading = aPostbackReading({ ...each, vendorCallId: call });
    return postbackReceived({ postbackId: `${call} ${index}`, receivedAt, reading });
  });
}

/** A tenant whose inbox has these, all unmatched. */
async function inboxOf(reports: readonly Received[]): Promise<TenantId> {
  tenants += 1;
  const tenantId = `tenant-${tenants}` as TenantId;
  const events = reports.flatMap((each) => [
    each,
    postbackLeftUnmatched({ postbackId: each.data.postbackId }),
  ]);
  const stored = events.map((event) => storedEvent(event, (position += 1n), { tenantId }));
  await applyEvents(worker, [postbackInboxProjection], stored);
  return tenantId;
}

/** What the ledger would make of the reports of a call, by currency; nothing where that is 0. */
function worthOfAll(reports: readonly Received[]): [string, bigint][] {
  const asMatched = reports.map(({ data: { reading, ...hit } }) => ({
    ...{ ...reading, postbackId: hit.postbackId, receivedAt: hit.receivedAt },
    ...{ sequence: hit.sequence, sender: { tokenId: hit.tokenId, destinationId: 'buyer-1' } },
  }));
  const { currency, minor } = worthOf(asMatched, terms);
  const { uncounted } = sayingOf(asMatched, terms);
  const all = [{ currency: currency ?? '', minor }, ...uncounted];
  return all
    .filter((each) => each.minor !== 0)
    .map((each): [string, bigint] => [each.currency, BigInt(each.minor)])
    .sort();
}

/** What is said to be at stake in each of some calls, by currency; nothing where that is 0. */
async function atStakeIn(
  tenantId: TenantId,
  calls: readonly (readonly Received[])[],
  asOf: string | null,
) {
  const ids = calls.flat().map(({ data }) => data.postbackId);
  const stakes = await inTenant(api, tenantId, (transaction) =>
    stakesOf(transaction, ids, { asOf, statementLines: null }),
  );
  return calls.map((reports) =>
    summed(
      reports.map(({ data }) => {
        const { currency, atStakeMinor } = stakes.get(data.postbackId)!;
        return [currency, atStakeMinor ?? 0n];
      }),
    ),
  );
}

/** Each call beside what it is worth, so that one that differs tells what it was. */
const toldWith = (worths: readonly unknown[]) => (reports: readonly Received[], index: number) => ({
  ...{ reports: reports.map(({ data }) => data.reading), worth: worths[index] },
});

function summed(amounts: readonly (readonly [string, bigint])[]): [string, bigint][] {
  const sums = new Map<string, bigint>();
  for (const [currency, minor] of amounts) sums.set(currency, (sums.get(currency) ?? 0n) + minor);
  return [...sums].filter(([, minor]) => minor !== 0n).sort();
}

/** All at stake of a tenant as reports of hits tell it: of the year before, and since. */
async function reported(tenantId: TenantId, asOf: string | null) {
  const asked = { mode: 'live', timeZone: 'UTC', by: [], filter: {}, asOf } as const;
  const newYear = '2026-01-01T00:00:00.000Z';
  const lines = await inTenant(api, tenantId, async (transaction) => [
    ...(await reportHits(transaction, { ...asked, from: '2025-01-01T00:00:00.000Z', to: newYear })),
    ...(await reportHits(transaction, { ...asked, from: newYear, to: distantly })),
  ]);
  return summed(lines.map((line) => [line.currency, line.unmatchedMinor]));
}

async function unmatched(tenantId: TenantId) {
  const sums = await inTenant(api, tenantId, unmatchedRevenue);
  return summed(sums.map((sum) => [sum.currency, sum.atStakeMinor]));
}

const add = 'add' as const;

describe('what is at stake in reports of a call', () => {
  it.each<[string, bigint, Said[]]>([
    ['nothing after a reversal', 0n, [{}, { payoutMinor: -3_500 }]],
    ['nothing where it is not paid for', 0n, [{}, { payoutMinor: null, billable: false }]],
    ['the last whole', 6_000n, [{}, { payoutMinor: 500, payoutMode: add }, { payoutMinor: 6_000 }]],
    [
      'an addition once',
      5_000n,
      [{}, { payoutMinor: 500, payoutMode: add }, { payoutMinor: 500, payoutMode: add }],
    ],
    ['never below nothing', 0n, [{}, { payoutMinor: -5_000, payoutMode: add }]],
  ])('is %s, whatever is at stake in others', async (_, expected, said) => {
    const tenantId = await inboxOf([...reportsOf('a', said), ...reportsOf('b', [{}])]);
    expect(await unmatched(tenantId)).toEqual([['USD', 4_500n + expected]]);
  });

  const saying = fc.record({
    payoutMinor: fc.constantFrom(4_500, 500, 0, -500, -3_500, null),
    payoutMode: fc.constantFrom('set' as const, add),
    currency: fc.constantFrom('USD', 'USD', 'EUR'),
    billable: fc.constantFrom(true, false, null, null),
    isDuplicate: fc.boolean(),
  });

  it('is what the ledger would make of them', async () => {
    const inboxes = fc.array(fc.array(saying, { maxLength: 8 }), { minLength: 30, maxLength: 30 });
    await fc.assert(
      fc.asyncProperty(inboxes, async (drawn) => {
        const calls = drawn.map((said, index) => reportsOf(`call-${index}`, said));
        const tenantId = await inboxOf(calls.flat());
        for (const asOf of [null, distantly]) {
          const stakes = await atStakeIn(tenantId, calls, asOf);
          expect(calls.map(toldWith(stakes))).toEqual(calls.map(toldWith(calls.map(worthOfAll))));
          expect(await reported(tenantId, asOf)).toEqual(summed(calls.flatMap(worthOfAll)));
        }
        expect(await unmatched(tenantId)).toEqual(summed(calls.flatMap(worthOfAll)));
      }),
      { numRuns: lawRuns({ quick: 8, full: 60 }) },
    );
  });
});
