import { type Weekday } from '../destination.events.js';
import { daysAfter, weekdayOf } from './zone-clock.js';

/**
 * When a holiday is, in any year: on a date; on the first such weekday from a date on (the third
 * Monday of a month is the Monday from the 15th on); or so many days from Easter Sunday.
 */
export type HolidayRule =
  | { readonly month: number; readonly day: number }
  | { readonly month: number; readonly from: number; readonly weekday: Weekday }
  | { readonly daysFromEaster: number };

/** Holidays by their names, and which other day is a holiday when one falls on a weekend. */
export interface HolidayCalendar {
  readonly rules: Readonly<Record<string, HolidayRule>>;
  /**
   * `sunday`: the Monday after a Sunday. `weekend`: also the Friday before a Saturday. The day
   * itself stays a holiday, too: nothing says that consumers may be called on it.
   */
  readonly substitutes: 'sunday' | 'weekend';
}

const datesByCalendar = new WeakMap<HolidayCalendar, Map<number, ReadonlySet<string>>>();

/** Whether a local date (YYYY-MM-DD) is a holiday, or takes the place of one. */
export function isHoliday(calendar: HolidayCalendar, date: string): boolean {
  const years = datesByCalendar.get(calendar) ?? new Map<number, ReadonlySet<string>>();
  datesByCalendar.set(calendar, years);
  const year = Number(date.slice(0, 4));
  const dates = years.get(year) ?? new Set(datesOf(calendar, year));
  years.set(year, dates);
  return dates.has(date);
}

/** The next year, too: a New Year's Day on a Saturday is kept on the last day of the old year. */
function datesOf(calendar: HolidayCalendar, year: number): string[] {
  return Object.values(calendar.rules)
    .flatMap((rule) => [holidayOn(rule, year), holidayOn(rule, year + 1)])
    .flatMap((date) => [date, ...substituteOf(date, calendar.substitutes)]);
}

function substituteOf(date: string, substitutes: HolidayCalendar['substitutes']): string[] {
  const weekday = weekdayOf(date);
  if (weekday === 'sunday') return [daysAfter(date, 1)];
  return weekday === 'saturday' && substitutes === 'weekend' ? [daysAfter(date, -1)] : [];
}

/** The date of a holiday in a year. */
export function holidayOn(rule: HolidayRule, year: number): string {
  if ('daysFromEaster' in rule) return daysAfter(easterSunday(year), rule.daysFromEaster);
  if ('day' in rule) return dateOf(year, rule.month, rule.day);
  const week = Array.from({ length: 7 }, (_, days) =>
    daysAfter(dateOf(year, rule.month, rule.from), days),
  );
  return week.find((date) => weekdayOf(date) === rule.weekday) ?? '';
}

/** By the Gregorian computus in its anonymous form (Meeus, Astronomical Algorithms, chapter 8). */
function easterSunday(year: number): string {
  const century = Math.floor(year / 100);
  const golden = year % 19;
  const moon = Math.floor((8 * century + 13) / 25);
  const epact = (19 * golden + century - Math.floor(century / 4) - moon + 15) % 30;
  const weekday =
    (32 + 2 * (century % 4) + 2 * Math.floor((year % 100) / 4) - epact - (year % 4)) % 7;
  const correction = Math.floor((golden + 11 * epact + 22 * weekday) / 451);
  const days = epact + weekday - 7 * correction + 114;
  return dateOf(year, Math.floor(days / 31), (days % 31) + 1);
}

function dateOf(year: number, month: number, day: number): string {
  return new Date(Date.UTC(year, month - 1, day)).toISOString().slice(0, 10);
}
