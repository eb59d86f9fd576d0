import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { meantBy } from './meant.js';
import { type HandedOver, MANNERS, storiesOf } from './reporter.js';
import { talkersOf } from './set-up.js';
import { CALLS_MAX } from './options.js';

const callsOf = (count: number, seed: number): HandedOver[] =>
  talkersOf(count, seed).map(({ phone }, index) => ({
    ...{ transferId: `t-${index}`, destinationId: 'd', destinationName: 'D', phone },
    ...{ connectedSeconds: 120, bridgedAt: '2026-06-01T16:00:00.000Z' },
  }));
const seeds = fc.integer({ min: 0, max: 2 ** 31 });

describe('a careless platform', () => {
  it('reports the same for the same seed in every manner, whoever was called first', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const calls = callsOf(30, seed);
        const stories = storiesOf(calls, seed);
        expect(storiesOf(calls.toReversed(), seed)).toEqual(stories);
        expect(new Set(stories.map(({ manner }) => manner)).size).toBe(MANNERS.length);
      }),
      { numRuns: 10 },
    );
  });

  it('means every amount once, whether or not its odd name is known', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const stories = storiesOf(callsOf(40, seed), seed);
        const [without, withName] = [meantBy(stories, false), meantBy(stories, true)];
        const sum = (meant: typeof without) => meant.confirmedMinor + meant.unmatchedMinor;
        expect(sum(without)).toBe(sum(withName));
        expect(without.hits).toBe(withName.hits);
        expect(without.unmatchedHits).toBeGreaterThan(withName.unmatchedHits);
      }),
      { numRuns: 10 },
    );
  });

  it('has people enough to talk to, each with a number of their own', () => {
    const phones = talkersOf(CALLS_MAX, 5).map(({ phone }) => phone);
    expect(new Set(phones).size).toBe(CALLS_MAX);
  });
});
