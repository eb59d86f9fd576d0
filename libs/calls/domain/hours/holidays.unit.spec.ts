import { describe, expect, it } from '@jest/globals';
import { FEDERAL_HOLIDAYS, STATE_HOLIDAYS } from './holidays.data.js';
import { holidayOn, isHoliday } from './holidays.js';

describe('holidays', () => {
  it.each([
    [
      2026,
      [
        '01-01',
        '01-19',
        '02-16',
        '05-25',
        '06-19',
        '07-04',
        '09-07',
        '10-12',
        '11-11',
        '11-26',
        '12-25',
      ],
    ],
    [
      2027,
      [
        '01-01',
        '01-18',
        '02-15',
        '05-31',
        '06-19',
        '07-04',
        '09-06',
        '10-11',
        '11-11',
        '11-25',
        '12-25',
      ],
    ],
  ])('of the federal list in %s', (year, dates) => {
    const found = Object.values(FEDERAL_HOLIDAYS).map((rule) => holidayOn(rule, year));
    expect(found).toEqual(dates.map((date) => `${year}-${date}`));
  });

  it.each([
    [2024, '2024-03-29'],
    [2025, '2025-04-18'],
    [2026, '2026-04-03'],
    [2027, '2027-03-26'],
    [2038, '2038-04-23'],
  ])('that move with Easter: Good Friday of %s', (year, date) => {
    expect(holidayOn({ daysFromEaster: -2 }, year)).toBe(date);
  });

  it.each([
    ['Mardi Gras 2026 in Louisiana', 'LA', '2026-02-17', true],
    ['the day after Thanksgiving in Louisiana', 'LA', '2026-11-27', true],
    ['the day after Thanksgiving in Alabama', 'AL', '2026-11-27', false],
    ['Election Day 2026 in Pennsylvania', 'PA', '2026-11-03', true],
    ['Pioneer Day in Utah', 'UT', '2026-07-24', true],
    ['Confederate Memorial Day in Alabama', 'AL', '2026-04-27', true],
    ['a Saturday holiday in Alabama', 'AL', '2026-07-04', true],
    ['the Friday before it', 'AL', '2026-07-03', true],
    ['that Friday in Mississippi', 'MS', '2026-07-03', false],
    ['the Monday after a Sunday holiday in Alabama', 'AL', '2027-07-05', true],
    ['the Monday after a Sunday holiday in Mississippi', 'MS', '2027-07-05', true],
    ['New Year’s Eve before a Saturday', 'AL', '2027-12-31', true],
    ['New Year’s Eve before a Friday', 'AL', '2026-12-31', false],
  ] as const)('%s', (_, state, date, holiday) => {
    expect(isHoliday(STATE_HOLIDAYS[state], date)).toBe(holiday);
  });
});
