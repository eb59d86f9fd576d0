import { type Weekday, WEEKDAYS } from '../destination.events.js';

/** What clocks of a zone show. */
export interface LocalTime {
  /** YYYY-MM-DD. */
  readonly date: string;
  readonly weekday: Weekday;
  /** Milliseconds the clock shows since 00:00; on days clocks change, not those that passed. */
  readonly clockMs: number;
}

/** From an instant on, clocks of a zone are ahead of UTC by so much. */
interface OffsetSpan {
  readonly fromMs: number;
  readonly offsetMs: number;
}

/** 24 hours, in milliseconds. */
export const DAY_MS = 24 * 60 * 60 * 1000;
const MINUTE_MS = 60 * 1000;

/** Asking Intl takes microseconds; a year of a zone is asked for once, in some 400 questions. */
const spansByZoneAndYear = new Map<string, readonly OffsetSpan[]>();
const SPANS_MAX = 4096;

/** By how many milliseconds clocks of an IANA zone are ahead of UTC. Throws for an unknown zone. */
export function offsetAt(zone: string, instantMs: number): number {
  const spans = spansOf(zone, new Date(instantMs).getUTCFullYear());
  return spans.findLast(({ fromMs }) => fromMs <= instantMs)?.offsetMs ?? 0;
}

/** What clocks of an IANA zone show at an instant. */
export function localTime(zone: string, instantMs: number): LocalTime {
  const wallMs = instantMs + offsetAt(zone, instantMs);
  const date = dateOf(wallMs);
  const midnightMs = Math.floor(wallMs / DAY_MS) * DAY_MS;
  return { date, weekday: weekdayAt(midnightMs), clockMs: wallMs - midnightMs };
}

/** Which day of the week a date (YYYY-MM-DD) is. */
export function weekdayOf(date: string): Weekday {
  return weekdayAt(Date.parse(date));
}

function weekdayAt(wallMs: number): Weekday {
  const fromSunday = new Date(wallMs).getUTCDay();
  return WEEKDAYS[(fromSunday + 6) % 7] ?? 'sunday';
}

/** The date so many days after a date (both YYYY-MM-DD). */
export function daysAfter(date: string, days: number): string {
  return dateOf(Date.parse(date) + days * DAY_MS);
}

/** HH:MM as milliseconds since 00:00; 24:00 is the end of the day. */
export function clockMsOf(time: string): number {
  return (Number(time.slice(0, 2)) * 60 + Number(time.slice(3, 5))) * MINUTE_MS;
}

/**
 * Every instant from `fromMs` to before `toMs` at which clocks of a zone come to show one of some
 * times of the day, or are changed. What is open at certain local times can begin at no other
 * instant, so the first of them at which it is open is when it opens.
 */
export function clockEdges(
  zone: string,
  clockTimes: Iterable<number>,
  fromMs: number,
  toMs: number,
): number[] {
  const times = [...new Set(clockTimes)];
  const last = localTime(zone, toMs).date;
  const edges = changesBetween(zone, fromMs, toMs);
  for (let date = localTime(zone, fromMs).date; date <= last; date = daysAfter(date, 1)) {
    edges.push(...times.flatMap((clockMs) => instantsOf(zone, Date.parse(date) + clockMs)));
  }
  return edges.filter((edge) => edge >= fromMs && edge < toMs).sort((one, other) => one - other);
}

/** None if clocks skip that time, two if they show it twice. `wallMs` counts as if it were UTC. */
function instantsOf(zone: string, wallMs: number): number[] {
  const offsets = new Set([offsetAt(zone, wallMs - DAY_MS), offsetAt(zone, wallMs + DAY_MS)]);
  return [...offsets]
    .map((offsetMs) => wallMs - offsetMs)
    .filter((instantMs) => instantMs + offsetAt(zone, instantMs) === wallMs);
}

function changesBetween(zone: string, fromMs: number, toMs: number): number[] {
  const [first, last] = [fromMs, toMs].map((ms) => new Date(ms).getUTCFullYear()) as [
    number,
    number,
  ];
  const years = Array.from({ length: last - first + 1 }, (_, index) => first + index);
  return years.flatMap((year) => spansOf(zone, year).slice(1)).map(({ fromMs: at }) => at);
}

function spansOf(zone: string, year: number): readonly OffsetSpan[] {
  const key = `${zone} ${year}`;
  const known = spansByZoneAndYear.get(key);
  if (known !== undefined) return known;
  if (spansByZoneAndYear.size >= SPANS_MAX) spansByZoneAndYear.clear();
  const spans = measureSpans(zone, year);
  spansByZoneAndYear.set(key, spans);
  return spans;
}

/** Clocks are never changed twice within a day, so a look at every midnight (UTC) misses none. */
function measureSpans(zone: string, year: number): OffsetSpan[] {
  const offset = offsetReader(zone);
  const startMs = Date.UTC(year, 0, 1);
  const spans = [{ fromMs: startMs, offsetMs: offset(startMs) }];
  for (let dayMs = startMs; dayMs < Date.UTC(year + 1, 0, 1); dayMs += DAY_MS) {
    const offsetMs = offset(dayMs + DAY_MS);
    if (offsetMs === offset(dayMs)) continue;
    spans.push({ fromMs: firstWith(offsetMs, offset, dayMs, dayMs + DAY_MS), offsetMs });
  }
  return spans;
}

function firstWith(
  offsetMs: number,
  offset: (instantMs: number) => number,
  beforeMs: number,
  atMs: number,
): number {
  if (atMs - beforeMs <= 1) return atMs;
  const middle = Math.floor((beforeMs + atMs) / 2);
  return offset(middle) === offsetMs
    ? firstWith(offsetMs, offset, beforeMs, middle)
    : firstWith(offsetMs, offset, middle, atMs);
}

function offsetReader(timeZone: string): (instantMs: number) => number {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  return (instantMs) => {
    const [month = 1, day = 1, year = 1970, hour, minute, second] = format
      .format(instantMs)
      .split(/\D+/)
      .map(Number);
    return (
      Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(instantMs / 1000) * 1000
    );
  };
}

function dateOf(wallMs: number): string {
  return new Date(wallMs).toISOString().slice(0, 10);
}
