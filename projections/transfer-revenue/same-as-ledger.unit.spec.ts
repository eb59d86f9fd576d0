import { describe, expect, it } from '@jest/globals';
import { type DomainEvent } from '#libs/kernel';
import { foldInMemory } from '#libs/read-db';
import { worthOf } from '#libs/revenue';
import {
  aTransferReport,
  history,
  postbackDetached,
  postbackMatched,
  transferRequested,
} from '#events/testing';
import fc from 'fast-check';
import { transferRevenueProjection } from './index.js';

const { destinationId, payout } = transferRequested().data;
const terms = { destinationId, billableSeconds: payout.billableSeconds };

/**
 * Reports without an amount, by two who name calls, of few words so that many repeat each other.
 */
const report = fc.record({
  billable: fc.constantFrom(true, false, null),
  durationSeconds: fc.constantFrom(30, 95, null),
  isDuplicate: fc.constantFrom(false, false, true),
  buyer: fc.constantFrom('Bright', null),
  vendorCallId: fc.constantFrom('v1', 'v2'),
  minute: fc.nat({ max: 9 }),
});
const reports = fc.array(report, { minLength: 1, maxLength: 6 }).map((all) =>
  all.map(({ minute, ...said }, index) =>
    aTransferReport({
      ...{ ...said, postbackId: `hit-${index}`, payoutMinor: null, callAt: null, sequence: 0 },
      receivedAt: `2026-01-06T17:0${minute}:00.000Z`,
    }),
  ),
);

const rowAfter = (events: readonly DomainEvent[]) =>
  foldInMemory(transferRevenueProjection, history(events))[0];

describe('what reports say of a transfer without an amount', () => {
  it('is the same in the read model and in the ledger, whatever repeats what', () => {
    fc.assert(
      fc.property(reports, fc.nat({ max: 6 }), (all, gone) => {
        const events = [
          transferRequested(),
          ...all.map((each) => postbackMatched({ report: each })),
          postbackDetached({ postbackId: `hit-${gone}` }),
        ];
        const left = all.filter(({ postbackId }) => postbackId !== `hit-${gone}`);
        expect(rowAfter(events)).toMatchObject({
          ...{ billable: worthOf(left, terms).billable, reportCount: left.length },
        });
      }),
      { numRuns: 500 },
    );
  });

  it('is not said again by a late repetition of what was corrected by another', () => {
    const said = (postbackId: string, minute: number, billable: boolean, vendorCallId: string) => {
      const receivedAt = `2026-01-06T17:0${minute}:00.000Z`;
      const about = { postbackId, receivedAt, vendorCallId, billable, payoutMinor: null };
      return postbackMatched({ report: aTransferReport(about) });
    };
    const row = rowAfter([
      ...[transferRequested(), said('hit-1', 1, true, 'v1'), said('hit-2', 2, false, 'v2')],
      said('hit-3', 3, true, 'v1'),
    ]);
    expect(row).toMatchObject({ billable: false });
  });
});
