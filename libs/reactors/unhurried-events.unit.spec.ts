import { beforeEach, describe, expect, it } from '@jest/globals';
import { UnhurriedEvents } from './unhurried-events.js';

const START_MS = Date.parse('2026-01-06T16:00:00.000Z');
let nowMs: number;
/** How far the clock was set back. */
let setBackMs: number;
let events: UnhurriedEvents;
/** Numbers of those that may be acted upon, in the order in which they might. */
let gone: number[];

beforeEach(() => {
  nowMs = START_MS;
  setBackMs = 0;
  gone = [];
  events = new UnhurriedEvents(
    { types: ['Reported'], perSecond: 2, untilMs: 10_000 },
    { nowMs: () => nowMs - setBackMs, elapsedMs: () => nowMs },
  );
});

/** Comes after so many ms, and was recorded then unless told. */
function comes(number: number, afterMs = 0, recordedAfterMs = afterMs): void {
  nowMs = START_MS + afterMs;
  const recordedAt = new Date(START_MS + recordedAfterMs);
  const turn = events.turnOf({ type: 'Reported', recordedAt });
  if (turn === null) gone.push(number);
  else void turn.then(() => gone.push(number));
}

/** Those that may be acted upon after so many ms. */
async function goneAfter(ms: number): Promise<number[]> {
  nowMs = START_MS + ms;
  events.letGo();
  await new Promise((resolve) => setImmediate(resolve));
  return gone;
}

describe('events that may wait', () => {
  it('are acted upon at once as long as they are few', async () => {
    [0, 500, 1_000, 1_500].forEach((afterMs, number) => {
      comes(number, afterMs);
    });
    expect(await goneAfter(1_500)).toEqual([0, 1, 2, 3]);
  });

  it('wait for their age where they come in a burst, and go all at once then', async () => {
    for (const number of [0, 1, 2, 3, 4]) comes(number);
    expect(await goneAfter(9_999)).toEqual([0, 1]);
    expect(await goneAfter(10_000)).toEqual([0, 1, 2, 3, 4]);
  });

  it('do not overtake each other while they wait', async () => {
    for (const number of [0, 1, 2]) comes(number);
    for (const number of [3, 4]) comes(number, 100);
    expect(await goneAfter(10_050)).toEqual([0, 1, 2]);
    expect(await goneAfter(10_100)).toEqual([0, 1, 2, 3, 4]);
  });

  it('are acted upon at once when they are of age as they are seen, and leave room for others', async () => {
    for (const number of [0, 1, 2]) comes(number, 60_000, 0);
    for (const number of [3, 4, 5]) comes(number, 60_000);
    expect((await goneAfter(60_000)).toSorted()).toEqual([0, 1, 2, 3, 4]);
  });

  it('wait no longer where the clock of the store is ahead', async () => {
    for (const number of [0, 1, 2]) comes(number, 0, 3_600_000);
    expect(await goneAfter(10_000)).toEqual([0, 1, 2]);
  });

  it('wait no longer where the clock is set back meanwhile, nor hold up those that come then', async () => {
    for (const number of [0, 1, 2]) comes(number);
    setBackMs = 3_600_000;
    comes(3, 1_000, 1_000 - setBackMs);
    comes(4, 1_000, 1_000 - setBackMs);
    comes(5, 1_000, 1_000 - setBackMs);
    expect(await goneAfter(10_000)).toContain(2);
    expect((await goneAfter(11_000)).toSorted()).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it('all go when it is over, and none waits from then on', async () => {
    for (const number of [0, 1, 2]) comes(number);
    events.close();
    comes(3);
    expect(await goneAfter(0)).toEqual([0, 1, 2, 3]);
  });
});

describe('other events', () => {
  it('never wait', () => {
    const recordedAt = new Date(START_MS);
    expect(events.turnOf({ type: 'Called', recordedAt })).toBeNull();
    expect(new UnhurriedEvents().turnOf({ type: 'Reported', recordedAt })).toBeNull();
  });
});
