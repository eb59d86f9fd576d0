import { describe, expect, it } from '@jest/globals';
import { isWithinWindow, windowEndsAt } from './dedupe-window.js';

const T0 = '2026-10-10T12:00:00.000Z';

describe('the 30-day window', () => {
  it.each([
    ['2026-10-10T12:00:00.000Z', true],
    ['2026-11-09T11:59:59.999Z', true],
    ['2026-11-09T12:00:00.000Z', false],
    ['2026-11-09T12:00:00.001Z', false],
  ])('of a lead from %s on takes a post at that time: %s', (now, within) => {
    expect(isWithinWindow(T0, now)).toBe(within);
  });

  it('ends after 30 × 24 hours, whatever clocks do in between', () => {
    expect(windowEndsAt(T0)).toBe('2026-11-09T12:00:00.000Z');
  });

  it('counts a clock that went backwards as a repetition', () => {
    expect(isWithinWindow(T0, '2026-10-10T11:00:00.000Z')).toBe(true);
  });
});
