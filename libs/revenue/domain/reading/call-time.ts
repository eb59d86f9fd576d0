import { type Parsed, problem } from './parsed.js';
import { instantInZone } from './time-zone.js';

/** With a fraction, as programs write them that count in decimal numbers. */
const EPOCH = /^(?:(\d{10})|(\d{13}))(?:\.(\d{1,9}))?$/;
const ISO =
  /^(\d{4})-(\d{2})-(\d{2})[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)? ?(Z|UTC|GMT|[+-]\d{2}(?::?\d{2})?)?$/i;
const CLOCK = /,?\s+(\d{1,2}):(\d{2})(?::(\d{2}))?(?:\s*([AP])\.?M\.?)?$/.source;
/** As spreadsheets show it: by default those of the United States, the month first. */
const SHEET = new RegExp(/^(\d{1,2})\/(\d{1,2})\/(\d{4})/.source + CLOCK, 'i');
/** Where the day comes first, points and dashes are as common. */
const SHEET_DAY_FIRST = new RegExp(/^(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})/.source + CLOCK, 'i');
const DAY_ONLY = /^(?:\d{4}-\d{2}-\d{2}|\d{1,2}([/.-])\d{1,2}\1\d{4})$/;
/** Which of the two numbers before a year is the month. */
export type DateOrder = 'month_first' | 'day_first';
/** Why a time cannot be read. */
export const CALL_TIME_PROBLEMS = [
  'time_of_day_missing',
  'time_unreadable',
  'time_out_of_range',
] as const;
/** Before it there were no such calls, and after it there will not be yet. */
const [EARLIEST_MS, LATEST_MS] = [Date.UTC(2000), Date.UTC(2100)];

/**
 * When a call was, in milliseconds of the epoch: ISO 8601 with `T` or a space, the American form
 * (`7/4/2026 3:05 PM`, `07/04/2026 15:05:00`), epoch seconds (10 digits before the point) or
 * milliseconds (13). In the order `day_first`, `4/7/2026 15:05` and `04.07.2026 15:05` instead of
 * the American form.
 *
 * A time without a zone is of `timeZone` (IANA), with the warning `time_zone_assumed`. A day
 * without a time is refused: taken for midnight it would miss every transfer of that day. Where the
 * other order would be another day, there is the warning `ambiguous_date`, too: also where the order
 * was chosen, for whoever chose it may have been wrong. Never both orders are tried, since a column
 * would be read in both.
 */
export function parseCallTime(
  text: string,
  timeZone: string,
  order: DateOrder = 'month_first',
): Parsed<number> {
  const value = text.trim();
  if (DAY_ONLY.test(value)) return problem('time_of_day_missing');
  const parsed = fromEpoch(value) ?? fromIso(value, timeZone) ?? fromSheet(value, timeZone, order);
  if (parsed === null) return problem('time_unreadable');
  return parsed.value < EARLIEST_MS || parsed.value >= LATEST_MS
    ? problem('time_out_of_range')
    : parsed;
}

type Told = Extract<Parsed<number>, { value: number }>;

function fromEpoch(text: string): Told | null {
  const [, seconds, ms, fraction] = EPOCH.exec(text) ?? [];
  if (ms !== undefined) return { value: Number(ms) };
  return seconds === undefined ? null : { value: Number(seconds) * 1_000 + msOf(fraction) };
}

/** Whole milliseconds of what is behind the point of a second. */
function msOf(fraction = ''): number {
  return Number(fraction.padEnd(3, '0').slice(0, 3));
}

function fromIso(text: string, timeZone: string): Told | null {
  const [matched, ...parts] = ISO.exec(text) ?? [];
  if (matched === undefined) return null;
  const wall = wallClock(parts);
  if (wall === null) return null;
  const zone = parts[7];
  if (zone === undefined) return shownIn(timeZone, wall);
  const offset = offsetOf(zone);
  return offset === null ? null : { value: wall - offset };
}

function fromSheet(text: string, timeZone: string, order: DateOrder): Told | null {
  const form = order === 'day_first' ? SHEET_DAY_FIRST : SHEET;
  const [matched, first, then, year, shown, minute, second, half] = form.exec(text) ?? [];
  if (matched === undefined) return null;
  const [month, day] = order === 'day_first' ? [then, first] : [first, then];
  const hour = hourOfDay(Number(shown), half);
  if (hour === null) return null;
  const wall = wallClock([year, month, day, String(hour), minute, second]);
  if (wall === null) return null;
  const told = shownIn(timeZone, wall);
  return Number(day) <= 12 && Number(day) !== Number(month)
    ? { ...told, alsoOdd: 'ambiguous_date' }
    : told;
}

/** Noon is 12 PM, and midnight 12 AM; `null` for an hour that no clock of twelve shows. */
function hourOfDay(shown: number, half: string | undefined): number | null {
  if (half === undefined) return shown;
  if (shown < 1 || shown > 12) return null;
  return (shown % 12) + (half.toUpperCase() === 'P' ? 12 : 0);
}

function shownIn(timeZone: string, wall: number): Told {
  return { value: instantInZone(wall, timeZone), warning: 'time_zone_assumed' };
}

/** What a clock shows, counted as if it stood in Greenwich; `null` for a 30th of February. */
function wallClock(parts: readonly (string | undefined)[]): number | null {
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts
    .slice(0, 6)
    .map((part) => Number(part ?? 0));
  const wall = Date.UTC(year, month - 1, day, hour, minute, second, msOf(parts[6]));
  const date = new Date(wall);
  const same = date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  return same && hour < 24 && minute < 60 && second < 60 ? wall : null;
}

function offsetOf(zone: string): number | null {
  const [, sign, hours = '', minutes = '0'] = /^([+-])(\d{2}):?(\d{2})?$/.exec(zone) ?? [];
  if (sign === undefined) return 0;
  if (Number(hours) > 15 || Number(minutes) > 59) return null;
  return (Number(hours) * 60 + Number(minutes)) * 60_000 * (sign === '-' ? -1 : 1);
}
