import {
  type CallingHoursPack,
  type LocalWindow,
  type StateCallingHours,
} from './calling-hours-pack.js';
import { FEDERAL_CALENDAR, STATE_HOLIDAYS } from './holidays.data.js';

const hours = (from: number, to: number): LocalWindow => ({
  from: `${String(from).padStart(2, '0')}:00`,
  to: `${String(to).padStart(2, '0')}:00`,
});

const everyDay = (
  window: LocalWindow,
  exceptions: Partial<StateCallingHours> = {},
): StateCallingHours => ({
  weekdays: window,
  saturday: window,
  sunday: window,
  holidays: window,
  holidayCalendar: FEDERAL_CALENDAR,
  attempts24HoursMax: null,
  verify: null,
  ...exceptions,
});

/**
 * Calling hours of the United States, as published by vendors of dialing software (Drop Cowboy,
 * November 2025; ClickPoint, July 2025), and 47 CFR 64.1200(c)(1). Where sources differ or only
 * one is known, the stricter reading is taken and `verify` says so. Not legal advice.
 */
export const CALLING_HOURS_PACK: CallingHoursPack = {
  version: '2026-11-16',
  federal: hours(8, 21),
  states: {
    AL: everyDay(hours(8, 20), {
      sunday: null,
      holidays: null,
      holidayCalendar: STATE_HOLIDAYS.AL,
    }),
    CT: everyDay(hours(9, 20)),
    FL: everyDay(hours(8, 20), { attempts24HoursMax: 3 }),
    KY: everyDay(hours(10, 21)),
    LA: everyDay(hours(8, 20), {
      sunday: null,
      holidays: null,
      holidayCalendar: STATE_HOLIDAYS.LA,
      verify:
        'The Public Service Commission keeps the list of holidays and the governor may add to it; ' +
        'every federal holiday is taken, and those of its own that are known.',
    }),
    MA: everyDay(hours(8, 20)),
    MD: everyDay(hours(8, 20)),
    MI: everyDay(hours(9, 21)),
    MN: everyDay(hours(9, 21)),
    MS: everyDay(hours(8, 20), {
      sunday: null,
      holidays: null,
      holidayCalendar: STATE_HOLIDAYS.MS,
      verify: 'One source allows calls on holidays, another does not; none are made.',
    }),
    NM: everyDay(hours(9, 21)),
    NV: everyDay(hours(9, 20)),
    OK: everyDay(hours(8, 20), { attempts24HoursMax: 3 }),
    PA: everyDay(hours(8, 21), {
      saturday: hours(8, 12),
      holidays: null,
      holidayCalendar: STATE_HOLIDAYS.PA,
      verify: 'That Saturdays end at noon is doubtful; it is kept.',
    }),
    RI: everyDay(hours(9, 18), {
      saturday: hours(10, 17),
      sunday: null,
      holidays: null,
      holidayCalendar: STATE_HOLIDAYS.RI,
      verify: 'Hours on Saturday are from one source only.',
    }),
    SD: everyDay(hours(9, 21), { sunday: null, verify: 'From general knowledge only.' }),
    TN: everyDay(hours(8, 21), { verify: 'From general knowledge only.' }),
    TX: everyDay(hours(9, 21), {
      sunday: hours(12, 21),
      verify: 'From general knowledge only.',
    }),
    UT: everyDay(hours(8, 21), {
      sunday: null,
      holidays: null,
      holidayCalendar: STATE_HOLIDAYS.UT,
      verify: 'From general knowledge only.',
    }),
    WA: everyDay(hours(8, 20), { verify: 'From general knowledge only.' }),
    WY: everyDay(hours(8, 20), { verify: 'From general knowledge only.' }),
  },
};
