import { type Random } from './random.js';

const HOUR_MS = 3_600_000;

/** How busy each hour of a day is in US Central time, from midnight on. */
const HOURS = [1, 1, 1, 1, 1, 2, 4, 7, 9, 10, 10, 10, 9, 9, 9, 9, 9, 9, 9, 8, 7, 5, 3, 2];
const CENTRAL_OFFSET_HOURS = -6;
const WEEKEND_SHARE = 0.6;

/**
 * `count` instants (milliseconds since 1970) in order, from `fromMs` to before `untilMs`: busy by
 * day, quiet at night and at weekends.
 */
export function* arrivals(
  random: Random,
  count: number,
  fromMs: number,
  untilMs: number,
): Generator<number> {
  const hours = [...hoursBetween(fromMs, untilMs)];
  const total = hours.reduce((sum, { weight }) => sum + weight, 0);
  let before = 0;
  let current = 0;
  for (let n = 0; n < count; n += 1) {
    const target = ((n + random.next()) / count) * total;
    while (before + weightOf(hours, current) < target) {
      before += weightOf(hours, current);
      current += 1;
    }
    const { startMs, endMs, weight } = hours[current] ?? { startMs: untilMs, endMs: 0, weight: 1 };
    const at = Math.floor(startMs + ((target - before) / weight) * (endMs - startMs));
    yield Math.min(at, untilMs - 1);
  }
}

interface Hour {
  readonly startMs: number;
  readonly endMs: number;
  /** How many leads arrive in it, compared with others. */
  readonly weight: number;
}

function* hoursBetween(fromMs: number, untilMs: number): Generator<Hour> {
  for (let startMs = fromMs; startMs < untilMs; startMs += HOUR_MS) {
    const endMs = Math.min(startMs + HOUR_MS, untilMs);
    const local = new Date(startMs + CENTRAL_OFFSET_HOURS * HOUR_MS);
    const weekend = local.getUTCDay() % 6 === 0 ? WEEKEND_SHARE : 1;
    const perHour = (HOURS[local.getUTCHours()] ?? 1) * weekend;
    yield { startMs, endMs, weight: (perHour * (endMs - startMs)) / HOUR_MS };
  }
}

/** The last hour takes whatever rounding leaves. */
function weightOf(hours: readonly Hour[], index: number): number {
  return index >= hours.length - 1 ? Infinity : (hours[index]?.weight ?? 0);
}
