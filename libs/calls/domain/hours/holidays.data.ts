import { type HolidayCalendar, type HolidayRule } from './holidays.js';

/**
 * Federal holidays (5 U.S.C. § 6103), without Inauguration Day, which is kept around Washington.
 */
export const FEDERAL_HOLIDAYS: Readonly<Record<string, HolidayRule>> = {
  new_years_day: { month: 1, day: 1 },
  martin_luther_king_day: { month: 1, from: 15, weekday: 'monday' },
  washingtons_birthday: { month: 2, from: 15, weekday: 'monday' },
  memorial_day: { month: 5, from: 25, weekday: 'monday' },
  juneteenth: { month: 6, day: 19 },
  independence_day: { month: 7, day: 4 },
  labor_day: { month: 9, from: 1, weekday: 'monday' },
  columbus_day: { month: 10, from: 8, weekday: 'monday' },
  veterans_day: { month: 11, day: 11 },
  thanksgiving: { month: 11, from: 22, weekday: 'thursday' },
  christmas: { month: 12, day: 25 },
};

const GOOD_FRIDAY: HolidayRule = { daysFromEaster: -2 };
/** The Tuesday after the first Monday. Every year, though some states vote in even ones only. */
const ELECTION_DAY: HolidayRule = { month: 11, from: 2, weekday: 'tuesday' };

const calendar = (
  substitutes: HolidayCalendar['substitutes'],
  own: Readonly<Record<string, HolidayRule>>,
): HolidayCalendar => ({ substitutes, rules: { ...FEDERAL_HOLIDAYS, ...own } });

/**
 * Holidays of the states that do not let consumers be called on them: the federal ones and those
 * of their own. Sources: Ala. Code § 1-3-8, Miss. Code § 3-3-7, 44 P.S. § 11, R.I. Gen. Laws
 * § 25-1-1, Utah Code 63G-1-301, and lists of days barred to telemarketing as dnc.com publishes
 * them. Not legal advice.
 */
export const STATE_HOLIDAYS = {
  AL: calendar('weekend', {
    confederate_memorial_day: { month: 4, from: 22, weekday: 'monday' },
    jefferson_davis_birthday: { month: 6, from: 1, weekday: 'monday' },
    rosa_parks_day: { month: 12, day: 1 },
  }),
  LA: calendar('weekend', {
    battle_of_new_orleans: { month: 1, day: 8 },
    mardi_gras: { daysFromEaster: -47 },
    good_friday: GOOD_FRIDAY,
    all_saints_day: { month: 11, day: 1 },
    election_day: ELECTION_DAY,
    acadian_day: { month: 11, from: 23, weekday: 'friday' },
  }),
  MS: calendar('sunday', {
    confederate_memorial_day: { month: 4, from: 24, weekday: 'monday' },
  }),
  PA: calendar('weekend', {
    good_friday: GOOD_FRIDAY,
    flag_day: { month: 6, day: 14 },
    election_day: ELECTION_DAY,
  }),
  RI: calendar('weekend', {
    independence_of_rhode_island: { month: 5, day: 4 },
    victory_day: { month: 8, from: 8, weekday: 'monday' },
    election_day: ELECTION_DAY,
  }),
  UT: calendar('weekend', { pioneer_day: { month: 7, day: 24 } }),
} as const satisfies Readonly<Record<string, HolidayCalendar>>;

/** The federal holidays alone, for states of which nothing else is known. */
export const FEDERAL_CALENDAR: HolidayCalendar = calendar('weekend', {});
