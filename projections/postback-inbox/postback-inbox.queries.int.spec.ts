import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type DomainEvent, type TenantId } from '#libs/kernel';
import {
  connectDatabase,
  type Database,
  inTenant,
  type PagePlace,
  runInTenant,
  type TenantTransaction,
} from '#libs/read-db';
import {
  aPostbackReading,
  applyEvents,
  type FreshDatabase,
  freshDatabase,
  postbackAssigned,
  postbackIgnored,
  postbackLeftUnmatched,
  postbackReceived,
  postbackSettled,
  storedEvent,
} from '#libs/testing';
import { sql } from 'kysely';
import {
  listPostbacks,
  outdatedHits,
  placeOfPostback,
  type PostbackFilter,
  postbackInboxProjection,
  postbackOf,
  stakesOf,
  transfersOfVendorCalls,
  unmatchedRevenue,
  unmatchedSince,
  type WaitingFilter,
  waitingForTransfer,
  othersOfSameCall,
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
  const named = ofSenders().map((event, index) =>
    storedEvent(event, BigInt(index + 200), { tenantId: senders }),
  );
  await applyEvents(worker, [postbackInboxProjection], [...ours, ...foreign, ...named]);
});

afterAll(async () => {
  await Promise.all([api.close(), worker.close()]);
  await fresh.drop();
});

/** A tenant whose buyers all name their first call the same. */
const senders = 'senders' as TenantId;

/** What is unmatched, each hit of its sender, in dollars unless told. */
function ofSenders(): DomainEvent[] {
  const hits = [
    // Two tokens of one buyer tell of one call: the last word counts.
    { tokenId: 'token-1', destinationId: 'buyer-1', payoutMinor: 1_000 },
    { tokenId: 'token-2', destinationId: 'buyer-1', payoutMinor: 2_000 },
    // Another buyer, and two tokens for any, have calls of that name, too.
    { tokenId: 'token-3', destinationId: 'buyer-2', payoutMinor: 3_000 },
    { tokenId: 'token-4', destinationId: null, payoutMinor: 4_000 },
    { tokenId: 'token-4', destinationId: null, payoutMinor: 900, currency: 'EUR' },
    { tokenId: 'token-5', destinationId: null, payoutMinor: 4_000 },
    { tokenId: 'token-5', destinationId: null, payoutMinor: 5_000 },
  ];
  return hits.flatMap(({ tokenId, destinationId, ...reading }, index) => {
    const postbackId = `hit-${index}`;
    const hit = { postbackId, tokenId, destinationId, receivedAt: at(index) };
    const received = postbackReceived({ ...hit, reading: aPostbackReading(reading) });
    return [received, postbackLeftUnmatched({ postbackId })];
  });
}

const ambiguousMatch = { ...postbackAssigned().data.match, ambiguous: true };

const at = (minute: number) => `2026-01-06T16:0${minute}:00.000Z`;

function received(minute: number, reading: Parameters<typeof aPostbackReading>[0] = {}) {
  return postbackReceived({
    ...{ postbackId: `hit-${minute}`, receivedAt: at(minute) },
    reading: aPostbackReading(reading),
  });
}

/**
 * Two reports of the whole of one call, an addition and the same again wait for a transfer of its
 * caller, one in euros is of nobody, one of a lead we do not know; one is settled, one ignored, one undecided.
 */
function events(): DomainEvent[] {
  const outside = (postbackId: string) => postbackLeftUnmatched({ postbackId });
  const unmatchedAs = (
    postbackId: string,
    unmatchedReason: 'caller_missing' | 'unknown_id',
    aliasMapVersion = 1,
  ) => postbackLeftUnmatched({ postbackId, unmatchedReason, nearestMs: null, aliasMapVersion });
  return [
    ...[received(0), outside('hit-0'), received(1, { payoutMinor: 5_000 }), outside('hit-1')],
    ...[received(2, { payoutMinor: 100, payoutMode: 'add' }), outside('hit-2')],
    ...[received(3, { payoutMinor: 100, payoutMode: 'add' }), outside('hit-3')],
    received(4, { callerHash: null, vendorCallId: null, currency: 'EUR', payoutMinor: 700 }),
    unmatchedAs('hit-4', 'caller_missing'),
    received(5, { callerHash: null, ids: ['lead-7', 'lead-8'], payoutMinor: null }),
    // It was looked at under a newer map, but nobody can open it any more to read it so.
    unmatchedAs('hit-5', 'unknown_id', 2),
    ...[received(6), postbackAssigned({ postbackId: 'hit-6', match: ambiguousMatch })],
    postbackSettled({ postbackId: 'hit-6', destinationId: 'buyer-7' }),
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
    expect(await list({ ambiguous: true })).toEqual([6]);
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
  it('are found by the consumer, and by ids of ours they echo, decided or not', async () => {
    const waiting = async (filter: Partial<WaitingFilter>, after: PagePlace | null = null) => {
      const nobody = { consumerHash: 'nobody', ourNumber: null, ids: [] };
      const sought = { ...nobody, ...filter };
      const rows = await inTenant(worker, acme, (each) =>
        waitingForTransfer(each, sought, after, 9),
      );
      return minutesOf(rows);
    };
    expect(await waiting({ consumerHash: 'phone-1' })).toEqual([0, 1, 2, 3, 8]);
    expect(await waiting({ consumerHash: 'phone-1' }, { at: at(3), id: 'hit-3' })).toEqual([8]);
    expect(await waiting({ ids: ['lead-8', 'x'] })).toEqual([5]);
    expect(await waiting({ ids: ['lead-1'] })).toEqual([]);
    expect(await waiting({})).toEqual([]);
    const ourNumber = { hash: 'phone-1', from: at(1), to: at(2) };
    expect(await waiting({ ourNumber, ids: ['lead-7'] })).toEqual([1, 2, 5]);
  });

  it('are found by another of the call, as the sender of its token names it', async () => {
    const ofCall = async (postbackId: string, tenantId = acme) => {
      const asked = [worker, tenantId, othersOfSameCall, [postbackId]] as const;
      return minutesOf(await runInTenant<{ readonly postbackId: string }>(...asked));
    };
    expect(await ofCall('hit-6')).toEqual([0, 1, 2, 3, 5, 8]);
    expect(await ofCall('hit-4')).toEqual([]);
    expect(await ofCall('hit-6', 'zenith' as TenantId)).toEqual([]);
    expect(await ofCall('hit-9', 'zenith' as TenantId)).toEqual([9]);
  });

  it('can all be read, some at a time', async () => {
    const found: number[] = [];
    let place: PagePlace | null = null;
    for (;;) {
      const after: PagePlace | null = place;
      const rows = await inTenant(worker, acme, (each) => unmatchedSince(each, null, after, 4));
      found.push(...minutesOf(rows));
      const last = rows.at(-1);
      if (last === undefined) break;
      place = placeOfPostback(last);
    }
    expect(found).toEqual([0, 1, 2, 3, 4, 5, 8]);
    expect(await ask((each) => unmatchedSince(each, 'token-9', null, 4))).toEqual([]);
  });
});

describe('hits that older rules or an older map found nothing for', () => {
  it('are found for all tenants, unless they were unlinked', async () => {
    const found = async (aliasMap: number, rules: number) =>
      minutesOf(
        (await outdatedHits(worker, { aliasMap, rules, at: at(0) }, null, 99)).filter(
          ({ tenantId }) => tenantId !== senders,
        ),
      );
    expect(await found(1, 1)).toEqual([]);
    expect(await found(2, 1)).toEqual([0, 1, 2, 3, 4, 9]);
    expect(await found(3, 1)).toEqual([0, 1, 2, 3, 4, 5, 9]);
    expect(await found(1, 2)).toEqual([0, 1, 2, 3, 4, 5, 9]);
  });

  it('are those that waited for the time of their call, too, once it has come', async () => {
    const future = 'future' as TenantId;
    const callAt = '2026-01-06T16:10:00.000Z';
    const waits = { postbackId: 'hit-0', unmatchedReason: 'call_time_in_future' } as const;
    const events = [received(0, { callAt }), postbackLeftUnmatched(waits)].map((event, index) =>
      storedEvent(event, BigInt(index + 300), { tenantId: future }),
    );
    await applyEvents(worker, [postbackInboxProjection], events);
    const found = async (now: string) =>
      (await outdatedHits(worker, { aliasMap: 1, rules: 1, at: now }, null, 99)).filter(
        ({ tenantId }) => tenantId === future,
      );
    expect(await found('2026-01-06T16:09:59.999Z')).toEqual([]);
    expect(await found(callAt)).toMatchObject([{ postbackId: 'hit-0', since: callAt }]);
  });

  it('are found by an index that holds those of all tenants', async () => {
    const { rows } = await sql<{ readonly indexdef: string }>`
      select indexdef from pg_indexes where tablename like 'postback_inbox%'`.execute(
      worker.kysely,
    );
    const columns = '(status, received_at, postback_id)';
    expect(rows.filter(({ indexdef }) => indexdef.includes(columns))).toHaveLength(1);
  });
});

describe('a call that is linked already', () => {
  it('is found by the name the sender gave it', async () => {
    const found = (tokenId: string, destinationId: string | null = null) =>
      runInTenant(worker, acme, transfersOfVendorCalls, [
        ...[tokenId, destinationId],
        ['vendor-0', 'vendor-1'],
      ]);
    const linked = [{ transferId: 'transfer-1', leadId: 'lead-1' }];
    expect(await found('token-1')).toEqual(linked);
    expect(await found('token-2')).toEqual([]);
    // A token speaks for the buyer it is for, wherever the transfer went.
    expect(await found('token-2', 'buyer-7')).toEqual([]);
    expect(await found('token-2', postbackReceived().data.destinationId)).toEqual(linked);
  });
});

describe('unmatched revenue', () => {
  it('is what calls are worth at last, with what was added, by reason and currency', async () => {
    expect(await ask(unmatchedRevenue)).toEqual([
      { reason: 'caller_missing', currency: 'EUR', hits: 1, calls: 1, atStakeMinor: 700n },
      { reason: 'outside_window', currency: 'USD', hits: 4, calls: 1, atStakeMinor: 5_100n },
      { reason: 'unknown_id', currency: 'USD', hits: 1, calls: 1, atStakeMinor: 0n },
    ]);
    expect(await ask(unmatchedRevenue, 'nobody' as TenantId)).toEqual([]);
  });

  it('is of one call only where one sender names it, and of each currency apart', async () => {
    expect(await ask(unmatchedRevenue, senders)).toEqual([
      { reason: 'outside_window', currency: 'EUR', hits: 1, calls: 1, atStakeMinor: 900n },
      { reason: 'outside_window', currency: 'USD', hits: 6, calls: 4, atStakeMinor: 14_000n },
    ]);
  });

  it('is the same whether hits are asked about alone or together, now or at a moment', async () => {
    const ids = Array.from({ length: 7 }, (_, index) => `hit-${index}`);
    for (const asOf of [null, '2027-01-01T00:00:00.000Z']) {
      const scope = { asOf, statementLines: null };
      const minor = async (asked: readonly string[]) => {
        const stakes = await ask((each) => stakesOf(each, asked, scope), senders);
        return asked.map((id) => stakes.get(id)?.atStakeMinor);
      };
      const together = await minor(ids);
      expect(together).toEqual([null, 2_000n, 3_000n, 4_000n, 900n, null, 5_000n]);
      const alone = await Promise.all(ids.map((id) => minor([id])));
      expect(alone.flat()).toEqual(together);
    }
  });
});
