import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { MATCH_WINDOW_MS } from './call-time.js';
import { matchPostback } from './matching.js';
import { type MatchInput, type TransferFacts } from './transfer-facts.js';
import { afterBridge, aReading, aTransfer } from './revenue.fixtures.js';

const instantNear = fc.oneof(
  fc.integer({ min: -5 * 3_600_000, max: 5 * 3_600_000 }),
  fc.constantFrom(0, MATCH_WINDOW_MS, MATCH_WINDOW_MS + 1, -MATCH_WINDOW_MS, 29_999, 30_000),
);
const instant = instantNear.map(afterBridge);
const maybe = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: null });
const vendorCall = fc.constantFrom('v1', 'v2', 'v3');

const sender = fc.record({
  tokenId: fc.constantFrom('token-1', 'token-2', null),
  destinationId: fc.constantFrom('buyer-1', 'buyer-2'),
});
const namedCalls = fc.array(fc.record({ vendorCallId: vendorCall, sender }), { maxLength: 2 });

/** Transfers of one caller, as many as five, no two with the same id. */
const transfers = fc
  .array(
    fc.record({
      requestedAt: instant,
      dialedAt: maybe(instant),
      bridgedAt: maybe(instant),
      endedAt: maybe(instant),
      connectedSeconds: maybe(fc.nat({ max: 200 })),
      destinationId: fc.constantFrom('buyer-1', 'buyer-2'),
      leadId: fc.constantFrom('lead-1', 'lead-2'),
      confirmedBy: namedCalls,
    }),
    { maxLength: 5 },
  )
  .map((all) => all.map((each, index) => aTransfer({ ...each, transferId: `t-${index}` })));

const reading = fc.record({
  callAt: maybe(instant),
  vendorCallId: maybe(vendorCall),
  durationSeconds: maybe(fc.nat({ max: 200 })),
  buyer: maybe(fc.constantFrom('Bright Solar', 'buyer-2')),
  ids: fc.uniqueArray(fc.constantFrom('t-1', 'lead-2', 'nobody'), { maxLength: 2 }),
  callerHash: fc.constantFrom('phone-1', 'phone-1', 'phone-1', null),
});

const questions: fc.Arbitrary<MatchInput> = fc
  .record({
    reading: reading.map(aReading),
    receivedAt: instant,
    sender,
    tokenDestinationId: fc.constantFrom(null, 'buyer-1', 'buyer-2', 'buyer-3'),
    candidates: transfers,
    named: fc.boolean(),
    linked: fc.boolean(),
  })
  .map(({ named, linked, ...question }) => {
    const { ids, vendorCallId } = question.reading;
    const names = (each: TransferFacts) =>
      ids.includes(each.transferId) || ids.includes(each.leadId);
    const isLinked = ({ confirmedBy }: TransferFacts) =>
      vendorCallId !== null && confirmedBy.some((call) => call.vendorCallId === vendorCallId);
    const { candidates } = question;
    return {
      ...question,
      byId: named ? candidates.filter(names) : [],
      byVendorCallId: (linked ? candidates.find(isLinked) : null) ?? null,
    };
  });

describe('matching', () => {
  it('comes to the same however transfers are ordered, and stays the same as JSON', () => {
    fc.assert(
      fc.property(questions, fc.nat({ max: 4 }), (question, turn) => {
        const outcome = matchPostback(question);
        const turned = <Each>(all: readonly Each[]) => [...all.slice(turn), ...all.slice(0, turn)];
        const { candidates, byId } = question;
        const again = { ...question, candidates: turned(candidates).reverse(), byId: turned(byId) };
        expect(matchPostback(again)).toEqual(outcome);
        expect(JSON.parse(JSON.stringify(outcome))).toEqual(outcome);
      }),
    );
  });

  it('never finds a transfer outside the window by the caller', () => {
    fc.assert(
      fc.property(questions, (question) => {
        const outcome = matchPostback(question);
        if (outcome.kind === 'unmatched') {
          const isFar = outcome.nearestMs === null || outcome.nearestMs > MATCH_WINDOW_MS;
          expect(isFar).toBe(true);
        } else if (outcome.match.rule === 'caller') {
          for (const { distanceMs } of outcome.match.candidates) {
            expect(distanceMs).toBeLessThanOrEqual(MATCH_WINDOW_MS);
          }
          expect(outcome.match.candidates[0]?.distanceMs).toBe(outcome.match.distanceMs);
        }
      }),
    );
  });

  it('never finds by the caller what its sender confirmed as another call', () => {
    fc.assert(
      fc.property(questions, (question) => {
        const outcome = matchPostback(question);
        if (outcome.kind === 'unmatched' || outcome.match.rule !== 'caller') return;
        expect(outcome.match.candidates[0]?.takenBy).toBeNull();
      }),
    );
  });

  it('still finds something when there is one more transfer', () => {
    fc.assert(
      fc.property(questions, transfers, (question, [more]) => {
        if (more === undefined || matchPostback(question).kind === 'unmatched') return;
        const another = { ...more, transferId: 'another', confirmedBy: [] };
        const candidates = [...question.candidates, another];
        expect(matchPostback({ ...question, candidates }).kind).toBe('matched');
        const byId = [...question.byId, another];
        expect(matchPostback({ ...question, byId }).kind).toBe('matched');
      }),
    );
  });

  it('names the transfer it chose first', () => {
    fc.assert(
      fc.property(questions, (question) => {
        const outcome = matchPostback(question);
        if (outcome.kind === 'unmatched') return;
        const [first] = outcome.match.candidates;
        expect(first?.transferId).toBe(outcome.transfer.transferId);
      }),
    );
  });
});
