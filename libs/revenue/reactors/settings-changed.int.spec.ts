import { fixedClock } from '#libs/kernel';
import { lawRuns } from '#libs/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { postbackInboxProjection, ReadModelPostbackLookup } from '#projections/postback-inbox';
import {
  ReadModelTransferLookup,
  transferMatchingProjection,
} from '#projections/transfer-matching';
import { type Alias } from '../domain/postback-settings.events.js';
import { Account } from './matching-account.fixtures.js';
import { startMatching } from './matching.fixtures.js';
import { expectBalanced, expectUnmatched, ledgerOf } from './matching-law.fixtures.js';
import {
  allIsMatched,
  aTokenOf,
  type MatchingStack,
  startMatchingStack,
} from './matching-stack.fixtures.js';

const clock = fixedClock('2026-01-06T16:00:00.000Z');
const readSide = {
  projections: [transferMatchingProjection, postbackInboxProjection] as const,
  ...{ transfers: ReadModelTransferLookup, postbacks: ReadModelPostbackLookup },
};

let stack: MatchingStack;
let worker: ReturnType<typeof startMatching>;

beforeAll(async () => {
  stack = await startMatchingStack(clock, readSide);
  worker = startMatching(stack.on);
});
afterAll(async () => {
  await worker.stop();
  await stack.close();
});

const callNameIs = (name: string): Alias => ({ field: 'vendor_call_id', name });

describe('a change of what names mean', () => {
  it('wakes reports that wait for a transfer whose call has no such name any more', async () => {
    const account = await Account.open(stack);
    await account.handedOver();
    await account.namesMean(callNameIs('reference_no'));
    await account.reported({ caller_id: account.phone, payout: '45', reference_no: 'first' });
    await account.standings();
    await account.reported({ caller_id: account.phone, payout: '60', call_id: 'second' });
    expect(await account.standings()).toEqual(['settled', 'already_matched_conflict']);
    await account.namesMean();
    expect(await account.standings()).toEqual(['settled', 'settled']);
  });

  it('wakes reports of a call that a report counts for under the name it is read by now', async () => {
    const account = await Account.open(stack);
    await account.handedOver();
    await account.reported({ caller_id: account.phone, payout: '45', strange: 'v9' });
    await account.reported({ payout: '60', call_id: 'v9' });
    expect(await account.standings()).toEqual(['settled', 'caller_missing']);
    await account.namesMean(callNameIs('strange'));
    expect(await account.standings()).toEqual(['settled', 'settled']);
  });
});

describe('a token that is narrowed to a destination', () => {
  it('has given its calls the names that its successor gives them', async () => {
    const account = await Account.open(stack);
    await account.handedOver();
    await account.reported({ caller_id: account.phone, payout: '45', call_id: 'v1' });
    await account.standings();
    await account.tokenIsFor('buyer-1');
    await account.standings();
    const successor = await aTokenOf(stack, account.tenantId, 'Acme, new', 'buyer-1');
    await account.reported({ payout: '60', call_id: 'v1' }, successor);
    expect(await account.standings()).toEqual(['settled', 'settled']);
    const { transfers } = await ledgerOf(stack.desk, account.leadId);
    expect(transfers[0]?.booked).toMatchObject({ minor: 6_000 });
  });
});

const allNames: Alias[] = [{ field: 'caller', name: 'zz_who' }, callNameIs('xx_call')];
const names = fc.subarray(allNames);
const name = fc.constantFrom('v1', 'v2', 'v3');
const report = fc.record({
  caller: fc.constantFrom('caller_id', 'caller_id', 'caller_id', 'caller_id', 'zz_who'),
  names: fc.oneof(
    fc.record({ call_id: name }),
    fc.record({ xx_call: name }),
    fc.record({ call_id: name, xx_call: name }),
  ),
  payout: fc.constantFrom('45', '60'),
});
const RUNS = lawRuns({ quick: 12, full: 100 });

/** What names mean while reports come in, and what they come to mean, one time after another. */
const account = fc.record({
  transfers: fc.constantFrom(1, 1, 1, 2),
  atFirst: fc.oneof(fc.constant(allNames), names),
  reports: fc.array(report, { minLength: 2, maxLength: 4 }),
  later: fc.array(names, { minLength: 1, maxLength: 2 }),
});

describe('whatever names come to mean', () => {
  it(
    'nothing stays unmatched that the rules would match, and ledgers are what reports say now',
    () =>
      fc.assert(
        fc.asyncProperty(account, async ({ transfers, atFirst, reports, later }) => {
          const account = await Account.open(stack);
          await account.namesMean(...atFirst);
          for (let each = 0; each < transfers; each += 1) await account.handedOver();
          for (const { caller, names, payout } of reports) {
            await account.reported({ [caller]: account.phone, ...names, payout });
          }
          await allIsMatched(stack);
          for (const aliases of later) {
            await account.namesMean(...aliases);
            await allIsMatched(stack);
          }
          await expectDone(account);
        }),
        { numRuns: RUNS, endOnFailure: true },
      ),
    RUNS * 50_000,
  );
});

async function expectDone(account: Account): Promise<void> {
  const hits = await account.hits();
  const ledger = await ledgerOf(stack.desk, account.leadId);
  expectBalanced(ledger, hits);
  for (const hit of hits.filter(({ status }) => status === 'unmatched')) {
    await expectUnmatched(stack.desk, account.tenantId, hit, [ledger], hits);
  }
}
