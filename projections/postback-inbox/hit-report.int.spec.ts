import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type DomainEvent, type TenantId } from '#libs/kernel';
import { connectDatabase, type Database, inTenant } from '#libs/read-db';
import {
  aPostbackReading,
  applyEvents,
  type FreshDatabase,
  freshDatabase,
  postbackIgnored,
  postbackLeftUnmatched,
  postbackReceived,
  postbackSettled,
  postbackUnlinked,
  storedEvent,
} from '#libs/testing';
import { type HitReportRequest, postbackInboxProjection, reportHits } from './index.js';

const projections = [postbackInboxProjection];
let fresh: FreshDatabase;
let api: Database;
let worker: Database;

/** So many minutes after noon, when the log learnt of the events in turn. */
const known = (minute: number) => new Date(Date.UTC(2026, 0, 10, 12, minute)).toISOString();

beforeAll(async () => {
  fresh = await freshDatabase({ readModels: projections });
  api = connectDatabase({ url: fresh.url, role: 'api', applicationName: 'spec' });
  worker = connectDatabase({ url: fresh.url, role: 'worker', applicationName: 'spec' });
  const stored = events.map((event, index) =>
    storedEvent(event, BigInt(index + 1), { recordedAt: known(index) }),
  );
  await applyEvents(worker, projections, stored);
});
afterAll(async () => {
  await Promise.all([api.close(), worker.close()]);
  await fresh.drop();
});

function received(postbackId: string, reading: Parameters<typeof aPostbackReading>[0]) {
  return postbackReceived({
    ...{ postbackId, receivedAt: '2026-01-07T03:00:00.000Z' },
    reading: aPostbackReading(reading),
  });
}

/**
 * Two reports of one call on the 6th, one late about the 5th, one of the future: it came on the
 * 7th.
 */
const events: DomainEvent[] = [
  received('a', { callAt: '2026-01-06T16:00:00.000Z', payoutMinor: 1_000 }),
  postbackLeftUnmatched({ postbackId: 'a' }),
  received('b', { callAt: '2026-01-06T16:00:00.000Z', payoutMinor: 2_000 }),
  postbackLeftUnmatched({ postbackId: 'b' }),
  received('c', { callAt: '2026-01-05T16:00:00.000Z', vendorCallId: null, buyer: null }),
  postbackSettled({ postbackId: 'c' }),
  received('d', { callAt: '2026-02-01T00:00:00.000Z', vendorCallId: 'd', currency: 'EUR' }),
  postbackIgnored({ postbackId: 'd' }),
  postbackUnlinked({ postbackId: 'c' }),
  // Long before: what is for any destination, of a test, and a line of a statement.
  received('e', { callAt: '2025-06-03T16:00:00.000Z', vendorCallId: 'e' }),
  postbackSettled({ postbackId: 'e', destinationId: 'buyer-7' }),
  received('f', { callAt: '2025-06-03T16:00:00.000Z', vendorCallId: 'f' }),
  postbackSettled({ postbackId: 'f', mode: 'test' }),
  postbackReceived({
    postbackId: 'line',
    method: 'IMPORT',
    receivedAt: '2025-06-03T16:00:00.000Z',
  }),
  // Two senders that name a call of theirs the same, one of them in two currencies.
  ...[
    { tokenId: 'token-1', destinationId: 'buyer-1', payoutMinor: 1_000, currency: 'USD' },
    { tokenId: 'token-2', destinationId: 'buyer-2', payoutMinor: 2_000, currency: 'USD' },
    { tokenId: 'token-2', destinationId: 'buyer-2', payoutMinor: 3_000, currency: 'EUR' },
  ].flatMap(({ tokenId, destinationId, ...said }, index) => {
    const reading = aPostbackReading({ ...said, vendorCallId: 'shared' });
    const hit = { postbackId: `s-${index}`, receivedAt: '2025-05-03T16:00:00.000Z' };
    return [
      postbackReceived({ ...hit, tokenId, destinationId, reading }),
      postbackLeftUnmatched({ postbackId: hit.postbackId }),
    ];
  }),
];

const ask = (request: Partial<HitReportRequest>) =>
  inTenant(api, 'acme' as TenantId, (transaction) =>
    reportHits(transaction, {
      ...{ from: '2026-01-01T00:00:00.000Z', to: '2026-02-01T00:00:00.000Z', timeZone: 'UTC' },
      ...{ mode: 'live', by: [], asOf: null, filter: {}, ...request },
    }),
  );

describe('the report of hits', () => {
  it('counts each, and a call that was reported twice with its last amount', async () => {
    expect(await ask({})).toMatchObject([
      { currency: 'EUR', hits: 1, matched: 0, unmatched: 0, unmatchedMinor: 0n },
      { currency: 'USD', hits: 3, matched: 0, unmatched: 3, unmatchedMinor: 6_500n },
    ]);
  });

  it('takes calls of one name for one call only where one sender names them, in one currency', async () => {
    const before = { from: '2025-05-01T00:00:00.000Z', to: '2025-06-01T00:00:00.000Z' };
    expect(await ask(before)).toMatchObject([
      { currency: 'EUR', hits: 1, unmatchedMinor: 3_000n },
      { currency: 'USD', hits: 2, unmatchedMinor: 3_000n },
    ]);
  });

  it('tells them apart by when the call was, at the latest when it was reported', async () => {
    const days = await ask({ by: ['day'] });
    expect(days.map(({ day, hits }) => [day, hits])).toEqual([
      ['2026-01-05', 1],
      ['2026-01-06', 2],
      ['2026-01-07', 1],
    ]);
    expect(await ask({ by: ['hour'], timeZone: 'Asia/Kolkata' })).toMatchObject([
      { hour: '2026-01-05T15:30:00.000Z' },
      { hour: '2026-01-06T15:30:00.000Z' },
      { hour: '2026-01-07T02:30:00.000Z' },
    ]);
  });

  it.each([
    [0, [{ hits: 1, matched: 0, unmatched: 0 }]],
    [1, [{ hits: 1, matched: 0, unmatched: 1 }]],
    [5, [{ hits: 3, matched: 1, unmatched: 2 }]],
    [8, [{ hits: 3, matched: 0, unmatched: 3 }]],
  ])('shows what had become of them after event %i', async (minute, expected) => {
    const usd = { filter: { currency: 'USD' } };
    expect(await ask({ ...usd, asOf: known(minute) })).toMatchObject(expected);
  });

  it('tells tests apart, and counts a hit where its transfer went, but no line of a statement', async () => {
    const before = { from: '2025-06-01T00:00:00.000Z', to: '2025-07-01T00:00:00.000Z' };
    const by = ['destination'] as const;
    expect(await ask({ ...before, by })).toMatchObject([
      { destinationId: 'buyer-7', hits: 1, matched: 1 },
    ]);
    expect(await ask({ ...before, by, mode: 'test' })).toMatchObject([
      { destinationId: 'buyer-1', hits: 1 },
    ]);
    const filter = { destinationId: 'buyer-7' };
    expect(await ask({ ...before, filter })).toMatchObject([{ hits: 1 }]);
  });

  it('can be narrowed down', async () => {
    expect(await ask({ filter: { buyer: null } })).toMatchObject([{ hits: 1 }]);
    expect(await ask({ filter: { destinationId: 'buyer-2' } })).toEqual([]);
    expect(
      await ask({ from: '2026-01-06T00:00:00.000Z', filter: { currency: 'USD' } }),
    ).toMatchObject([{ hits: 2 }]);
  });
});
