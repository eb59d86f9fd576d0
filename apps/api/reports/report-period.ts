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
  if (!ZONE_NAME.test(timeZone) || !isTimeZone(timeZone)) {
    const message = 'must be an IANA zone, e.g. America/New_York';
    throw validationFailed([{ field: zoneField, code: 'unknown_zone', message }]);
  }
  const period = { from: instantOf(from, timeZone), to: instantOf(to, timeZone), timeZone };
  if (period.from < period.to) return period;
  const message = 'must be after from';
  throw validationFailed([{ field: 'to', code: 'out_of_range', message }]);
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

/** The local dates of a period, oldest first. */
export function daysOf({ from, to, timeZone }: ReportPeriod): string[] {
  const days: string[] = [];
  const last = localDate(Date.parse(to) - 1, timeZone);
  for (let day = localDate(Date.parse(from), timeZone); day <= last; day = dayAfter(day)) {
    days.push(day);
  }
  return days;
}

function localDate(instantMs: number, timeZone: string): string {
  const format = { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' } as const;
  return new Intl.DateTimeFormat('en-CA', format).format(instantMs);
}

function dayAfter(day: string): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + DAY_MS).toISOString().slice(0, 10);
}
