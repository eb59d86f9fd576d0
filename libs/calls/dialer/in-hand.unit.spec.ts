import { describe, expect, it } from '@jest/globals';
import { InHand } from './in-hand.js';

describe('leads in hand', () => {
  it('are let go when the queue shows what was decided about them, and not before', () => {
    const hand = new InHand();
    hand.decided('lead-1', 100n, true);
    hand.letGo(99n, 10);
    expect(hand).toMatchObject({ leadIds: ['lead-1'], calls: 1 });
    hand.letGo(100n, 10);
    expect(hand).toMatchObject({ leadIds: [], calls: 0 });
  });

  it('count as calls from when somebody deals with them until the queue counts them', () => {
    const hand = new InHand();
    hand.take('called');
    hand.take('deferred');
    expect(hand.calls).toBe(2);
    hand.decided('called', 100n, true);
    hand.decided('deferred', 101n, false);
    hand.passedOver('refused', 30_000);
    expect(hand.calls).toBe(1);
    expect(hand.leadIds).toEqual(['called', 'deferred', 'refused']);
  });

  it('are let go after a while that nothing was decided about', () => {
    const hand = new InHand();
    hand.passedOver('refused', 30_000);
    hand.letGo(null, 29_999);
    expect(hand.leadIds).toEqual(['refused']);
    hand.letGo(null, 30_000);
    expect(hand.leadIds).toEqual([]);
  });

  it('stay as long as the queue is behind, so that no call is forgotten', () => {
    const hand = new InHand();
    hand.take('lead-1');
    hand.decided('lead-2', 100n, true);
    hand.letGo(null, 3_600_000);
    hand.letGo(99n, 3_600_000);
    expect(hand.calls).toBe(2);
  });
});
