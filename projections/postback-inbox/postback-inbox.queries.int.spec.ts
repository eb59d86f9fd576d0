import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type DomainEvent, type TenantId } from '#libs/kernel';
import {
  connectDatabase,
  type Database,
  inTenant,
  type PagePlace,
  type TenantTransaction,
} from '#libs/read-db';
import {
  aPostbackReading,
  applyEvents,
  type FreshDatabase,
  freshDatabase,
  postbackIgnored,
  postbackLeftUnmatched,
  postbackReceived,
  postbackSettled,
  storedEvent,
} from '#libs/testing';
import {
  listPostbacks,
  placeOfPostback,
  type PostbackFilter,
  postbackInboxProjection,
  postbackOf,
  settledByVendorCallId,
  unmatchedNaming,
  unmatchedOfCaller,
  unmatchedRevenue,
  unmatchedSince,
} from './index.js';

const acme = 'acme' as TenantId;

let fresh: FreshDatabase;
let api: Database;
let worker: Database;

beforeAll(async () => {
  fresh = await freshDatabase({ readModels: [postbackInboxProjection] });
  api = connectDatabase({ url: fresh.url, role: 'api', applicationName: 'spec' });
  worker = connectDatabase({ url: fresh.url, role: 'worker', applicationName: 'spec' });
  const ours = events().map((event, index) => storedEvent(event, BigInt(index + 1)));
  const foreign = [received(9), postbackLeftUnmatched({ postbackId: 'hit-9' })].map(
    (event, index) => storedEvent(event, BigInt(index + 100), { tenantId: 'zenith' }),
  );
  await applyEvents(worker, [postbackInboxProjection], [...ours, ...foreign]);
});

afterAll(async () => {
  await Promise.all([api.close(), worker.close()]);
  await fresh.drop();
});

const at = (minute: number) => `2026-01-06T16:0${minute}:00.000Z`;

function received(minute: number, reading: Parameters<typeof aPostbackReading>[0] = {}) {
  return postbackReceived({
    ...{ postbackId: `hit-${minute}`, receivedAt: at(minute) },
    reading: aPostbackReading(reading),
  });
}

/**
 * Two reports of the whole of one call and two additions wait for a transfer of its caller, one in
 * euros is of nobody, one of a lead we do not know; one is settled, one ignored, one undecided.
 */
function events(): DomainEvent[] {
  const outside = (postbackId: string) => postbackLeftUnmatched({ postbackId });
  const unmatchedAs = (postbackId: string, unmatchedReason: 'caller_missing' | 'unknown_id') =>
    postbackLeftUnmatched({ postbackId, unmatchedReason, nearestMs: null });
  return [
    ...[received(0), outside('hit-0'), received(1, { payoutMinor: 5_000 }), outside('hit-1')],
    ...[received(2, { payoutMinor: 100, payoutMode: 'add' }), outside('hit-2')],
    ...[received(3, { payoutMinor: 100, payoutMode: 'add' }), outside('hit-3')],
    received(4, { callerHash: null, vendorCallId: null, currency: 'EUR', payoutMinor: 700 }),
    unmatchedAs('hit-4', 'caller_missing'),
    received(5, { callerHash: null, ids: ['lead-7', 'lead-8'], payoutMinor: null }),
    unmatchedAs('hit-5', 'unknown_id'),
    ...[received(6), postbackSettled({ postbackId: 'hit-6' })],
    ...[received(7), postbackIgnored({ postbackId: 'hit-7' }), received(8)],
  ];
}

const ask = <Answer>(
  question: (transaction: TenantTransaction) => Promise<Answer>,
  tenantId = acme,
) => inTenant(api, tenantId, question);
const minutesOf = (rows: readonly { readonly postbackId: string }[]) =>
  rows.map(({ postbackId }) => Number(postbackId.slice('hit-'.length)));
const list = async (filter: PostbackFilter, tenantId = acme) =>
  minutesOf((await ask((transaction) => listPostbacks(transaction, filter), tenantId)).items);

describe('hits', () => {
  it('come newest first, and no others', async () => {
    expect(await list({})).toEqual([8, 7, 6, 5, 4, 3, 2, 1, 0]);
    expect(await list({}, 'zenith' as TenantId)).toEqual([9]);
  });

  it('can be narrowed down by what they are', async () => {
    expect(await list({ status: 'unmatched' })).toEqual([5, 4, 3, 2, 1, 0]);
    expect(await list({ status: 'unmatched', reason: 'caller_missing' })).toEqual([4]);
    expect(await list({ transferId: 'transfer-1', leadId: 'lead-1' })).toEqual([6]);
    expect(await list({ callerHash: 'phone-1', receivedFrom: at(3), receivedTo: at(7) })).toEqual([
      ...[6, 3],
    ]);
    expect(await list({ tokenId: 'token-9' })).toEqual([]);
    expect(await list({ vendorCallId: "' or true --", destinationId: 'buyer-1' })).toEqual([]);
  });

  it('come in pages', async () => {
    const first = await ask((transaction) => listPostbacks(transaction, {}, { limit: 8 }));
    const cursor = first.nextCursor!;
    const second = await ask((transaction) => listPostbacks(transaction, {}, { cursor }));
    expect(minutesOf(second.items)).toEqual([0]);
    expect(second.nextCursor).toBeNull();
  });

  it('are found by their id', async () => {
    expect(await ask((transaction) => postbackOf(transaction, 'hit-6'))).toMatchObject({
      status: 'matched',
    });
    expect(await ask((transaction) => postbackOf(transaction, 'hit-9'))).toBeNull();
  });
});

describe('hits that wait for a transfer', () => {
  it('are found by their caller, and by ids of ours they echo', async () => {
    const ofCaller = await ask((transaction) => unmatchedOfCaller(transaction, 'phone-1'));
    expect(minutesOf(ofCaller)).toEqual([0, 1, 2, 3]);
    const naming = (...ids: string[]) => ask((transaction) => unmatchedNaming(transaction, ids));
    expect(minutesOf(await naming('lead-8', 'x'))).toEqual([5]);
    expect(await naming('lead-1')).toEqual([]);
    expect(await naming()).toEqual([]);
  });

  it('can all be read, some at a time', async () => {
    const found: number[] = [];
    let place: PagePlace | null = null;
    for (;;) {
      const after: PagePlace | null = place;
      const rows = await ask((transaction) => unmatchedSince(transaction, after, 4));
      found.push(...minutesOf(rows));
      const last = rows.at(-1);
      if (last === undefined) break;
      place = placeOfPostback(last);
    }
    expect(found).toEqual([0, 1, 2, 3, 4, 5]);
  });
});

describe('a call that is linked already', () => {
  it('is found by the name the sender gave it', async () => {
    const found = await ask((transaction) => settledByVendorCallId(transaction, 'vendor-1'));
    expect(found).toMatchObject([{ postbackId: 'hit-6', transferId: 'transfer-1' }]);
  });
});

describe('unmatched revenue', () => {
  it('is what calls are worth at last, with what was added, by reason and currency', async () => {
    expect(await ask(unmatchedRevenue)).toEqual([
      { reason: 'caller_missing', currency: 'EUR', hits: 1, calls: 1, atStakeMinor: 700n },
      { reason: 'outside_window', currency: 'USD', hits: 4, calls: 1, atStakeMinor: 5_200n },
      { reason: 'unknown_id', currency: 'USD', hits: 1, calls: 1, atStakeMinor: 0n },
    ]);
    expect(await ask(unmatchedRevenue, 'nobody' as TenantId)).toEqual([]);
  });
});
