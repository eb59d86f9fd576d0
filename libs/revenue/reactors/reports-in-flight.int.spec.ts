import { fixedClock } from '#libs/kernel';
import { until } from '#libs/testing';
import { postbackInboxProjection, ReadModelPostbackLookup } from '#projections/postback-inbox';
import {
  ReadModelTransferLookup,
  transferMatchingProjection,
} from '#projections/transfer-matching';
import { describe, expect, it, jest } from '@jest/globals';
import { sumsOf } from '../domain/ledger.fixtures.js';
import { aMatch } from '../domain/revenue.fixtures.js';
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

describe('a report that was on its way into the log while settings changed', () => {
  it('is read by the amounts of now, although it was found by its caller as it was read', async () => {
    const account = await Account.open(on.stack);
    const transfers = [await account.handedOver()];
    on.startWorker();
    await account.tokenIs({ amountUnit: 'cents' });
    await account.standings();
    await account.reported({ caller: account.phone, call_id: 'v-1', payout: '4500' });
    expect(await account.standings()).toEqual(['settled']);
    expect(await sums(account, transfers)).toEqual([{ USD: 4_500 }]);
  });

  it('is so, too, where it was matched while its sender waited', async () => {
    const account = await Account.open(on.stack);
    const transfers = [await account.handedOver()];
    on.startWorker();
    await account.tokenIs({ amountUnit: 'cents' });
    await account.standings();
    await account.promptlyReported({ caller: account.phone, call_id: 'v-1', payout: '4500' });
    expect(await account.standings()).toEqual(['settled']);
    expect(await sums(account, transfers)).toEqual([{ USD: 4_500 }]);
  });

  it('is read by the names of now', async () => {
    const account = await Account.open(on.stack);
    await account.handedOver();
    on.startWorker();
    const { aliases } = on.stack.desk;
    const ofBefore = aliases.of(account.tenantId);
    await account.namesMean({ field: 'vendor_call_id', name: 'refno' });
    await account.standings();
    const asked = jest.spyOn(aliases, 'of').mockReturnValueOnce(ofBefore);
    await account.reported({ caller: account.phone, refno: 'v-1', payout: '45' });
    asked.mockRestore();
    expect(await account.standings()).toEqual(['settled']);
    expect((await account.hits()).map(({ reading }) => reading.vendorCallId)).toEqual(['v-1']);
  });

  it('is read anew where somebody matches it by its old reading at the same instant', async () => {
    const account = await Account.open(on.stack);
    const { tenantId, leadId, phone } = account;
    const { matcher, ledger, records } = on.stack.desk;
    const transfers = [await account.handedOver()];
    await account.tokenIs({ amountUnit: 'cents' });
    const postbackId = await account.reported({ caller: phone, call_id: 'v-1', payout: '4500' });
    const found = { leadId, transferId: transfers[0]!, match: aMatch, timesReadAnew: 0 };
    const at = clock.now().toISOString();
    const assign = { type: 'AssignPostback', ...found, reason: null, at } as const;
    const asked = jest.spyOn(records, 'readAgain').mockImplementationOnce(async (...sought) => {
      await ledger.decide(tenantId, postbackId, assign, aCaller());
      return records.readAgain(...sought);
    });
    await matcher.readAndMatch(tenantId, postbackId, aCaller());
    asked.mockRestore();
    expect((await account.hits()).map(({ status }) => status)).toEqual(['settled']);
    expect(await sums(account, transfers)).toEqual([{ USD: 4_500 }]);
  });
});

describe('a report that was read anew where it counted, and refused there', () => {
  it('is read by the names of now, also by the command that read it anew before', async () => {
    const account = await Account.open(on.stack);
    const { tenantId, phone: caller } = account;
    const transferId = await account.handedOver();
    await until('the transfer to be shown', async () => {
      return (await on.stack.desk.transfers.namesOf(tenantId, transferId)) !== null;
    });
    await account.reported({ caller, call_id: 'v-1', payout: '45' });
    const late = await account.reported({ caller, refno: 'v-2', other: 'v-3', payout: '60' });
    for (const postbackId of account.postbackIds) {
      await on.stack.desk.matcher.matchAgain(tenantId, postbackId, aCaller());
    }
    const again = aCaller();
    for (const name of ['refno', 'other']) {
      await account.namesMean({ field: 'vendor_call_id', name });
      await on.stack.desk.matcher.readAndMatch(tenantId, late, again);
    }
    const [, hit] = await account.hits();
    expect(hit).toMatchObject({ status: 'unmatched', reading: { vendorCallId: 'v-3' } });
  });
});
