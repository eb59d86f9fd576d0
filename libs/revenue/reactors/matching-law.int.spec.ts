import { fixedClock, type TenantId } from '#libs/kernel';
import {
  callBridged,
  callEnded,
  destinationDialed,
  lawRuns,
  transferRequested,
} from '#libs/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { randomUUID } from 'node:crypto';
import { postbackInboxProjection, ReadModelPostbackLookup } from '#projections/postback-inbox';
import {
  ReadModelTransferLookup,
  transferMatchingProjection,
} from '#projections/transfer-matching';
import { ChangeAliasesCommand } from '../application/alias.handlers.js';
import {
  IgnorePostbackCommand,
  LinkPostbackCommand,
  UnlinkPostbackCommand,
} from '../application/correct-postback.handlers.js';
import { ChangePostbackTokenCommand } from '../application/postback-token.handlers.js';
import { ReceivePostbackCommand } from '../application/receive-postback.handler.js';
import { type LiveToken } from '../application/token-directory.js';
import { aCaller, happened } from './matching.fixtures.js';
import { bursts, consumersPerRun, type Fact, uuid } from './matching-law-facts.fixtures.js';
import {
  expectBalanced,
  expectNoneOverwritten,
  expectOneTransferOfName,
  expectUnmatched,
  ledgerOf,
  refusable,
} from './matching-law.fixtures.js';
import {
  allIsMatched,
  aTokenOf,
  type MatchingStack,
  startMatchingStack,
} from './matching-stack.fixtures.js';
import { type MortalMatching, startMortalMatching } from './mortal-matching.fixtures.js';

const clock = fixedClock('2026-01-06T16:00:00.000Z');
const readSide = {
  projections: [transferMatchingProjection, postbackInboxProjection] as const,
  ...{ transfers: ReadModelTransferLookup, postbacks: ReadModelPostbackLookup },
};
const HOUR_MS = 3_600_000;
const RUNS = lawRuns({ quick: 10, full: 60 });

let stack: MatchingStack;
let desk: MatchingStack['desk'];
let workers: MortalMatching[];
let runs = 0;

beforeAll(async () => {
  stack = await startMatchingStack(clock, readSide);
  ({ desk } = stack);
  workers = await Promise.all([startMortalMatching(stack.on), startMortalMatching(stack.on)]);
});
afterAll(async () => {
  await Promise.all(workers.map((worker) => worker.stop()));
  await stack.close();
});

const STEPS = ['requested', 'dialed', 'bridged', 'ended'] as const;

/** A tenant that nobody else has, with a token for a platform and one for a network. */
async function aTenant(number: number): Promise<Tokens> {
  const tenantId = `acme-${number}` as TenantId;
  await desk.secrets.create(tenantId);
  const [platform, network] = [
    await aTokenOf(stack, tenantId, 'Acme'),
    await aTokenOf(stack, tenantId, 'Network'),
  ];
  return { tenantId, platform, network };
}

interface Tokens {
  readonly tenantId: TenantId;
  readonly platform: LiveToken;
  readonly network: LiveToken;
}

/** Another takes the place of the one that works. */
async function replaced(end: (worker: MortalMatching) => Promise<void>): Promise<void> {
  const worker = workers.shift();
  workers.push(await startMortalMatching(stack.on));
  if (worker !== undefined) await end(worker);
}

/** The consumers of a tenant. */
class Consumers {
  readonly postbackIds: string[] = [];
  readonly #strangeName: string;
  readonly #ids: Record<'leadId' | 'callId' | 'transferId', string>[];
  readonly #steps = new Map<string, number>();
  #platform: LiveToken;
  #narrowed = Promise.resolve();

  constructor(
    readonly number: number,
    readonly tokens: Tokens,
  ) {
    this.#platform = tokens.platform;
    this.#strangeName = `zz_${number}_who`;
    this.#ids = Array.from({ length: consumersPerRun * 2 }, (_, index) => ({
      leadId: uuid(number, index >> 1),
      callId: uuid(number, 100 + index),
      transferId: uuid(number, 200 + index),
    }));
  }

  get tenantId(): TenantId {
    return this.tokens.tenantId;
  }

  get leadIds(): string[] {
    return [...new Set(this.#ids.map(({ leadId }) => leadId))];
  }

  async happen(fact: Fact): Promise<unknown> {
    const { consumer, transfer, is, report } = fact;
    switch (is) {
      case 'called':
        return this.#call(consumer, transfer);
      case 'reported':
        return this.#report(consumer, transfer, report);
      case 'named_apart':
        return this.#reportApart(consumer, report);
      case 'named_alike':
        return this.#reportAlike(consumer, transfer, report);
      case 'alias_learned':
        return this.#learn();
      case 'linked':
        return this.#link(fact);
      case 'narrowed':
        return this.#narrow([null, 'buyer-1', 'buyer-2'][consumer + transfer] ?? null);
      case 'unlinked':
      case 'ignored':
        return this.#correct(is);
      case 'hours_passed':
        clock.set(new Date(clock.now().getTime() + 2.5 * HOUR_MS).toISOString());
        return;
      case 'worker_died':
        return replaced((worker) => worker.die());
      case 'worker_stopped':
        return replaced((worker) => worker.stop());
    }
  }

  /** The next step of a transfer; nothing after its last. */
  async #call(consumer: number, transfer: number): Promise<void> {
    const ids = this.#ids[consumer * 2 + transfer]!;
    const step = this.#steps.get(ids.transferId) ?? 0;
    this.#steps.set(ids.transferId, step + 1);
    const event = await this.#step(STEPS[step], consumer, ids);
    if (event !== null) await happened(stack.log, this.tenantId, event);
  }

  async #step(step: (typeof STEPS)[number] | undefined, consumer: number, ids: object) {
    const now = clock.now().toISOString();
    const consumerHash = await desk.secrets.phoneHash(this.tenantId, this.#phone(consumer));
    if (step === 'requested') return transferRequested({ ...ids, consumerHash, requestedAt: now });
    if (step === 'dialed') return destinationDialed({ ...ids, dialedAt: now });
    if (step === 'bridged') return callBridged({ ...ids, consumerHash, bridgedAt: now });
    return step === 'ended' ? callEnded({ ...ids, endedAt: now, connectedSeconds: 95 }) : null;
  }

  async #report(consumer: number, transfer: number, report: Fact['report']): Promise<string> {
    const { leadId, transferId } = this.#ids[consumer * 2 + transfer]!;
    const vendorCall = report.vendorCall ?? (report.by === 'vendor_call' ? 'v1' : null);
    const whom = {
      ...{ caller: { caller_id: this.#phone(consumer) }, vendor_call: {} },
      strange_name: { [this.#strangeName]: this.#phone(consumer) },
      ...{ transfer: { transfer_id: transferId }, lead: { lead_id: leadId } },
    }[report.by];
    const body = JSON.stringify({
      ...whom,
      ...(vendorCall === null ? {} : { call_id: `${vendorCall}-${this.number}-${consumer}` }),
      ...(report.payout === null
        ? {}
        : { [report.mode === 'set' ? 'payout' : 'add_payout']: report.payout }),
      ...(report.billable === null ? {} : { billable: report.billable }),
    });
    const postbackId = randomUUID();
    const hit = { method: 'POST', contentType: 'application/json', query: '', body } as const;
    const origin = { ip: null, headers: {} };
    const token = report.ofNetwork ? this.tokens.network : this.#platform;
    const receipt = { receivedAt: clock.now().toISOString(), sequence: 0 };
    const received = await desk.receive.execute(
      new ReceivePostbackCommand(token, postbackId, hit, origin, receipt, aCaller()),
    );
    this.postbackIds.push(postbackId);
    if (report.promptly) await desk.prompt.match(received, aCaller());
    return postbackId;
  }

  /** Calls of several names at once, while their sender waits. */
  async #reportApart(consumer: number, report: Fact['report']): Promise<void> {
    const named = (['v1', 'v2', 'v3'] as const).map((vendorCall) => ({ ...report, vendorCall }));
    const each = named.map((one) => ({ ...one, by: 'caller', promptly: true }) as const);
    await Promise.all(each.map((one) => this.#report(consumer, 0, one)));
  }

  /** A call of one name again and again, while another transfer moves on. */
  async #reportAlike(consumer: number, transfer: number, report: Fact['report']): Promise<void> {
    const one = { ...report, by: 'caller', vendorCall: 'v1', promptly: true } as const;
    await Promise.all([
      this.#report(consumer, 0, one),
      this.#call(consumer, transfer).then(() => this.#report(consumer, 0, one)),
      this.#call(consumer, 1 - transfer),
    ]);
  }

  async #learn(): Promise<void> {
    const aliases = [{ field: 'caller', name: this.#strangeName }];
    await desk.changeAliases.execute(
      new ChangeAliasesCommand(this.tenantId, aCaller(), aliases, null),
    );
  }

  /** The last one; refused where it cannot be. */
  async #correct(is: 'unlinked' | 'ignored'): Promise<void> {
    const postbackId = this.postbackIds.at(-1) ?? randomUUID();
    const wish = [this.tenantId, aCaller(), postbackId, 'wrong call'] as const;
    await refusable(
      is === 'unlinked'
        ? desk.unlink.execute(new UnlinkPostbackCommand(...wish))
        : desk.ignore.execute(new IgnorePostbackCommand(...wish)),
    );
  }

  /** What came is linked by hand while others look at it; refused where it counts elsewhere. */
  async #link({ consumer, transfer, report }: Fact): Promise<void> {
    const [postbackId] = await Promise.all([
      this.#report(consumer, transfer, report),
      this.#call(consumer, transfer),
    ]);
    const { transferId } = this.#ids[consumer * 2 + transfer]!;
    const wish = [this.tenantId, aCaller(), postbackId, transferId, 'it is this one'] as const;
    await refusable(desk.link.execute(new LinkPostbackCommand(...wish)));
  }

  /** The platform’s token is for another destination, or for any, from now on. */
  #narrow(destinationId: string | null): Promise<void> {
    const { tokenId, settings } = this.tokens.platform;
    const wish = [this.tenantId, aCaller(), tokenId, { destinationId }, null] as const;
    // One after the other, as the directory of tokens learns of it.
    this.#narrowed = this.#narrowed.then(async () => {
      await desk.changeToken.execute(new ChangePostbackTokenCommand(...wish));
      this.#platform = { ...this.#platform, settings: { ...settings, destinationId } };
    });
    return this.#narrowed;
  }

  #phone(consumer: number): string {
    return `+1512${200 + (this.number % 700)}010${consumer}`;
  }
}

describe('whatever is called and reported, in whatever order, with workers that are killed', () => {
  it(
    'every report ends at the transfer the rules find, and every ledger is what its reports are worth',
    async () => {
      await fc.assert(
        fc.asyncProperty(bursts, async (facts) => {
          const tokens = await aTenant((runs += 1));
          const consumers = new Consumers(runs, tokens);
          const { tenantId } = tokens;
          for (const burst of facts) await Promise.all(burst.map((each) => consumers.happen(each)));
          await allIsMatched(stack);
          const hits = await Promise.all(
            consumers.postbackIds.map(
              async (id) => (await desk.records.closed(tenantId, id)).postback,
            ),
          );
          const ledgers = await Promise.all(consumers.leadIds.map((id) => ledgerOf(desk, id)));
          for (const ledger of ledgers) {
            expectBalanced(ledger, hits);
            expectNoneOverwritten(ledger);
          }
          expectOneTransferOfName(hits);
          for (const hit of hits) {
            expect(['received', 'assigned']).not.toContain(hit.status);
            if (hit.status === 'unmatched')
              await expectUnmatched(desk, tenantId, hit, ledgers, hits);
          }
          const failed = workers.flatMap(({ notices }) =>
            notices.filter(({ kind }) => kind === 'parked'),
          );
          expect(failed).toEqual([]);
        }),
        { numRuns: RUNS, endOnFailure: true },
      );
    },
    RUNS * 60_000,
  );
});
