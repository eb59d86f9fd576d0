import { describe, expect, it } from '@jest/globals';
import { fillingProgress } from './projection-status.js';

const building = {
  state: 'building',
  position: 250n,
  head: 1_000n,
  eventsSeen: 100n,
  filledFrom: null,
} as const;

describe('the progress of a build', () => {
  it('is its share of the log, the pace so far and the time left at that pace', () => {
    expect(fillingProgress(building, 5)).toEqual({
      ratio: 0.25,
      ratioBefore: 0,
      eventsPerSecond: 20,
      secondsLeft: 15,
    });
  });

  it('foretells by the pace since it was resumed, not by what was there before', () => {
    const resumed = { ...building, position: 500n, filledFrom: 400n };
    expect(fillingProgress(resumed, 1)).toMatchObject({
      ...{ ratio: 0.5, ratioBefore: 0.4, eventsPerSecond: 100 },
      secondsLeft: expect.closeTo(5),
    });
  });

  it('never exceeds the whole, although the log has grown meanwhile', () => {
    expect(fillingProgress({ ...building, position: 1_200n }, 5)).toMatchObject({
      ratio: 1,
      secondsLeft: 0,
    });
  });

  it.each([
    ['before it has begun', { ...building, state: 'requested', position: null, head: null }, 0],
    ['on an empty log', { ...building, position: null, head: null }, 0],
    ['before its first event', { ...building, position: null, eventsSeen: 0n }, 0],
  ] as const)('foretells nothing %s', (_, build, seconds) => {
    expect(fillingProgress(build, seconds)).toEqual({
      ...{ ratio: 0, ratioBefore: 0 },
      eventsPerSecond: null,
      secondsLeft: null,
    });
  });

  it.each(['cancelled', 'failed'] as const)('has no time left where it is %s', (state) => {
    expect(fillingProgress({ ...building, state }, 5)).toMatchObject({
      ratio: 0.25,
      secondsLeft: null,
    });
  });

  it.each(['live', 'kept'] as const)('is none once it is %s', (state) => {
    expect(fillingProgress({ ...building, state }, 5)).toBeNull();
  });
});
