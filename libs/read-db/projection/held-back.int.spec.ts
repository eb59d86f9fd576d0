import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { logOf, storedEvent } from '#libs/testing';
import { EngineHarness } from './engine.fixtures.js';
import { accountProjection, ledgerHistory, turnoverProjection } from './ledger.fixtures.js';
import { type ProjectedEvent } from './projection.js';

/** Payments wait, and few of them make a burst. */
const projections = [{ ...accountProjection, unhurried: ['Paid'] }, turnoverProjection];
const burst = { perSecond: 1, untilMs: 60_000, messagesMax: 1_000, charactersMax: 1_000_000 };

let engines: EngineHarness;

beforeAll(async () => {
  engines = await EngineHarness.create();
});

afterAll(() => engines.close());

/** Recorded just now, as in a burst. */
function asOfNow(events: readonly ProjectedEvent[]): ProjectedEvent[] {
  const recordedAt = new Date();
  return events.map((event) => ({ ...event, recordedAt }));
}

function payment(index: number): ProjectedEvent {
  const data = { account: 'a', amount: 1, note: null };
  return storedEvent({ type: 'Paid', data }, BigInt(index + 1));
}

describe('a read model that lets others go first in a burst', () => {
  it('equals its fold in the end, and so do the others, wherever the engine is stopped', async () => {
    await fc.assert(
      fc.asyncProperty(ledgerHistory(200), fc.nat({ max: 200 }), async (events, cut) => {
        const first = asOfNow(events.slice(0, cut));
        const before = engines.start({ log: logOf(first), projections, burst });
        if (first.length > 0) await engines.reached(first, ['turnover']);
        await before.stop();

        const all = asOfNow(events);
        const engine = engines.start({ log: logOf(all), projections, burst });
        await engines.reached(all);
        await engine.stop();
        await engines.expectFoldOf(all);
      }),
      { numRuns: 6, plugins: [fc.beforeEach(engines.reset)] },
    );
  });

  it('is shown a burst after the others, and keeps none of them waiting', async () => {
    await engines.reset();
    const payments = asOfNow(Array.from({ length: 50 }, (_, index) => payment(index)));
    const engine = engines.start({ log: logOf(payments), projections, burst });
    await engines.reached(payments);
    await engine.stop();
    const ends = engine.notices.flatMap((one) => (one.kind === 'applied' ? [one.position] : []));
    // The others were there before it, and it came there by itself.
    expect(ends.length).toBeGreaterThan(new Set(ends).size);
    await engines.expectFoldOf(payments);
  });
});
