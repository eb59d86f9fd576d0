import { type CapWindows } from './destination-usage.events.js';
import { type Opening, type Schedule, WEEKDAYS } from './destination.events.js';
import {
  clockEdges,
  clockMsOf,
  DAY_MS,
  daysAfter,
  type LocalTime,
  localTime,
  offsetAt,
  weekdayOf,
} from './hours/zone-clock.js';

const ALL_DAY: readonly Opening[] = [{ from: '00:00', to: '00:00' }];

/**
 * Whether a destination takes calls at an instant (BU-8). An opening over midnight belongs to the
 * day it begins on: it is closed if that day is, and only then.
 */
export function scheduleOpenAt(schedule: Schedule, instant: string): boolean {
  return isOpen(schedule, Date.parse(instant));
}

/** The first instant from `from` on at which a destination takes calls; `null` if there is none. */
export function nextOpening(schedule: Schedule, from: string): string | null {
  const fromMs = Date.parse(from);
  const open = (ms: number) => isOpen(schedule, ms);
  const first = open(fromMs) ? fromMs : edgesOf(schedule, fromMs).find(open);
  return first === undefined ? null : new Date(first).toISOString();
}

/**
 * The windows in which a transfer at an instant counts against caps, by a local calendar (BU-5). On
 * the day clocks go back, the hour shown twice is two windows, told apart by their offsets, and
 * the day of 25 hours is one.
 */
export function capWindowsAt(timeZone: string, instant: string): CapWindows {
  const instantMs = Date.parse(instant);
  const { date, weekday, clockMs } = localTime(timeZone, instantMs);
  const hour = String(Math.floor(clockMs / (DAY_MS / 24))).padStart(2, '0');
  return {
    hour: `${date}T${hour}${offsetName(offsetAt(timeZone, instantMs))}`,
    day: date,
    week: daysAfter(date, -WEEKDAYS.indexOf(weekday)),
    month: date.slice(0, 7),
  };
}

function isOpen(schedule: Schedule, instantMs: number): boolean {
  if (schedule.expiresAt !== null && !(instantMs < Date.parse(schedule.expiresAt))) return false;
  const local = localTime(schedule.timeZone, instantMs);
  return (
    openingsOn(schedule, local.date).some((opening) => hasBegun(opening, local)) ||
    openingsOn(schedule, daysAfter(local.date, -1)).some((opening) => goesOn(opening, local))
  );
}

function openingsOn({ hours, closedOn }: Schedule, date: string): readonly Opening[] {
  if (closedOn.includes(date)) return [];
  return Object.keys(hours).length === 0 ? ALL_DAY : (hours[weekdayOf(date)] ?? []);
}

/** On the day the opening begins on. */
function hasBegun(opening: Opening, { clockMs }: LocalTime): boolean {
  const end = isOvernight(opening) ? DAY_MS : clockMsOf(opening.to);
  return clockMs >= clockMsOf(opening.from) && clockMs < end;
}

/** On the day after. */
function goesOn(opening: Opening, { clockMs }: LocalTime): boolean {
  return isOvernight(opening) && clockMs < clockMsOf(opening.to);
}

function isOvernight({ from, to }: Opening): boolean {
  return clockMsOf(to) <= clockMsOf(from);
}

/** Far enough that even a destination open on one day of the week has a day that is not closed. */
function edgesOf(schedule: Schedule, fromMs: number): number[] {
  const days = 7 * (schedule.closedOn.length + 1) + 1;
  const openings = [...ALL_DAY, ...Object.values(schedule.hours).flat()];
  const starts = openings.map(({ from }) => clockMsOf(from));
  return clockEdges(schedule.timeZone, starts, fromMs, fromMs + days * DAY_MS);
}

/** `-05:00`. */
function offsetName(offsetMs: number): string {
  const clock = new Date(Math.abs(offsetMs)).toISOString().slice(11, 16);
  return `${offsetMs < 0 ? '-' : '+'}${clock}`;
}
