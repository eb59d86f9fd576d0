import { beforeEach, describe, expect, it } from '@jest/globals';
import { storedEvent } from '#events/testing';
import { HeldBack } from './held-back.js';
import { accountProjection, turnoverProjection } from './ledger.fixtures.js';
import { type ProjectionMessage } from './messages.js';

const START_MS = Date.parse('2026-01-06T16:00:00.000Z');
const rule = { perSecond: 2, untilMs: 10_000, messagesMax: 6, charactersMax: 100 };
const patient = { ...accountProjection, unhurried: ['Paid'] };
let nowMs: number;
let position: bigint;
let held: HeldBack;

beforeEach(() => {
  nowMs = START_MS;
  position = 0n;
  held = new HeldBack([patient, turnoverProjection], rule, () => nowMs);
});

/** An event recorded now, unless so many ms later. */
function event(type: string, { note = '', inMs = 0 } = {}): ProjectionMessage {
  position += 1n;
  const data = { account: 'a', amount: 1, note };
  const recordedAt = new Date(nowMs + inMs).toISOString();
  return { kind: 'event', event: storedEvent({ type, data }, position, { recordedAt }) };
}

/** So many payments that come together after so many ms. */
function paid(count: number, afterMs = 0, more: { note?: string; inMs?: number } = {}): void {
  nowMs = START_MS + afterMs;
  held.put(Array.from({ length: count }, () => event('Paid', more)));
}

/** How many are shown after so many ms. */
function shownAfter(ms: number, messagesMax = 1_000): number {
  nowMs = START_MS + ms;
  return held.take(messagesMax).length;
}

describe('events that a read model may be shown later', () => {
  it('are shown as they come while they are few, the very messages', () => {
    const messages = [event('Paid'), event('Paid')];
    held.put(messages);
    expect(held.isDue).toBe(true);
    expect(held.take(1_000)).toBe(messages);
    expect(held.isEmpty).toBe(true);
  });

  it('wait while they stream in, and are shown in their order once the burst is over', () => {
    paid(2);
    expect(shownAfter(0)).toBe(2);
    for (const afterMs of [10, 20, 30]) paid(1, afterMs);
    expect(shownAfter(40)).toBe(0);
    expect(held.isDue).toBe(false);
    nowMs = START_MS + 1_600;
    const positions = held.take(1_000).map((one) => one.kind === 'event' && one.event.position);
    expect(positions).toEqual([3n, 4n, 5n]);
  });

  it('are shown in parts where many have waited', () => {
    for (const afterMs of [0, 1, 2]) paid(2, afterMs);
    expect([shownAfter(3_000, 4), shownAfter(3_000, 4), shownAfter(3_000, 4)]).toEqual([4, 2, 0]);
  });

  it('are shown at their age, however long the burst', () => {
    paid(3);
    paid(3, 9_999);
    expect([shownAfter(9_999), shownAfter(10_000), shownAfter(10_001)]).toEqual([0, 3, 0]);
  });

  it('are shown, the oldest first, where more wait than may', () => {
    for (const afterMs of [0, 1, 2, 3]) paid(2, afterMs);
    expect([shownAfter(4), shownAfter(5)]).toEqual([2, 0]);
  });

  it('do not wait where they are old, as after a rest of the worker', () => {
    paid(5, 0, { inMs: -10_000 });
    expect(shownAfter(0)).toBe(5);
  });

  it('wait no longer for a store whose clock is ahead', () => {
    paid(3, 0, { inMs: 3_600_000 });
    paid(3, 9_999);
    expect(shownAfter(10_000)).toBe(3);
  });

  it('do not wait where they hold more text than may be held', () => {
    paid(3, 0, { note: 'x'.repeat(40) });
    expect(shownAfter(0)).toBe(3);
  });

  it('go before any other event that their read model is made of', () => {
    paid(5);
    held.put([event('Noise')]);
    expect(shownAfter(1)).toBe(0);
    held.put([event('Closed')]);
    paid(3, 2);
    expect(shownAfter(2)).toBe(7);
    expect(shownAfter(3)).toBe(0);
  });

  it('are none where no read model says so', () => {
    held = new HeldBack([accountProjection, turnoverProjection], rule, () => nowMs);
    paid(50);
    expect(shownAfter(0)).toBe(50);
  });
});
