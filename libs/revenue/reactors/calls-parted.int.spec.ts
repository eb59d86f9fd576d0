import { fixedClock } from '#libs/kernel';
import { until } from '#libs/testing';
import { postbackInboxProjection, ReadModelPostbackLookup } from '#projections/postback-inbox';
import {
  ReadModelTransferLookup,
  transferMatchingProjection,
} from '#projections/transfer-matching';
import { describe, expect, it } from '@jest/globals';
import { sumsOf } from '../domain/ledger.fixtures.js';
import { Account } from './matching-account.fixtures.js';
import { matchingOfFile } from './matching-of-file.fixtures.js';
import { ledgerOf } from './matching-law.fixtures.js';
import { allIsMatched } from './matching-stack.fixtures.js';
import { aCaller } from './matching.fixtures.js';

const clock = fixedClock('2026-01-06T16:00:00.000Z');
const tick = (ms = 1_000) => {
  clock.set(new Date(clock.now().getTime() + ms).toISOString());
};

const on = matchingOfFile(clock, {
  projections: [transferMatchingProjection, postbackInboxProjection],
  ...{ transfers: ReadModelTransferLookup, postbacks: ReadModelPostbackLookup },
});

/** Calls of two transfers that one campaign was taken for the name of. */
async function twoCallsTakenForOne() {
  const account = await Account.open(on.stack);
  const { tenantId, phone: caller } = account;
  const { matcher, transfers: shown, postbacks } = on.stack.desk;
  await account.namesMean({ field: 'vendor_call_id', name: 'campaign' });
  const transfers: string[] = [];
  for (const [call_id, payout] of Object.entries({ x1: '45', x2: '60' })) {
    const transferId = await account.handedOver();
    transfers.push(transferId);
    await until('it to be shown', async () => (await shown.namesOf(tenantId, transferId)) !== null);
    tick();
    const postbackId = await account.reported({ caller, campaign: 'c7', call_id, payout });
    await matcher.matchAgain(tenantId, postbackId, aCaller());
    const asked = [tenantId, { tokenId: account.token.tokenId, destinationId: null }] as const;
    await until('the first to be shown', async () => {
      const linked = await postbacks.transfersOfVendorCalls(...asked, ['c7']);
      return linked.length > 0;
    });
    tick(60_000);
  }
  return { account, transfers };
}

async function found(account: Account, transfers: readonly string[]) {
  const hits = await account.hits();
  const { events } = await ledgerOf(on.stack.desk, account.leadId);
  return {
    places: hits.map(({ assignment }) => transfers.indexOf(assignment?.transferId ?? '')),
    sums: transfers.map((transferId) => sumsOf(events, transferId)),
  };
}

describe('calls that a wrong name was taken to be one by', () => {
  it.each([[[0, 1]], [[1, 0]]])(
    'are parted when the name is put right, whichever is read anew first: %j',
    async (order) => {
      const { account, transfers } = await twoCallsTakenForOne();
      const merged = { places: [0, 0], sums: [{ USD: 6_000 }, {}] };
      expect(await found(account, transfers)).toEqual(merged);
      await account.namesMean();
      for (const index of order) {
        const postbackId = account.postbackIds[index]!;
        await on.stack.desk.matcher.readAndMatch(account.tenantId, postbackId, aCaller());
      }
      const parted = { places: [0, 1], sums: [{ USD: 4_500 }, { USD: 6_000 }] };
      expect(await found(account, transfers)).toEqual(parted);
      on.startWorker();
      await allIsMatched(on.stack);
      expect(await found(account, transfers)).toEqual(parted);
    },
  );
});
