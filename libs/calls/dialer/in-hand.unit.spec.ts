import { describe, expect, it } from '@jest/globals';
import { InHand } from './in-hand.js';

describe('leads in hand', () => {
  it('are let go when the queue shows what was decided about them, and not before', () => {
    const hand = new InHand();
    hand.decided('lead-1', 100n, 0, true);
    hand.letGo(99n, 10);
    expect(hand).toMatchObject({ leadIds: ['lead-1'], calls: 1 });
    hand.letGo(100n, 10);
    expect(hand).toMatchObject({ leadIds: [], calls: 0 });
  });

  it('count as calls until the queue counts them', () => {
    const hand = new InHand();
    hand.decided('called', 100n, 0, true);
    hand.decided('deferred', 101n, 0, false);
    hand.passedOver('refused', 0, 30_000);
    expect(hand.calls).toBe(1);
    expect(hand.leadIds).toEqual(['called', 'deferred', 'refused']);
  });

  it('are let go after a while that nothing was decided about', () => {
    const hand = new InHand();
    hand.passedOver('refused', 0, 30_000);
    hand.letGo(null, 29_999);
    expect(hand.leadIds).toEqual(['refused']);
    hand.letGo(null, 30_000);
    expect(hand.leadIds).toEqual([]);
  });

  it('are let go in the end, however far the queue is behind', () => {
    const hand = new InHand();
    hand.decided('lead-1', 100n, 0, true);
    hand.letGo(null, 60_000);
    expect(hand.leadIds).toEqual([]);
  });
});
