import { describe, expect, it } from '@jest/globals';
import { callBridged, callEnded, transferFailed, transferRequested } from '#libs/testing';
import { callResultOf } from './call-result.js';

const estimate = { amountMinor: 3_000, currency: 'USD', billable: true, rule: 'fixed' };
const ended = callEnded({ transferId: 'transfer-1', connectedSeconds: 95, estimate });

describe('what came of a call', () => {
  it('is told from its request, its bridge and its end', () => {
    const history = [transferRequested(), callBridged(), ended];
    expect(callResultOf(history, 'transfer-1')).toEqual({
      ...{ leadId: 'lead-1', callId: 'call-1', transferId: 'transfer-1', mode: 'live' },
      ...{ source: 'my-webform', destinationId: 'buyer-1', buyer: 'Bright Solar' },
      ...{ connectedSeconds: 95, billable: true, amountMinor: 3_000, currency: 'USD' },
      ...{ bridgedAt: '2026-01-06T16:00:35.000Z', endedAt: ended.data.endedAt },
    });
  });

  it('is worth nothing known where nothing was estimated', () => {
    const history = [transferRequested(), callBridged(), callEnded({ transferId: 'transfer-1' })];
    expect(callResultOf(history, 'transfer-1')).toMatchObject({
      ...{ amountMinor: null, billable: false, currency: 'USD' },
    });
  });

  it('is of the transfer that was connected, not of those before it', () => {
    const before = { transferId: 'transfer-0', destinationName: 'Busy' };
    const history = [
      ...[transferRequested(before), transferFailed({ transferId: 'transfer-0' })],
      ...[transferRequested(), callBridged(), ended],
    ];
    expect(callResultOf(history, 'transfer-1')?.buyer).toBe('Bright Solar');
    expect(callResultOf(history, 'transfer-0')).toBeNull();
  });

  it('is nothing before the call is over', () => {
    expect(callResultOf([transferRequested(), callBridged()], 'transfer-1')).toBeNull();
  });
});
