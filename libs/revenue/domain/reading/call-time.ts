import { type Parsed, problem } from './parsed.js';
import { instantInZone } from './time-zone.js';

const EPOCH_SECONDS = /^\d{10}$/;
const EPOCH_MS = /^\d{13}$/;
const ISO =
  /^(\d{4})-(\d{2})-(\d{2})[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)? ?(Z|UTC|GMT|[+-]\d{2}(?::?\d{2})?)?$/i;
const DAY_ONLY = /^\d{4}-\d{2}-\d{2}$/;
/** Before it there were no such calls, and after it there will not be yet. */
const [EARLIEST_MS, LATEST_MS] = [Date.UTC(2000), Date.UTC(2100)];

/**
 * When a call was, in milliseconds of the epoch: ISO 8601 with `T` or a space, epoch seconds (10
 * digits) or milliseconds (13).
 *
 * A time without a zone is of `timeZone` (IANA), with the warning `time_zone_assumed`. A day
 * without a time is refused: taken for midnight it would miss every transfer of that day.
 */
export function parseCallTime(text: string, timeZone: string): Parsed<number> {
  const value = text.trim();
  if (DAY_ONLY.test(value)) return problem('time_of_day_missing');
  const parsed = fromEpoch(value) ?? fromIso(value, timeZone);
  if (parsed === null) return problem('time_unreadable');
  return parsed.value < EARLIEST_MS || parsed.value >= LATEST_MS
    ? problem('time_out_of_range')
    : parsed;
}

type Told = Extract<Parsed<number>, { value: number }>;

function fromEpoch(text: string): Told | null {
  if (EPOCH_SECONDS.test(text)) return { value: Number(text) * 1_000 };
  return EPOCH_MS.test(text) ? { value: Number(text) } : null;
}

function fromIso(text: string, timeZone: string): Told | null {
  const [matched, ...parts] = ISO.exec(text) ?? [];
  if (matched === undefined) return null;
  const wall = wallClock(parts);
  if (wall === null) return null;
  const zone = parts[7];
  if (zone === undefined)
    return { value: instantInZone(wall, timeZone), warning: 'time_zone_assumed' };
  const offset = offsetOf(zone);
  return offset === null ? null : { value: wall - offset };
}

/** What a clock shows, counted as if it stood in Greenwich; `null` for a 30th of February. */
function wallClock(parts: readonly (string | undefined)[]): number | null {
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts
    .slice(0, 6)
    .map((part) => Number(part ?? 0));
  const ms = Number((parts[6] ?? '').padEnd(3, '0').slice(0, 3));
  const wall = Date.UTC(year, month - 1, day, hour, minute, second, ms);
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
