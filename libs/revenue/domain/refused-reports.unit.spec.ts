import { describe, expect, it } from '@jest/globals';
import { callBridged, transferRequested } from '#events/testing';
import { LedgerStream, sumsOf } from './ledger.fixtures.js';
import { type MatchFacts, type TransferReport } from './revenue.events.js';

/** Another call of the sender took the transfer since the report was found to be about it. */
function aTakenStream(): LedgerStream {
  const stream = new LedgerStream(transferRequested(), callBridged());
  stream.apply({ postbackId: 'first', vendorCallId: 'call-1' }, 'transfer-1', 'caller');
  return stream;
}

const late = { postbackId: 'late', vendorCallId: 'call-2', payoutMinor: 100 } as const;

function outcomeOf(
  report: Partial<TransferReport>,
  rule: MatchFacts['rule'] = 'caller',
  stream = aTakenStream(),
) {
  return stream.apply({ ...late, ...report }, 'transfer-1', rule).map(({ type }) => type);
}

describe('a transfer that another call took meanwhile', () => {
  it('refuses a report that the caller led there, and says what took it', () => {
    const stream = aTakenStream();
    expect(stream.apply(late, 'transfer-1', 'caller')).toEqual([
      {
        type: 'PostbackRefused',
        data: {
          ...{ leadId: 'lead-1', callId: 'call-1', transferId: 'transfer-1' },
          ...{ postbackId: 'late', takenBy: 'call-1', refusedAt: '2026-02-01T00:00:00.000Z' },
        },
      },
    ]);
    expect(sumsOf(stream.events, 'transfer-1')).toEqual({ USD: 4_500 });
  });

  it.each<[string, Partial<TransferReport>, MatchFacts['rule']]>([
    ['of the same call', { vendorCallId: 'call-1' }, 'caller'],
    ['that names no call', { vendorCallId: null }, 'caller'],
    ['of another sender', { sender: { tokenId: 'token-2', destinationId: null } }, 'caller'],
    ['that echoes an id of ours', {}, 'our_id'],
    ['whose call is linked to it', {}, 'vendor_call_id'],
    ['that a person links to it', {}, 'manual'],
  ])('takes a report %s', (_, report, rule) => {
    expect(outcomeOf(report, rule)).toContain('PostbackMatched');
  });

  it('takes the report once the other is taken off, and does not refuse what it has', () => {
    const stream = aTakenStream();
    stream.detach('first');
    expect(outcomeOf({}, 'caller', stream)).toContain('PostbackMatched');
    stream.apply({ postbackId: 'third', vendorCallId: 'call-3' });
    expect(outcomeOf({}, 'caller', stream)).toEqual([]);
  });
});
