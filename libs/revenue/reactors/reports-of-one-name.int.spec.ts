import { fixedClock } from '#libs/kernel';
import { postbackInboxProjection, ReadModelPostbackLookup } from '#projections/postback-inbox';
import {
  ReadModelTransferLookup,
  transferMatchingProjection,
} from '#projections/transfer-matching';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { sumsOf } from '../domain/ledger.fixtures.js';
import { mapVersionOf } from '../domain/reading/alias-map.js';
import { aMatch } from '../domain/revenue.fixtures.js';
import { Account } from './matching-account.fixtures.js';
import { ledgerOf } from './matching-law.fixtures.js';
import { type MatchingStack, startMatchingStack } from './matching-stack.fixtures.js';
import { aCaller, startMatching } from './matching.fixtures.js';

const clock = fixedClock('2026-01-06T16:00:00.000Z');
const at = clock.now().toISOString();

let stack: MatchingStack;
let worker: ReturnType<typeof startMatching> | null = null;

beforeAll(async () => {
  stack = await startMatchingStack(clock, {
    projections: [transferMatchingProjection, postbackInboxProjection],
    ...{ transfers: ReadModelTransferLookup, postbacks: ReadModelPostbackLookup },
  });
});
afterEach(async () => {
  await worker?.stop();
  worker = null;
});
afterAll(() => stack.close());

describe('two reports of one name that were found to be about two transfers at the same instant', () => {
  it('count for that of the first, once, and are told apart from nothing else', async () => {
    const account = await Account.open(stack);
    const { tenantId, leadId, phone } = account;
    const transfers = [await account.handedOver(), await account.handedOver()];
    for (const payout of ['45.00', '60.00']) {
      const postbackId = await account.reported({ caller: phone, call_id: 'v-1', payout });
      const transferId = transfers[account.postbackIds.length - 1]!;
      const match = { ...aMatch, mapVersion: mapVersionOf(0) };
      const found = { leadId, transferId, match, reason: null, at };
      const assign = { type: 'AssignPostback', ...found } as const;
      await stack.desk.ledger.decide(tenantId, postbackId, assign, aCaller());
      clock.set(new Date(clock.now().getTime() + 1_000).toISOString());
    }
    worker = startMatching(stack.on);
    expect(await account.standings()).toEqual(['settled', 'settled']);
    const hits = await account.hits();
    expect(hits.map(({ assignment }) => assignment?.transferId)).toEqual(
      Array(2).fill(transfers[0]),
    );
    const { events } = await ledgerOf(stack.desk, leadId);
    expect(transfers.map((transferId) => sumsOf(events, transferId))).toEqual([{ USD: 6_000 }, {}]);
  });
});
