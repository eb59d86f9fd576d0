import { fixedClock } from '#libs/kernel';
import { keyIdOf } from '#libs/privacy';
import { until } from '#libs/testing';
import { postbackInboxProjection, ReadModelPostbackLookup } from '#projections/postback-inbox';
import {
  ReadModelTransferLookup,
  transferMatchingProjection,
} from '#projections/transfer-matching';
import { describe, expect, it, jest } from '@jest/globals';
import {
  LinkPostbackCommand,
  UnlinkPostbackCommand,
} from '../application/correct-postback.handlers.js';
import { sumsOf } from '../domain/ledger.fixtures.js';
import { mapVersionOf } from '../domain/reading/alias-map.js';
import { aMatch } from '../domain/revenue.fixtures.js';
import { Account } from './matching-account.fixtures.js';
import { matchingOfFile } from './matching-of-file.fixtures.js';
import { ledgerOf } from './matching-law.fixtures.js';
import { aTokenOf } from './matching-stack.fixtures.js';
import { aCaller } from './matching.fixtures.js';

const clock = fixedClock('2026-01-06T16:00:00.000Z');
const tick = () => {
  clock.set(new Date(clock.now().getTime() + 1_000).toISOString());
};

const on = matchingOfFile(clock, {
  projections: [transferMatchingProjection, postbackInboxProjection],
  ...{ transfers: ReadModelTransferLookup, postbacks: ReadModelPostbackLookup },
});

/** As the caller’s number led a report there, while nobody knew of others of its name. */
async function ledTo(account: Account, postbackId: string, transferId: string): Promise<void> {
  const match = { ...aMatch, mapVersion: mapVersionOf(0) };
  const found = { leadId: account.leadId, transferId, match, timesReadAnew: 0, reason: null };
  const assign = { type: 'AssignPostback', ...found, at: clock.now().toISOString() } as const;
  await on.stack.desk.ledger.decide(account.tenantId, postbackId, assign, aCaller());
  tick();
}

/** Has its ledger told. */
async function counted({ tenantId }: Account, postbackId: string): Promise<void> {
  const { postback } = await on.stack.desk.records.closed(tenantId, postbackId);
  await on.stack.desk.ledger.carryOut(tenantId, postback, aCaller());
}

/** Where reports count, and what the transfers are worth by them. */
async function found(account: Account, transfers: readonly string[]) {
  const hits = await account.hits();
  const { events } = await ledgerOf(on.stack.desk, account.leadId);
  return {
    places: hits.map(({ assignment }) => transfers.indexOf(assignment?.transferId ?? '')),
    sums: transfers.map((transferId) => sumsOf(events, transferId)),
  };
}

/** A later one is bridged when a report of a name has led to the first. */
async function reportedAtFirst(account: Account): Promise<string[]> {
  const first = await account.handedOver();
  on.startWorker();
  await account.reported({ caller: account.phone, call_id: 'v-1', payout: '45.00' });
  await account.standings();
  tick();
  return [first, await account.handedOver()];
}

/** The latest that bears the name. */
async function reversed(account: Account): Promise<void> {
  tick();
  const nothing = { call_id: 'v-1', payout: '0.00', billable: 'false' };
  await account.reported({ caller: account.phone, ...nothing });
  expect(await account.standings()).toEqual(['settled', 'settled', 'settled']);
}

describe('two reports of one name that were found to be about two transfers at the same instant', () => {
  it('count for that of the first, once, and are told apart from nothing else', async () => {
    const account = await Account.open(on.stack);
    const transfers = [await account.handedOver(), await account.handedOver()];
    for (const [index, payout] of ['45.00', '60.00'].entries()) {
      const named = { caller: account.phone, call_id: 'v-1', payout };
      await ledTo(account, await account.reported(named), transfers[index]!);
    }
    on.startWorker();
    expect(await account.standings()).toEqual(['settled', 'settled']);
    expect(await found(account, transfers)).toEqual({
      places: [0, 0],
      sums: [{ USD: 6_000 }, {}],
    });
  });

  it('count there, too, where their token was narrowed before anybody saw it', async () => {
    const account = await Account.open(on.stack);
    const transfers = [await account.handedOver(), await account.handedOver()];
    for (const [index, payout] of ['45.00', '60.00'].entries()) {
      const named = { caller: account.phone, call_id: 'v-1', payout };
      const postbackId = await account.reported(named);
      await ledTo(account, postbackId, transfers[index]!);
      await counted(account, postbackId);
    }
    await account.tokenIsFor('buyer-1');
    for (const postbackId of account.postbackIds) {
      await on.stack.desk.matcher.readAndMatch(account.tenantId, postbackId, aCaller());
    }
    on.startWorker();
    expect(await account.standings()).toEqual(['settled', 'settled']);
    expect(await found(account, transfers)).toEqual({
      places: [0, 0],
      sums: [{ USD: 6_000 }, {}],
    });
  });
});

describe('a row of a statement and a report of a token for any destination, of one name', () => {
  it('count for one transfer where both were matched at the same instant', async () => {
    const account = await Account.open(on.stack);
    const transfers = [await account.handedOver(), await account.handedOver()];
    const callTime = clock.now().toISOString();
    tick();
    const named = { caller: account.phone, call_id: 'v-1', payout: '45.00' };
    await ledTo(account, await account.reported(named), transfers[1]!);
    const row = await account.stated('buyer-1', { ...named, call_time: callTime });
    await ledTo(account, row, transfers[0]!);
    on.startWorker();
    expect(await account.standings()).toEqual(['settled', 'settled']);
    expect(await found(account, transfers)).toEqual({
      places: [1, 1],
      sums: [{}, { USD: 4_500 }],
    });
  });
});

describe('a report of one name that was about to follow another', () => {
  it('stays where a person takes that off its transfer meanwhile', async () => {
    const account = await Account.open(on.stack);
    const { desk } = on.stack;
    const { tenantId, phone } = account;
    const transfers = [await account.handedOver(), await account.handedOver()];
    const ids: string[] = [];
    for (const [index, transferId] of transfers.entries()) {
      ids.push(await account.reported({ caller: phone, call_id: 'v-1', payout: `4${index}.00` }));
      await ledTo(account, ids[index]!, transferId);
    }
    const wish = [tenantId, aCaller(), ids[0]!, 'wrong call'] as const;
    const asked = jest.spyOn(desk.finder, 'transfer').mockImplementationOnce(async (...sought) => {
      await desk.unlink.execute(new UnlinkPostbackCommand(...wish));
      return desk.finder.transfer(...sought);
    });
    await desk.matcher.gather(tenantId, [ids[1]!, ids[0]!], aCaller());
    asked.mockRestore();
    expect((await account.hits()).map(({ status }) => status)).toEqual(['unlinked', 'settled']);
    const { places, sums } = await found(account, transfers);
    expect(places[1]).toBe(1);
    expect(sums).toEqual([{}, { USD: 4_100 }]);
  });
});

describe('a report that a person linked where it counted already', () => {
  it('stays there, although the first of its name counts elsewhere', async () => {
    const account = await Account.open(on.stack);
    const transfers = [await account.handedOver(), await account.handedOver()];
    await until('the transfers to be shown', async () => {
      const named = await on.stack.desk.transfers.namesOf(account.tenantId, transfers[1]!);
      return named !== null;
    });
    const ids: string[] = [];
    for (const [index, transferId] of transfers.entries()) {
      const named = { caller: account.phone, call_id: 'v-1', payout: `4${index}.00` };
      ids.push(await account.reported(named));
      await ledTo(account, ids[index]!, transferId);
    }
    const wish = [account.tenantId, aCaller(), ids[1]!, transfers[1]!, 'it is that one'] as const;
    await on.stack.desk.link.execute(new LinkPostbackCommand(...wish));
    on.startWorker();
    expect(await account.standings()).toEqual(['settled', 'settled']);
    expect(await found(account, transfers)).toEqual({
      places: [0, 1],
      sums: [{ USD: 4_000 }, { USD: 4_100 }],
    });
  });
});

describe('a report that follows one that is where it is for certain', () => {
  it('stays with it where an id of ours says so, whatever else bears its name', async () => {
    const account = await Account.open(on.stack);
    const transfers = await reportedAtFirst(account);
    const certain = { transfer_id: transfers[1]!, call_id: 'v-1', payout: '60.00' };
    await account.reported(certain);
    await account.standings();
    await reversed(account);
    expect(await found(account, transfers)).toEqual({
      places: [0, 1, 1],
      sums: [{ USD: 4_500 }, {}],
    });
  });

  it('stays with it where a person says so, whatever else bears its name', async () => {
    const account = await Account.open(on.stack);
    const transfers = await reportedAtFirst(account);
    const { desk } = on.stack;
    const wish = [account.tenantId, aCaller()] as const;
    const second = { caller: account.phone, call_id: 'v-1', payout: '60.00' };
    const postbackId = await account.reported(second);
    await account.standings();
    await desk.unlink.execute(new UnlinkPostbackCommand(...wish, postbackId, 'another call'));
    const linked = [account.tenantId, aCaller(), postbackId, transfers[1]!, 'that one'] as const;
    await desk.link.execute(new LinkPostbackCommand(...linked));
    await account.standings();
    await reversed(account);
    const { places, sums } = await found(account, transfers);
    expect(places.slice(0, 2)).toEqual([0, 1]);
    expect(sums[1 - places[2]!]).not.toEqual({});
    expect(sums[places[2]!]).toEqual({});
  });
});

describe('a report whose token was narrowed', () => {
  it('stays where it is between one of before and one of another token of the buyer', async () => {
    const account = await Account.open(on.stack);
    const { phone, tenantId, token } = account;
    const transfers = [await account.handedOver(), await account.handedOver()];
    const named = { caller: phone, call_id: 'v-1' };
    const ofBefore = await account.reported({ ...named, payout: '45.00' });
    await ledTo(account, ofBefore, transfers[0]!);
    const [received] = (await on.stack.desk.records.closed(tenantId, ofBefore)).history;
    // It cannot be read anew.
    const { personal } = received?.type === 'PostbackReceived' ? received.data : {};
    await on.stack.desk.keys.destroy(tenantId, [keyIdOf(personal as never, { tenantId })]);
    const ofBuyer = await aTokenOf(on.stack, tenantId, 'Another', 'buyer-1');
    const another = await account.reported({ ...named, payout: '60.00' }, ofBuyer);
    await ledTo(account, another, transfers[1]!);
    await account.tokenIsFor('buyer-1');
    const narrowed = { ...token, settings: { ...token.settings, destinationId: 'buyer-1' } };
    const between = await account.reported({ ...named, payout: '70.00' }, narrowed);
    await ledTo(account, between, transfers[1]!);
    for (const postbackId of [ofBefore, another, between]) await counted(account, postbackId);
    on.startWorker();
    expect(await account.standings()).toEqual(['settled', 'settled', 'settled']);
    const hits = await account.hits();
    expect(hits.map(({ assignment }) => assignment?.number)).toEqual([1, 1, 1]);
    expect((await found(account, transfers)).sums).toEqual([{ USD: 4_500 }, { USD: 7_000 }]);
  });
});
