import { validationFailed } from '#libs/leads';
import { instantInZone, isTimeZone } from '#libs/revenue';

/** What a report covers: instants, ISO-8601 UTC, the end excluded. */
export interface ReportPeriod {
  readonly from: string;
  readonly to: string;
  readonly timeZone: string;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const LOCAL_DATE = /^\d{4}-\d{2}-\d{2}$/;
/** A name: databases read offsets such as +05:30 the other way round. */
const ZONE_NAME = /^[A-Za-z][A-Za-z0-9_/+-]*$/;

/**
 * The period a request names: instants, or dates, which begin at midnight in its zone. Throws
 * `validation_failed` for a zone nobody knows, and where the end is not after the beginning.
 */
export function periodOf(
  from: string,
  to: string,
  timeZone: string,
  zoneField = 'tz',
): ReportPeriod {
  assertZone(timeZone, zoneField);
  const period = { from: instantOf(from, timeZone), to: instantOf(to, timeZone), timeZone };
  if (period.from < period.to) return period;
  const message = 'must be after from';
  throw validationFailed([{ field: 'to', code: 'out_of_range', message }]);
}

/** Local days that are covered where a request names no period. */
export const DAYS_UNLESS_TOLD = 7;

/**
 * What a request names of a period, the rest by default: until the end of the local day of `now`,
 * and from six days before the day it ends with. Throws as {@link periodOf}.
 */
export function periodOrLastDays(
  named: { readonly from?: string | undefined; readonly to?: string | undefined },
  timeZone: string,
  now: string,
): ReportPeriod {
  if (named.from !== undefined && named.to !== undefined) {
    return periodOf(named.from, named.to, timeZone);
  }
  assertZone(timeZone, 'tz');
  const to = named.to ?? dayAfter(localDate(Date.parse(now), timeZone));
  const lastDay = localDate(Date.parse(instantOf(to, timeZone)) - 1, timeZone);
  return periodOf(named.from ?? daysBefore(lastDay, DAYS_UNLESS_TOLD - 1), to, timeZone);
}

/** An instant, or the local midnight a date begins with. */
export function instantOf(text: string, timeZone: string): string {
  if (!LOCAL_DATE.test(text)) return new Date(text).toISOString();
  return startOfDay(text, timeZone);
}

/** When a local date (YYYY-MM-DD) begins. */
export function startOfDay(day: string, timeZone: string): string {
  return new Date(instantInZone(Date.parse(`${day}T00:00:00Z`), timeZone)).toISOString();
}

/** The part of a period that a local day is in it. */
export function dayWithin(day: string, period: ReportPeriod): ReportPeriod {
  const { timeZone } = period;
  return within(period, startOfDay(day, timeZone), startOfDay(dayAfter(day), timeZone));
}

/** The part of a period that an hour is in it, by the instant the hour begins. */
export function hourWithin(hour: string, period: ReportPeriod): ReportPeriod {
  return within(period, hour, new Date(Date.parse(hour) + HOUR_MS).toISOString());
}

function within({ from, to, timeZone }: ReportPeriod, start: string, end: string): ReportPeriod {
  return { from: start > from ? start : from, to: end < to ? end : to, timeZone };
}

/** The first and the last local date of a period. */
export function datesOf({ from, to, timeZone }: ReportPeriod): readonly [string, string] {
  return [localDate(Date.parse(from), timeZone), localDate(Date.parse(to) - 1, timeZone)];
}

/** The local dates of a period, oldest first. */
export function daysOf(period: ReportPeriod): string[] {
  const days: string[] = [];
  const [first, last] = datesOf(period);
  for (let day = first; day <= last; day = dayAfter(day)) days.push(day);
  return days;
}

/** How many local dates a period has at most, without going through them. */
export function daysAtMost({ from, to }: ReportPeriod): number {
  return Math.ceil((Date.parse(to) - Date.parse(from)) / DAY_MS) + 1;
}

function assertZone(timeZone: string, field: string): void {
  if (ZONE_NAME.test(timeZone) && isTimeZone(timeZone)) return;
  const message = 'must be an IANA zone, e.g. America/New_York';
  throw validationFailed([{ field, code: 'unknown_zone', message }]);
}

function localDate(instantMs: number, timeZone: string): string {
  const format = { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' } as const;
  return new Intl.DateTimeFormat('en-CA', format).format(instantMs);
}

function dayAfter(day: string): string {
  return daysBefore(day, -1);
}

function daysBefore(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) - days * DAY_MS).toISOString().slice(0, 10);
}
