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
import { aCaller } from './matching.fixtures.js';

const clock = fixedClock('2026-01-06T16:00:00.000Z');

const on = matchingOfFile(clock, {
  projections: [transferMatchingProjection, postbackInboxProjection],
  ...{ transfers: ReadModelTransferLookup, postbacks: ReadModelPostbackLookup },
});

/** What transfers are worth by all that was reported. */
async function sums({ leadId }: Account, transfers: readonly string[]) {
  const { events } = await ledgerOf(on.stack.desk, leadId);
  return transfers.map((transferId) => sumsOf(events, transferId));
}

/** A consumer who was handed over to two buyers; the first one's transfer is taken. */
async function takenBeside() {
  const account = await Account.open(on.stack);
  const taken = await account.handedOver('buyer-1');
  const transfers = [taken, await account.handedOver('buyer-2')];
  await until('the transfers to be shown', async () => {
    const shown = transfers.map((id) => on.stack.desk.transfers.namesOf(account.tenantId, id));
    return !(await Promise.all(shown)).includes(null);
  });
  const first = await account.reported({ transfer_id: taken, call_id: 'v-1', payout: '45' });
  await on.stack.desk.matcher.matchAgain(account.tenantId, first, aCaller());
  return { account, transfers, first };
}

const reportOf = ({ phone }: Account) => ({ caller: phone, call_id: 'v-2', payout: '60' });

describe('a report that was looked at before its token was narrowed', () => {
  it('is matched as it is read now by whoever sees its receipt late', async () => {
    const { account, transfers, first } = await takenBeside();
    const late = await account.reported(reportOf(account));
    await account.tokenIsFor('buyer-1');
    for (const postbackId of [late, first]) {
      await on.stack.desk.matcher.readAndMatch(account.tenantId, postbackId, aCaller());
    }
    on.startWorker();
    expect(await account.standings()).toEqual(['settled', 'already_matched_conflict']);
    expect(await sums(account, transfers)).toEqual([{ USD: 4_500 }, {}]);
  });
});
