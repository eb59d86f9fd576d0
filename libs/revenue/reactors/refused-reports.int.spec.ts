import { fixedClock } from '#libs/kernel';
import { callBridged, transferRequested, until } from '#libs/testing';
import { postbackInboxProjection, ReadModelPostbackLookup } from '#projections/postback-inbox';
import {
  ReadModelTransferLookup,
  transferMatchingProjection,
} from '#projections/transfer-matching';
import { describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import {
  ConfirmMatchCommand,
  ConfirmMatchHandler,
  UnlinkPostbackCommand,
} from '../application/correct-postback.handlers.js';
import { RevenueClock } from '../application/revenue-clock.js';
import { type KnownPostback } from '../domain/postback.js';
import { mapVersionOf } from '../domain/reading/alias-map.js';
import { aMatch } from '../domain/revenue.fixtures.js';
import { Account } from './matching-account.fixtures.js';
import { matchingOfFile } from './matching-of-file.fixtures.js';
import { ledgerOf } from './matching-law.fixtures.js';
import { allIsMatched } from './matching-stack.fixtures.js';
import { aCaller, happened } from './matching.fixtures.js';

const clock = fixedClock('2026-01-06T16:00:00.000Z');
const at = clock.now().toISOString();
const ourNumber = '+15125550100';

const on = matchingOfFile(clock, {
  projections: [transferMatchingProjection, postbackInboxProjection],
  ...{ transfers: ReadModelTransferLookup, postbacks: ReadModelPostbackLookup },
});

/** A consumer who was handed over once, and two calls that both were found to be about that. */
async function twoCallsOfOneTransfer() {
  const account = await Account.open(on.stack);
  const transferId = await account.handedOver();
  const names = ['v-1', 'v-2'];
  for (const name of names) await account.reported({ caller: account.phone, call_id: name });
  const [first, late] = await Promise.all(
    account.postbackIds.map((id) => assigned(account, id, transferId)),
  );
  return { account, transferId, first: first!, late: late! };
}

async function assigned(account: Account, postbackId: string, transferId: string) {
  const { tenantId, leadId } = account;
  const match = { ...aMatch, mapVersion: mapVersionOf(0) };
  const found = { leadId, transferId, match, timesReadAnew: 0, reason: null, at };
  const assign = { type: 'AssignPostback', ...found } as const;
  return (await on.stack.desk.ledger.decide(tenantId, postbackId, assign, aCaller())).postback;
}

/** Has the ledger told of it; also by one who does not know what became of it since. */
async function told({ tenantId }: Account, postback: KnownPostback): Promise<string> {
  const { ledger } = on.stack.desk;
  return (await ledger.carryOut(tenantId, postback, aCaller())).postback.status;
}

async function countedBy({ leadId }: Account): Promise<string[]> {
  const { transfers } = await ledgerOf(on.stack.desk, leadId);
  return transfers.flatMap(({ reports }) => reports.map(({ postbackId }) => postbackId));
}

describe('two calls that were found to be about one transfer at the same time', () => {
  it('have the first one counted, and the other refused for good, however late it is told again', async () => {
    const { account, first, late } = await twoCallsOfOneTransfer();
    expect(await told(account, first)).toBe('settled');
    expect(await told(account, late)).toBe('unmatched');
    const { tenantId } = account;
    const unlink = new UnlinkPostbackCommand(tenantId, aCaller(), first.postbackId, 'wrong call');
    await on.stack.desk.unlink.execute(unlink);
    await told(account, late);
    expect(await countedBy(account)).toEqual([]);

    await on.stack.desk.matcher.matchAgain(tenantId, late.postbackId, aCaller());
    expect(await countedBy(account)).toEqual([late.postbackId]);
    await told(account, late);
    expect((await account.hits()).map(({ status }) => status)).toEqual(['unlinked', 'settled']);
  });

  it('have the other matched again by whoever tells of it: to what is free by then', async () => {
    const { account, first, late } = await twoCallsOfOneTransfer();
    await told(account, first);
    const free = await account.handedOver();
    await until('the other transfer to be shown', async () => {
      const named = await on.stack.desk.transfers.namesOf(account.tenantId, free);
      return named !== null;
    });
    const caller = aCaller();
    const match = () => on.stack.desk.matcher.matchAgain(account.tenantId, late.postbackId, caller);
    expect((await match()).postback.assignment?.transferId).toBe(free);
    expect((await match()).postback.status).toBe('settled');
    expect(await countedBy(account)).toEqual([first.postbackId, late.postbackId]);
  });

  it('leave the other waiting until the transfer is free again', async () => {
    const { account, first } = await twoCallsOfOneTransfer();
    await told(account, first);
    on.startWorker();
    expect(await account.standings()).toEqual(['settled', 'already_matched_conflict']);
    const unlink = [account.tenantId, aCaller(), first.postbackId, 'wrong call'] as const;
    await on.stack.desk.unlink.execute(new UnlinkPostbackCommand(...unlink));
    expect(await account.standings()).toEqual(['unlinked', 'settled']);
  });
});

describe('a match that a person found right', () => {
  it('stays where another name is read in the report since', async () => {
    const account = await Account.open(on.stack);
    const transferId = await account.handedOver();
    on.startWorker();
    await account.reported({ caller: account.phone, call_id: 'v-1' });
    await account.standings();
    const named = await account.reported({ caller: account.phone, refno: 'v-2' });
    await account.standings();
    const { records, ledger } = on.stack.desk;
    const confirm = new ConfirmMatchHandler(records, ledger, new RevenueClock(clock));
    const wish = [account.tenantId, aCaller(), named, transferId, 'heard it'] as const;
    await confirm.execute(new ConfirmMatchCommand(...wish));
    await account.namesMean({ field: 'vendor_call_id', name: 'refno' });
    expect(await account.standings()).toEqual(['settled', 'settled']);
    expect((await account.hits()).map(({ reading }) => reading.vendorCallId)).toEqual([
      'v-1',
      'v-2',
    ]);
    expect(await countedBy(account)).toEqual(account.postbackIds);
  });
});

describe('calls of consumers who were all shown with our number', () => {
  it('are each taken for a transfer of its own, reported all at once', async () => {
    // More than are looked at first.
    const count = 30;
    const account = await Account.open(on.stack);
    const { tenantId } = account;
    const shown = Array.from({ length: count }, () => ({
      ...{ leadId: randomUUID(), callId: randomUUID(), transferId: randomUUID() },
      ...{ presentedCallerId: ourNumber, consumerHash: randomUUID() },
    }));
    for (const ids of shown) {
      await happened(on.stack.log, tenantId, transferRequested({ ...ids, requestedAt: at }));
      await happened(on.stack.log, tenantId, callBridged({ ...ids, bridgedAt: at }));
    }
    const calls = Array.from({ length: count }, (_, index) => `v-${index}`);
    await Promise.all(
      calls.map((call) => account.promptlyReported({ caller: ourNumber, call_id: call })),
    );
    on.startWorker();
    await allIsMatched(on.stack);
    const hits = await account.hits();
    const taken = hits.map(({ assignment }) => assignment?.transferId);
    expect(hits.map(({ status }) => status)).toEqual(Array(count).fill('settled'));
    expect(new Set(taken)).toEqual(new Set(shown.map(({ transferId }) => transferId)));
  });
});
