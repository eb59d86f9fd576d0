import { describe, expect, it } from '@jest/globals';
import type { CallEvent } from '#events/calls';
import type { RevenueEvent } from '#events/revenue';
import { foldInMemory } from '#libs/read-db';
import {
  callBridged,
  callEnded,
  history,
  revenueConfirmed,
  revenueReversed,
  revenueRevised,
  transferFailed,
  transferRequested,
} from '#events/testing';
import { revenueLedgerProjection } from './index.js';

const after = (...events: (CallEvent | RevenueEvent)[]) =>
  foldInMemory(revenueLedgerProjection, history(events));

const estimate = { amountMinor: 3_000, currency: 'USD', billable: true, rule: 'fixed' };
const ended = callEnded({
  ...{ disposition: 'transferred', transferId: 'transfer-1', connectedSeconds: 120, estimate },
});

describe('the ledger', () => {
  it('begins with an estimate once the call is over', () => {
    expect(after(transferRequested())).toMatchObject([{ deltaMinor: 0n, position: 100n }]);
    expect(after(transferRequested(), callBridged(), ended)).toEqual([
      {
        ...{ tenantId: 'acme', entryId: 'transfer-1', transferId: 'transfer-1' },
        ...{ leadId: 'lead-1', destinationId: 'buyer-1', kind: 'estimated' },
        ...{ deltaMinor: 3_000n, currency: 'USD', billable: true, postbackId: null },
        ...{ reason: null, occurredAt: callBridged().data.bridgedAt },
        ...{ recordedAt: '2026-01-05T12:00:00.000Z', position: 300n },
      },
    ]);
  });

  it('has no entry of a transfer that failed, nor an estimate of one that was not bridged', () => {
    expect(after(transferRequested(), transferFailed())).toEqual([]);
    expect(after(transferRequested(), callEnded())).toMatchObject([{ deltaMinor: 0n }]);
  });

  it('has an entry per report that changes what a transfer is worth, by how much', () => {
    const reversed = revenueReversed({ fromMinor: 7_000, toMinor: -500 });
    const entries = after(revenueConfirmed(), revenueRevised(), reversed);
    expect(entries).toMatchObject([
      { kind: 'confirmed', deltaMinor: 4_500n, reason: null, postbackId: 'hit-1' },
      { kind: 'revised', deltaMinor: 2_500n, reason: 'later_report' },
      { kind: 'reversed', deltaMinor: -7_500n, reason: 'not_billable', billable: false },
    ]);
    expect(new Set(entries.map(({ entryId }) => entryId)).size).toBe(3);
  });
});
