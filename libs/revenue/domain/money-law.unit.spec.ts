import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type CallEvent } from '#events/calls';
import { callBridged, callEnded, destinationDialed, transferRequested } from '#events/testing';
import { LedgerStream, naiveWorth, sumsOf } from './ledger.fixtures.js';
import { matchPostback } from './matching.js';
import { naiveOwner, type PlainHit, type PlainTransfer } from './naive-oracle.fixtures.js';
import { type KnownPostback, reportOf } from './postback.js';
import { senderOf, sharesNames } from './report-sender.js';
import { afterBridge, aReading } from './revenue.fixtures.js';
import { type TransferFacts } from './transfer-facts.js';
import { factsOf } from './transfer-ledger.js';

const numbers = [0, 1, 2, 3];
const callerOf = (number: number) => (number < 3 ? 'phone-1' : 'phone-2');

/** Senders of all kinds: two tokens of one buyer, one of another, one for any, and a statement. */
const senders = [
  { tokenId: 'token-1', destinationId: 'buyer-1', method: 'POST' },
  { tokenId: 'token-2', destinationId: 'buyer-1', method: 'GET' },
  { tokenId: 'token-3', destinationId: 'buyer-2', method: 'POST' },
  { tokenId: 'token-4', destinationId: null, method: 'POST' },
  { tokenId: 'statement-1', destinationId: 'buyer-1', method: 'IMPORT' },
] as const;

/** Beyond four hours in either direction. */
const minutes = fc.integer({ min: -400, max: 400 }).map((count) => afterBridge(count * 60_000));
const maybe = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: null });

const hit = fc.record({
  sentWith: fc.constantFrom(...senders),
  receivedAt: minutes,
  sequence: fc.nat({ max: 2 }),
  reading: fc
    .record({
      callerHash: fc.constantFrom('phone-1', 'phone-1', 'phone-2', null),
      callAt: maybe(minutes),
      ids: fc.constantFrom(
        ...[[], [], [], ['t-0'], ['lead-1'], ['call-2'], ['nobody'], ['lead-0', 't-0']],
        ...[
          ['lead-1', 'call-2', 't-3'],
          ['call-1', 't-0'],
        ],
      ),
      vendorCallId: maybe(fc.constantFrom('v1', 'v2', 'v3')),
      buyer: maybe(fc.constantFrom('Bright Solar', 'buyer-2', 'Somebody')),
      durationSeconds: maybe(fc.constantFrom(20, 90, 200)),
      payoutMinor: maybe(fc.constantFrom(0, 500, 4_500, -3_500)),
      payoutMode: fc.constantFrom('set', 'set', 'add'),
      currency: fc.constantFrom('USD', 'USD', 'EUR'),
      billable: maybe(fc.boolean()),
    })
    .map(aReading),
});

/** A report comes, or the next thing happens to a transfer. */
const step = fc.oneof(
  fc.record({ kind: fc.constant('hit' as const), hit }),
  fc.record({
    kind: fc.constant('call' as const),
    number: fc.constantFrom(...numbers),
    at: minutes,
    seconds: fc.constantFrom(30, 120, 190),
  }),
);
type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never;
type Call = Extract<Step, { kind: 'call' }>;

const idsOf = (number: number) => ({
  ...{ transferId: `t-${number}`, callId: `call-${number}`, leadId: `lead-${number >> 1}` },
  ...{ destinationId: number % 2 === 0 ? 'buyer-1' : 'buyer-2' },
  destinationName: number % 2 === 0 ? 'Bright Solar' : 'Café Sun',
});

/** What happens to a transfer first, then next; nothing after its fourth step. */
function eventOf({ number, at, seconds }: Call, place: number): CallEvent | undefined {
  const ids = idsOf(number);
  return [
    transferRequested({ ...ids, requestedAt: at }),
    destinationDialed({ ...ids, dialedAt: at }),
    callBridged({ ...ids, bridgedAt: at }),
    callEnded({ ...ids, endedAt: at, connectedSeconds: seconds, estimate: null }),
  ][place];
}

interface Told extends KnownPostback {
  readonly plain: Omit<PlainHit, 'transferId'>;
}

/** One lead's world; what is decided in it is asked of the rules, or of the oracle. */
abstract class World {
  readonly hits: Told[] = [];
  readonly owners = new Map<string, string>();

  arrives({ hit: { sentWith, ...said } }: Extract<Step, { kind: 'hit' }>): void {
    const postbackId = `hit-${String(this.hits.length).padStart(2, '0')}`;
    const { reading, receivedAt } = said;
    const plain = { reading, receivedAt, sender: senderOf(sentWith) };
    const undecided = { unmatched: null, assignment: null, unlinked: null, outcome: null };
    const arrived = { status: 'received', postbackId, timesReadAnew: 0 } as const;
    this.hits.push({ ...arrived, ...sentWith, ...said, ...undecided, plain });
  }

  /** Whatever waits is looked at again, as it came, until nothing is found any more. */
  settle(): void {
    for (let isNew = true; isNew;) {
      isNew = false;
      for (const each of this.hits) {
        if (this.owners.has(each.postbackId)) continue;
        const owner = this.ownerOf(each);
        if (owner === null) continue;
        this.owners.set(each.postbackId, owner);
        this.settled(each, owner);
        isNew = true;
      }
    }
  }

  abstract happens(call: Call, place: number): void;
  abstract ownerOf(hit: Told): string | null;
  abstract settled(hit: Told, transferId: string): void;
}

/** By the rules and the ledger. */
class Ruled extends World {
  readonly stream = new LedgerStream();

  override happens(call: Call, place: number): void {
    const event = eventOf(call, place);
    if (event !== undefined) this.stream.happens(event);
  }

  /** Folded once for as long as nothing happens. */
  get #facts(): readonly TransferFacts[] {
    const { length } = this.stream.events;
    if (this.#folded.length !== length) {
      this.#folded = { length, facts: this.stream.ledger.transfers.map(factsOf) };
    }
    return this.#folded.facts;
  }
  #folded: { length: number; facts: readonly TransferFacts[] } = { length: 0, facts: [] };

  override ownerOf({ plain, ...hit }: Told): string | null {
    const all = this.#facts;
    const { ids, callerHash } = hit.reading;
    const outcome = matchPostback({
      ...{ ...plain, tokenDestinationId: hit.destinationId },
      candidates: all.filter((each) => callerOf(Number(each.transferId.slice(2))) === callerHash),
      byId: all.filter((each) =>
        [each.transferId, each.callId, each.leadId].some((id) => ids.includes(id)),
      ),
      byVendorCallId: this.#linked({ ...hit, plain }, all),
    });
    return outcome.kind === 'matched' ? outcome.transfer.transferId : null;
  }

  override settled(hit: Told, transferId: string): void {
    this.stream.apply(reportOf(hit), transferId);
  }

  /** As the read side finds it. */
  #linked({ plain, ...hit }: Told, all: readonly TransferFacts[]): TransferFacts | null {
    const { vendorCallId } = hit.reading;
    if (vendorCallId === null) return null;
    const transfers = inOrder(this.hits).flatMap(({ postbackId, plain: other, reading }) => {
      const owner = all.find((each) => each.transferId === this.owners.get(postbackId));
      if (owner === undefined || reading.vendorCallId !== vendorCallId) return [];
      return sharesNames(other.sender, plain.sender, owner) ? [owner] : [];
    });
    return transfers.at(-1) ?? null;
  }
}

const inOrder = (hits: readonly Told[]) =>
  [...hits].sort(
    (a, b) =>
      Date.parse(a.receivedAt) - Date.parse(b.receivedAt) ||
      a.sequence - b.sequence ||
      (a.postbackId < b.postbackId ? -1 : 1),
  );

/** By going through everything, and keeping nothing but the raw hits. */
class Naive extends World {
  readonly transfers = new Map<string, PlainTransfer>();

  override happens({ number, at, seconds }: Call, place: number): void {
    const ids = idsOf(number);
    const before = this.transfers.get(ids.transferId) ?? {
      ...{ ...ids, callerHash: callerOf(number), requestedAt: at },
      ...{ dialedAt: null, bridgedAt: null, endedAt: null, connectedSeconds: null },
    };
    const news = [{}, { dialedAt: at }, { bridgedAt: at }, { endedAt: at }][place];
    const length = place === 3 ? { connectedSeconds: seconds } : {};
    if (news !== undefined) this.transfers.set(ids.transferId, { ...before, ...news, ...length });
  }

  override ownerOf({ postbackId, plain }: Told): string | null {
    const others = inOrder(this.hits)
      .filter((other) => other.postbackId !== postbackId)
      .map((other) => ({
        ...{ ...other.plain, transferId: this.owners.get(other.postbackId) ?? null },
      }));
    return naiveOwner({ ...plain, transferId: null }, [...this.transfers.values()], others)
      .transferId;
  }

  override settled(): void {
    // What the hits of a transfer are worth is worked out at the end.
  }

  worthOf(transferId: string): Record<string, number> {
    const reports = this.hits.filter((each) => this.owners.get(each.postbackId) === transferId);
    const worth = naiveWorth(
      reports.map(reportOf),
      idsOf(Number(transferId.slice(2))).destinationId,
    );
    return worth === null || worth.minor === 0 ? {} : { [worth.currency]: worth.minor };
  }
}

describe('for any interleaving of transfers and reports of any senders', () => {
  it('reports count where a naive reading of the rules has them, and Σ ledger is what they are worth', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30, size: 'max' }), (steps) => {
        const [ruled, naive] = [new Ruled(), new Naive()];
        const places = new Map<number, number>();
        for (const each of steps) {
          if (each.kind === 'call') {
            const place = places.get(each.number) ?? 0;
            places.set(each.number, place + 1);
          }
          for (const world of [ruled, naive]) {
            if (each.kind === 'hit') world.arrives(each);
            else world.happens(each, places.get(each.number)! - 1);
            world.settle();
          }
        }
        expect(Object.fromEntries(ruled.owners)).toEqual(Object.fromEntries(naive.owners));
        for (const number of numbers) {
          const { transferId } = idsOf(number);
          expect(sumsOf(ruled.stream.events, transferId)).toEqual(naive.worthOf(transferId));
        }
      }),
      { numRuns: 100 },
    );
  });

  it('finds cases of every kind in such worlds', () => {
    const found = new Set<string>();
    const samples = fc.sample(fc.array(step, { minLength: 15, maxLength: 30, size: 'max' }), {
      ...{ numRuns: 300, seed: 7 },
    });
    for (const steps of samples) {
      const naive = new Naive();
      const places = new Map<number, number>();
      for (const each of steps) {
        if (each.kind === 'hit') naive.arrives(each);
        else {
          const place = places.get(each.number) ?? 0;
          places.set(each.number, place + 1);
          naive.happens(each, place);
        }
        naive.settle();
      }
      for (const answer of answersIn(naive)) found.add(answer);
    }
    expect([...found].sort()).toEqual([
      ...['already_matched_conflict', 'call_time_in_future', 'call_time_missing', 'caller_missing'],
      ...['matched', 'no_transfer_for_caller', 'outside_window', 'unknown_id'],
    ]);
  });
});

/** What has become of each hit, in words. */
function answersIn(naive: Naive): string[] {
  const plain = naive.hits.map((each) => ({
    ...{ ...each.plain, transferId: naive.owners.get(each.postbackId) ?? null },
  }));
  return plain.map((each, index) => {
    if (each.transferId !== null) return 'matched';
    const others = plain.filter((_, place) => place !== index);
    const answer = naiveOwner(each, [...naive.transfers.values()], others);
    return answer.transferId === null ? answer.reason : 'late';
  });
}
