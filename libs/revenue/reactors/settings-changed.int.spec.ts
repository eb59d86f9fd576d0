import { fixedClock, type TenantId } from '#libs/kernel';
import { callBridged, transferRequested } from '#libs/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { randomUUID } from 'node:crypto';
import { ChangeAliasesCommand } from '../application/alias.handlers.js';
import { ChangePostbackTokenCommand } from '../application/postback-token.handlers.js';
import { ReceivePostbackCommand } from '../application/receive-postback.handler.js';
import { type LiveToken } from '../application/token-directory.js';
import { type Alias } from '../domain/postback-settings.events.js';
import { aCaller, happened, startMatching } from './matching.fixtures.js';
import { expectBalanced, expectUnmatched, ledgerOf } from './matching-law.fixtures.js';
import {
  allIsMatched,
  aTokenOf,
  type MatchingStack,
  startMatchingStack,
} from './matching-stack.fixtures.js';

const clock = fixedClock('2026-01-06T16:00:00.000Z');
const phone = '+15122000100';
const DESTINATION = 'buyer-1';

let stack: MatchingStack;
let worker: ReturnType<typeof startMatching>;
let runs = 0;

beforeAll(async () => {
  stack = await startMatchingStack(clock);
  worker = startMatching(stack.on);
});
afterAll(async () => {
  await worker.stop();
  await stack.close();
});

/** A tenant with one consumer, who was handed over to a destination. */
class Account {
  readonly postbackIds: string[] = [];
  readonly leadId = randomUUID();

  private constructor(
    readonly tenantId: TenantId,
    readonly token: LiveToken,
  ) {}

  static async open(): Promise<Account> {
    const tenantId = `acme-${(runs += 1)}` as TenantId;
    await stack.desk.secrets.create(tenantId);
    return new Account(tenantId, await aTokenOf(stack, tenantId, 'Acme'));
  }

  async handedOver(): Promise<string> {
    const ids = { leadId: this.leadId, callId: randomUUID(), transferId: randomUUID() };
    const consumerHash = await stack.desk.secrets.phoneHash(this.tenantId, phone);
    const at = clock.now().toISOString();
    const whom = { ...ids, consumerHash, destinationId: DESTINATION };
    await happened(stack.log, this.tenantId, transferRequested({ ...whom, requestedAt: at }));
    await happened(stack.log, this.tenantId, callBridged({ ...whom, bridgedAt: at }));
    return ids.transferId;
  }

  async reported(fields: Record<string, string>, token = this.token): Promise<string> {
    const postbackId = randomUUID();
    this.postbackIds.push(postbackId);
    const body = JSON.stringify(fields);
    const hit = { method: 'POST', contentType: 'application/json', query: '', body } as const;
    const receipt = { receivedAt: clock.now().toISOString(), sequence: 0 };
    const origin = { ip: null, headers: {} };
    await stack.desk.receive.execute(
      new ReceivePostbackCommand(token, postbackId, hit, origin, receipt, aCaller()),
    );
    return postbackId;
  }

  async namesMean(...aliases: Alias[]): Promise<void> {
    const change = new ChangeAliasesCommand(this.tenantId, aCaller(), aliases, null);
    await stack.desk.changeAliases.execute(change);
  }

  async tokenIsFor(destinationId: string | null): Promise<void> {
    const { tokenId } = this.token;
    await stack.desk.changeToken.execute(
      new ChangePostbackTokenCommand(this.tenantId, aCaller(), tokenId, { destinationId }, null),
    );
  }

  async hits() {
    const { records } = stack.desk;
    const closed = this.postbackIds.map((id) => records.closed(this.tenantId, id));
    return (await Promise.all(closed)).map(({ postback }) => postback);
  }

  /** What became of the reports, in the order they were sent. */
  async standings(): Promise<string[]> {
    await allIsMatched(stack);
    return (await this.hits()).map(({ status, unmatched }) => unmatched?.reason ?? status);
  }
}

const callNameIs = (name: string): Alias => ({ field: 'vendor_call_id', name });

describe('a change of what names mean', () => {
  it('wakes reports that wait for a transfer whose call has no such name any more', async () => {
    const account = await Account.open();
    await account.handedOver();
    await account.namesMean(callNameIs('reference_no'));
    await account.reported({ caller_id: phone, payout: '45', reference_no: 'first' });
    await account.standings();
    await account.reported({ caller_id: phone, payout: '60', call_id: 'second' });
    expect(await account.standings()).toEqual(['settled', 'already_matched_conflict']);
    await account.namesMean();
    expect(await account.standings()).toEqual(['settled', 'settled']);
  });

  it('wakes reports of a call that a report counts for under the name it is read by now', async () => {
    const account = await Account.open();
    await account.handedOver();
    await account.reported({ caller_id: phone, payout: '45', strange: 'v9' });
    await account.reported({ payout: '60', call_id: 'v9' });
    expect(await account.standings()).toEqual(['settled', 'caller_missing']);
    await account.namesMean(callNameIs('strange'));
    expect(await account.standings()).toEqual(['settled', 'settled']);
  });
});

const allNames: Alias[] = [{ field: 'caller', name: 'zz_who' }, callNameIs('xx_call')];
const names = fc.subarray(allNames);
const report = fc.record({
  caller: fc.constantFrom('caller_id', 'caller_id', 'caller_id', 'caller_id', 'zz_who'),
  call: fc.constantFrom('call_id', 'xx_call'),
  name: fc.constantFrom('v1', 'v2'),
  payout: fc.constantFrom('45', '60'),
});
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
          const account = await Account.open();
          await account.namesMean(...atFirst);
          for (let each = 0; each < transfers; each += 1) await account.handedOver();
          for (const { caller, call, name, payout } of reports) {
            await account.reported({ [caller]: phone, [call]: name, payout });
          }
          await allIsMatched(stack);
          for (const aliases of later) {
            await account.namesMean(...aliases);
            await allIsMatched(stack);
          }
          await expectDone(account);
        }),
        { numRuns: 30, endOnFailure: true },
      ),
    180_000,
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
