import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type TransferReport } from './revenue.events.js';
import { aReport } from './revenue.fixtures.js';
import { isRepeat, sayingOf, worthOf } from './worth.js';

/** Calls of a minute and a half are paid for. */
const terms = { destinationId: 'buyer-1', billableSeconds: 90 };
const nothingSaid = { payoutMinor: null, billable: null, durationSeconds: null };

/** What one report comes to that says no more than this. */
const worth = (says: Partial<TransferReport>) =>
  worthOf([aReport({ ...nothingSaid, ...says })], terms);

const paid = { confirmed: true, minor: 4_500, billable: true };
const paidNothing = { confirmed: true, minor: 0, billable: false };
const asEstimated = (billable: boolean) => ({ confirmed: false, minor: 0, billable });

describe('what a report says a transfer is worth', () => {
  it.each<[string, Partial<TransferReport>, object]>([
    ['that it is paid for, and how much', { billable: true, payoutMinor: 4_500 }, paid],
    ['how much', { payoutMinor: 4_500 }, paid],
    ['how much, and that it was short', { payoutMinor: 4_500, durationSeconds: 5 }, paid],
    ['how much, and that it is not paid for', { payoutMinor: 4_500, billable: false }, paidNothing],
    ['that it is not paid for', { billable: false }, paidNothing],
    [
      'that it is paid for, with nothing',
      { billable: true, payoutMinor: 0 },
      { ...paidNothing, billable: true },
    ],
    ['that it is worth nothing', { payoutMinor: 0 }, paidNothing],
    [
      'that it is worth nothing, and was long',
      { payoutMinor: 0, durationSeconds: 300 },
      paidNothing,
    ],
    ['an amount below zero', { payoutMinor: -3_500 }, { ...paidNothing, takenBack: true }],
    ['that it is paid for', { billable: true }, asEstimated(true)],
    ['that it was as long as is paid for', { durationSeconds: 90 }, asEstimated(true)],
    ['that it was a second shorter', { durationSeconds: 89 }, asEstimated(false)],
    [
      'that it was long, and is a duplicate',
      { durationSeconds: 300, isDuplicate: true },
      asEstimated(false),
    ],
    ['nothing', {}, asEstimated(false)],
  ])('follows from %s', (_, says, expected) => {
    expect(worth(says)).toMatchObject(expected);
  });

  it('tells apart what counts for nothing in other currencies, and adds none of it up twice', () => {
    const said = (postbackId: string, payoutMinor: number, more: Partial<TransferReport>) =>
      aReport({ ...nothingSaid, postbackId, payoutMinor, ...more });
    const reports = [
      ...[said('a', 4_500, {}), said('b', 3_000, { currency: 'CAD', sequence: 1 })],
      ...[said('c', 500, { currency: 'CAD', payoutMode: 'add', sequence: 2 })],
      ...[said('d', 500, { currency: 'CAD', payoutMode: 'add', sequence: 3 })],
      ...[said('e', -900, { currency: 'AUD', sequence: 4 })],
    ];
    const uncounted = [
      { currency: 'AUD', minor: 0 },
      { currency: 'CAD', minor: 3_500 },
    ];
    expect(sayingOf(reports, terms)).toMatchObject({ uncounted });
    expect(worthOf(reports, terms)).toMatchObject({ currency: 'USD', minor: 4_500 });
  });

  it('keeps what came before a reversal in its history, and is nothing', () => {
    const reports = [
      aReport({ postbackId: 'first', payoutMinor: 4_500 }),
      aReport({ postbackId: 'later', payoutMinor: null, billable: false, sequence: 1 }),
    ];
    expect(worthOf(reports, terms)).toMatchObject(paidNothing);
    expect(worthOf(reports.slice(0, 1), terms)).toMatchObject(paid);
  });

  it('is not changed by delivering a whole and additions to it again, word for word', () => {
    const whole = fc.integer({ min: 0, max: 9_000 });
    fc.assert(
      fc.property(whole, fc.array(fc.integer({ min: -99, max: 99 })), (amount, additions) => {
        const once = [
          aReport({ payoutMinor: amount }),
          ...additions.map((payoutMinor) => aReport({ payoutMinor, payoutMode: 'add' as const })),
        ];
        const delivered = [...once, ...once].map((report, sequence) => ({
          ...{ ...report, postbackId: `hit-${sequence}`, sequence },
        }));
        expect(worthOf(delivered, terms)).toEqual(worthOf(delivered.slice(0, once.length), terms));
        delivered.slice(once.length).forEach((again, index) => {
          expect(isRepeat(again, delivered.slice(0, once.length + index))).toBe(true);
        });
      }),
    );
  });

  it('is what is stated last where another whole was stated in between', () => {
    const amounts = [4_500, 5_200, 4_500];
    const reports = amounts.map((payoutMinor, sequence) =>
      aReport({ postbackId: `hit-${sequence}`, payoutMinor, sequence }),
    );
    expect(worthOf(reports, terms)).toMatchObject(paid);
    expect(isRepeat(reports[2]!, reports.slice(0, 2))).toBe(false);
  });
});
