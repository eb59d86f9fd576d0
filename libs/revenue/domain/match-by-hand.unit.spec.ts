import { describe, expect, it } from '@jest/globals';
import { matchByHand } from './matching.js';
import { afterBridge, aReading, aSender, aTransfer } from './revenue.fixtures.js';

describe('a match by hand', () => {
  it('keeps what else might have been meant', () => {
    const [bridge, other] = [aTransfer(), aTransfer({ transferId: 'transfer-2' })];
    const sent = { sender: aSender, receivedAt: afterBridge(9), tokenDestinationId: null };
    const call = { reading: aReading(), ...sent };
    expect(matchByHand(call, bridge, [other, bridge])).toMatchObject({
      ...{ rule: 'manual', distanceMs: null, ambiguous: false },
      candidates: [{ transferId: 'transfer-1' }, { transferId: 'transfer-2' }],
    });
  });
});
