import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type CallEvent } from '#events/calls';
import { callBridged, callEnded, destinationDialed, transferRequested } from '#events/testing';
import { entriesIn, LedgerStream, naiveWorth, sumsOf } from './ledger.fixtures.js';
import { type TransferReport } from './revenue.events.js';
import { afterBridge, aReport } from './revenue.fixtures.js';

const transferIds = ['transfer-1', 'transfer-2', 'transfer-3'];

/** A token for any destination, one for that of the transfers, and a statement of it. */
const senders = [
  { tokenId: 'token-1', destinationId: null },
  { tokenId: 'token-2', destinationId: 'buyer-1' },
  { tokenId: null, destinationId: 'buyer-1' },
];

/** One hit; its number is its place in the log, its receipt may be any. */
const hit = fc.record({
  receivedAt: fc.nat({ max: 12 }).map((minutes) => afterBridge(minutes * 60_000)),
  sequence: fc.nat({ max: 11 }),
  sender: fc.constantFrom(...senders),
  vendorCallId: fc.constantFrom('v1', 'v2', null),
  payoutMinor: fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom(0, 500, 4_500, -3_500, -500, null) },
    { weight: 1, arbitrary: fc.integer({ min: -100_000_000, max: 100_000_000 }) },
  ),
  payoutMode: fc.constantFrom('set', 'add'),
  currency: fc.constantFrom('USD', 'USD', 'USD', 'EUR'),
  billable: fc.constantFrom(null, null, true, false),
  durationSeconds: fc.constantFrom(null, 10, 120),
  isDuplicate: fc.boolean(),
});

/** One thing that happens; `at` picks among the hits so far, or the calls that are left. */
const step = fc.record({
  kind: fc.constantFrom('hit', 'hit', 'hit', 'repeat', 'rerun', 'detach', 'reattach', 'call'),
  at: fc.nat({ max: 50 }),
  transferId: fc.constantFrom(...transferIds),
  hit,
  receivedLater: fc.nat({ max: 3 }),
});
type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never;

/** What goes on at the telephone meanwhile, in its order. */
const calls: readonly CallEvent[] = transferIds.flatMap((transferId) => [
  destinationDialed({ transferId }),
  callBridged({ transferId }),
  callEnded({
    ...{ disposition: 'transferred', transferId, connectedSeconds: 100 },
    estimate: { amountMinor: 3_000, currency: 'USD', billable: true, rule: 'fixed' },
  }),
]);

/** A world that keeps raw hits and where each belongs, and nothing else. */
class RawHits {
  readonly hits: TransferReport[] = [];
  readonly holders = new Map<string, string>();
  #calls = 0;

  constructor(readonly stream: LedgerStream) {}

  take(each: Step): void {
    const known = this.hits[each.at % Math.max(1, this.hits.length)];
    switch (each.kind) {
      case 'hit':
        this.#arrives(each.hit, each.transferId);
        return;
      case 'call':
        if (this.#calls < calls.length) this.stream.happens(calls[this.#calls++]!);
        return;
      case 'repeat':
        if (known !== undefined) this.#repeated(known, each);
        return;
      case 'rerun':
      case 'reattach':
        if (known !== undefined) this.#attach(known, each.transferId);
        return;
      case 'detach':
        if (known === undefined) return;
        this.stream.detach(known.postbackId);
        this.holders.delete(known.postbackId);
    }
  }

  reportsOf(transferId: string): TransferReport[] {
    return this.hits.filter(({ postbackId }) => this.holders.get(postbackId) === transferId);
  }

  #repeated(known: TransferReport, { receivedLater, transferId }: Step): void {
    const receivedMs = Date.parse(known.receivedAt) + receivedLater * 60_000;
    const holder = this.holders.get(known.postbackId) ?? transferId;
    this.#arrives({ ...known, receivedAt: new Date(receivedMs).toISOString() }, holder);
  }

  #arrives(said: Partial<TransferReport>, transferId: string): void {
    const report = aReport({ ...said, postbackId: `hit-${this.hits.length}` });
    this.hits.push(report);
    this.#attach(report, transferId);
  }

  #attach(report: TransferReport, transferId: string): void {
    const before = this.holders.get(report.postbackId);
    const events = this.stream.apply(report, transferId);
    if (before === undefined) this.holders.set(report.postbackId, transferId);
    else expect(events).toEqual([]);
  }
}

const fresh = () =>
  new RawHits(
    new LedgerStream(...transferIds.map((transferId) => transferRequested({ transferId }))),
  );

const nonZero = (worth: ReturnType<typeof naiveWorth>) =>
  worth === null || worth.minor === 0 ? {} : { [worth.currency]: worth.minor };

describe('the ledger of a lead', () => {
  it('is what the raw hits are worth, per transfer and currency, whatever happened in which order', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40, size: 'max' }), (steps) => {
        const world = fresh();
        for (const each of steps) {
          world.take(each);
          for (const transferId of transferIds) {
            const expected = nonZero(naiveWorth(world.reportsOf(transferId), 'buyer-1'));
            expect(sumsOf(world.stream.events, transferId)).toEqual(expected);
          }
        }
      }),
      { numRuns: 500 },
    );
  });

  it('is the same in whichever order hits are matched', () => {
    fc.assert(
      fc.property(fc.array(hit, { maxLength: 8 }), fc.infiniteStream(fc.nat()), (hits, keys) => {
        const reports = hits.map((each, index) => ({ ...each, postbackId: `hit-${index}` }));
        const shuffled = reports
          .map((report) => ({ report, key: keys.next().value as number }))
          .sort((a, b) => a.key - b.key);
        const [one, other] = [fresh().stream, fresh().stream];
        for (const report of reports) one.apply(report);
        for (const { report } of shuffled) other.apply(report);
        expect(sumsOf(other.events, 'transfer-1')).toEqual(sumsOf(one.events, 'transfer-1'));
      }),
    );
  });

  it('heeds the order of a list, whatever the ids of its reports', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray(['a', 'b', 'c', 'd'], { minLength: 4 }), (ids) => {
        const { stream } = fresh();
        ids.forEach((postbackId, sequence) => {
          stream.apply({ postbackId, sequence, payoutMinor: 100 * (sequence + 1) });
        });
        expect(sumsOf(stream.events, 'transfer-1')).toEqual({ USD: 400 });
      }),
    );
  });

  it('changes no more when all of it is run again', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 25 }), (steps) => {
        const world = fresh();
        for (const each of steps) world.take(each);
        for (const [postbackId, transferId] of world.holders) {
          const report = world.hits.find((each) => each.postbackId === postbackId)!;
          expect(world.stream.apply(report, transferId)).toEqual([]);
        }
        for (const { postbackId } of world.hits) {
          if (!world.holders.has(postbackId)) expect(world.stream.detach(postbackId)).toEqual([]);
        }
      }),
    );
  });

  it('goes on from where it was with every entry, in whole minor units', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const world = fresh();
        for (const each of steps) world.take(each);
        const booked = new Map<string, number>();
        for (const { type, data } of entriesIn(world.stream.events)) {
          const of = `${data.transferId} ${data.currency}`;
          expect(data.fromMinor).toBe(booked.get(of) ?? 0);
          expect(Number.isSafeInteger(data.toMinor)).toBe(true);
          if (type === 'RevenueConfirmed') expect(data.fromMinor).toBe(0);
          expect(data.toMinor).toBeGreaterThanOrEqual(0);
          if (!data.billable) expect(data.toMinor).toBe(0);
          booked.set(of, data.toMinor);
        }
      }),
    );
  });

  it('says of a repetition that it is one, and nothing else', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 20 }), hit, (steps, said) => {
        const world = fresh();
        for (const each of steps) world.take(each);
        const late = { ...said, receivedAt: afterBridge(3_600_000) };
        world.stream.apply({ ...late, postbackId: 'hit-x' });
        const again = { ...late, postbackId: 'hit-y', receivedAt: afterBridge(3_600_001) };
        expect(world.stream.apply(again)).toMatchObject([{ data: { outcome: 'duplicate' } }]);
      }),
    );
  });
});
