import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type ReportSender, type TransferReport } from './revenue.events.js';
import { afterBridge, aReport } from './revenue.fixtures.js';
import { isOfOneCall, isRepeat, saysTheSame, withoutRepeats, worthOf } from './worth.js';

const terms = { destinationId: 'buyer-1', billableSeconds: 90 };

/** Tokens and statements of two buyers and of any: some share names with others that do not. */
const senders: readonly ReportSender[] = [
  { tokenId: 'token-1', destinationId: null },
  { tokenId: 'token-1', destinationId: 'buyer-1' },
  { tokenId: 'token-2', destinationId: 'buyer-1' },
  { tokenId: 'token-3', destinationId: 'buyer-2' },
  { tokenId: 'token-4', destinationId: null },
  { tokenId: null, destinationId: 'buyer-1' },
  { tokenId: null, destinationId: 'buyer-2' },
  { tokenId: null, destinationId: null },
];

/** Few values of each kind, so that much is said again. */
const report = fc.record({
  sender: fc.constantFrom(...senders),
  vendorCallId: fc.constantFrom('vendor-1', 'vendor-2', null),
  payoutMinor: fc.constantFrom(4_500, 500, 0, -500, null),
  payoutMode: fc.constantFrom('set' as const, 'add' as const),
  currency: fc.constantFrom('USD', 'EUR'),
  billable: fc.constantFrom(true, false, null),
});

const inOrder = (said: readonly Partial<TransferReport>[]): TransferReport[] =>
  said.map((each, sequence) => aReport({ ...each, postbackId: `hit-${sequence}`, sequence }));

/** The same by going through all that came before each, for each. */
function naively(reports: readonly TransferReport[]): TransferReport[] {
  const isAddition = ({ payoutMinor, payoutMode }: TransferReport) =>
    payoutMinor !== null && payoutMode === 'add';
  return reports.filter((each, place) => {
    const ofCall = reports.slice(0, place).filter((other) => isOfOneCall(other, each, terms));
    const wholes = ofCall.filter((other) => !isAddition(other));
    const repeatable = isAddition(each) ? ofCall : wholes.slice(-1);
    return !repeatable.some((other) => saysTheSame(other, each));
  });
}

/** Reports of one name that tell how often they were looked at. */
function counted(count: number) {
  const looks = { taken: 0 };
  const reports = inOrder(
    Array.from({ length: count }, (_, place) => ({
      payoutMinor: 4_500 + (place % 7),
      payoutMode: place % 2 === 0 ? ('set' as const) : ('add' as const),
    })),
  ).map((each) =>
    Object.defineProperty({ ...each }, 'vendorCallId', {
      get: () => {
        looks.taken += 1;
        return '0';
      },
    }),
  );
  return { looks, reports };
}

describe('reports that repeat others', () => {
  it('are those that going through all before each finds', () => {
    const few = fc.array(report, { maxLength: 40 });
    const many = fc.array(report, { minLength: 150, maxLength: 400, size: 'max' });
    fc.assert(
      fc.property(fc.oneof({ weight: 9, arbitrary: few }, many), (said) => {
        const reports = inOrder(said);
        expect(withoutRepeats(reports, terms)).toEqual(naively(reports));
      }),
    );
  });

  it('are found with a few looks at each, however many have one name', () => {
    const { looks, reports } = counted(3_000);
    worthOf(reports, terms);
    isRepeat(reports.at(-1)!, reports.slice(0, -1));
    expect(looks.taken).toBeLessThan(10 * reports.length);
  });

  it('are told apart among 100,000 of one name', () => {
    const amounts = Array.from({ length: 100_000 }, (_, place) => 4_500 + (place % 7));
    const reports = amounts.map((payoutMinor, place) =>
      aReport({ postbackId: `hit-${place}`, payoutMinor, receivedAt: afterBridge(place) }),
    );
    expect(withoutRepeats(reports, terms)).toHaveLength(reports.length);
    expect(worthOf(reports, terms)).toMatchObject({ minor: amounts.at(-1), billable: true });
  });
});
