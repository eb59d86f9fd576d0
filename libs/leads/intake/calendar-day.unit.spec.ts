import { describe, expect, it } from '@jest/globals';
import { isCalendarDay } from './calendar-day.js';

describe('a day', () => {
  it.each(['2026-02-28', '2024-02-29', '2026-12-31'])('%s exists', (text) => {
    expect(isCalendarDay(text)).toBe(true);
  });

  it.each(['2026-02-29', '2026-02-31', '2026-09-31', '2026-13-01', '2026-00-10', '2026-1-1', ''])(
    '%s does not exist',
    (text) => {
      expect(isCalendarDay(text)).toBe(false);
    },
  );
});
