import { floorTimes, parseDecimal } from './decimal.js';
import { type Parsed, problem } from './parsed.js';

/** What a bare number counts. */
export type DurationUnit = 'seconds' | 'ms' | 'minutes';

/** A week; no call is longer. */
const SECONDS_MAX = 7 * 86_400;
const CLOCK = /^(?:(\d{1,4}):)?(\d{1,4}):(\d{2})(?:\.\d+)?$/;
const HOURS = String.raw`(\d{1,6})\s*h(?:(?:ou)?rs?)?`;
const MINUTES = String.raw`(\d{1,6})\s*m(?:in(?:ute)?s?)?`;
const SECONDS = String.raw`(\d{1,9})(?:\.\d+)?\s*s(?:ec(?:ond)?s?)?`;
const SPELLED = new RegExp(`^(?:pt)?(?:${HOURS})?\\s*(?:${MINUTES})?\\s*(?:${SECONDS})?$`, 'i');

/**
 * How long something took, in whole seconds, rounded down.
 *
 * A bare number counts `unit`s. `2:05`, `0:02:05`, `2m5s`, `PT2M5S` and `125 sec` say their units
 * themselves, and mean the same under any name.
 */
export function parseDuration(text: string, unit: DurationUnit): Parsed<number> {
  const value = text.trim();
  if (/^-\s*[\d:.]+$/.test(value)) return problem('duration_negative');
  const seconds = fromNumber(value, unit) ?? fromClock(value) ?? fromWords(value);
  if (seconds === null) return problem('duration_unreadable');
  return seconds > SECONDS_MAX ? problem('duration_out_of_range') : { value: seconds };
}

function fromNumber(text: string, unit: DurationUnit): number | null {
  const decimal = parseDecimal(text);
  if (decimal === null) return null;
  if (unit === 'ms') return Number(floorTimes(decimal, 1n) / 1_000n);
  return Number(floorTimes(decimal, unit === 'minutes' ? 60n : 1n));
}

function fromClock(text: string): number | null {
  const [matched, hours, minutes = '', seconds = ''] = CLOCK.exec(text) ?? [];
  if (matched === undefined || Number(seconds) > 59) return null;
  if (hours !== undefined && Number(minutes) > 59) return null;
  return Number(hours ?? 0) * 3_600 + Number(minutes) * 60 + Number(seconds);
}

function fromWords(text: string): number | null {
  const [matched, hours, minutes, seconds] = SPELLED.exec(text) ?? [];
  if (matched === undefined || (hours ?? minutes ?? seconds) === undefined) return null;
  return Number(hours ?? 0) * 3_600 + Number(minutes ?? 0) * 60 + Number(seconds ?? 0);
}
