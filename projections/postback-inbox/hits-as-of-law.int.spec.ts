import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type DomainEvent, type TenantId } from '#libs/kernel';
import { connectDatabase, type Database, inTenant } from '#libs/read-db';
import {
  aPostbackReading,
  applyEvents,
  type FreshDatabase,
  freshDatabase,
  lawRuns,
  postbackIgnored,
  postbackLeftUnmatched,
  postbackReadAnew,
  postbackReceived,
  postbackSettled,
  postbackUnlinked,
  storedEvent,
} from '#libs/testing';
import fc from 'fast-check';
import { listPostbacks, postbackInboxProjection, reportHits } from './index.js';

const projections = [postbackInboxProjection];
const HITS = ['one', 'two', 'three'] as const;
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

/** How a hit may be read under this or that alias map. */
const reading = fc.record({
  vendorCallId: fc.constantFrom('call', 'other call', null),
  payoutMinor: fc.constantFrom(1_000, 2_000, -500, null),
  payoutMode: fc.constantFrom('set', 'add'),
  currency: fc.constantFrom('USD', 'EUR'),
  billable: fc.constantFrom(false, null),
  buyer: fc.constantFrom('Bright', null),
  callAt: fc.constantFrom('2026-01-06T09:00:00.000Z', '2026-01-07T09:00:00.000Z', null),
});

const read = fc
  .record({ destinationId: fc.constantFrom('buyer-1', null), reading })
  .map((said) => ({ ...said, reading: aPostbackReading(said.reading) }));

const transfer = fc.record({
  destinationId: fc.constantFrom('buyer-1', 'buyer-2'),
  mode: fc.constantFrom('live', 'test'),
  outcome: fc.constantFrom('matched', 'revised'),
});

/** What happens to a hit after it came, in any order that the log may have. */
const step = fc.oneof(
  read.map((said) => (hit: object) => postbackReadAnew({ ...hit, ...said })),
  transfer.map((where) => (hit: object) => postbackSettled({ ...hit, ...where })),
  fc.constantFrom(postbackLeftUnmatched, postbackUnlinked, postbackIgnored),
);

/** By the clock of who received it, which may be days ahead of the log’s. */
const receipt = fc.constantFrom('2026-01-07T12:00:00.000Z', '2026-02-07T12:00:00.000Z');

const histories = fc
  .tuple(
    fc.tuple(read, read, read),
    receipt,
    fc.array(fc.tuple(fc.constantFrom(...HITS), step), { maxLength: 12 }),
  )
  .map(([said, receivedAt, steps]) => [
    ...HITS.map((postbackId, index) => {
      return postbackReceived({ ...said[index], postbackId, receivedAt, sequence: index });
    }),
    ...steps.map(([postbackId, make]) => make({ postbackId })),
  ]);

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

const day = { from: '2026-01-06T00:00:00.000Z', to: '2026-01-07T00:00:00.000Z' };

/** The report of a day, as of a moment; each line with the hits that it leads to. */
async function answers(tenantId: TenantId, asOf: string | null) {
  const grouping = { timeZone: 'UTC', by: ['destination', 'buyer'], filter: {} } as const;
  return inTenant(api, tenantId, async (transaction) => {
    const lines = await reportHits(transaction, { ...day, ...grouping, mode: 'live', asOf });
    const told = [];
    for (const line of lines) {
      const { items } = await listPostbacks(transaction, {
        ...{ calledFrom: day.from, calledTo: day.to, statementLines: false },
        ...{ reportedDestinationId: line.destinationId, buyer: line.buyer },
        ...{ currency: line.currency, mode: 'live', ...(asOf !== null && { knownBy: asOf }) },
      });
      told.push({ ...line, behind: items.map(({ postbackId }) => postbackId) });
    }
    return told;
  });
}

describe('hits as of a moment', () => {
  let run = 0;

  it('are counted as they would be if the log had ended then', async () => {
    await fc.assert(
      fc.asyncProperty(histories, fc.nat({ max: 14 }), async (all, cut) => {
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
