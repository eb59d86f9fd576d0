import fc from 'fast-check';
import { type StateCallingHours } from '../domain/hours/calling-hours-pack.js';
import { CALLING_HOURS_PACK } from '../domain/hours/calling-hours-pack.data.js';
import { candidateZones, type Places } from '../domain/hours/candidate-zones.js';
import { isHoliday } from '../domain/hours/holidays.js';
import { STATE_ZONES } from '../domain/hours/state-zones.data.js';

/** A place of which nothing is known but what a test states. */
export const somewhere = (places: Partial<Places> = {}): Places => ({
  ...{ state: null, zip: null, areaCode: null, countries: ['US'], isUnread: false },
  ...places,
});

/** Places of consumers: any state, now and then a ZIP code and an area code that do not fit it. */
export const somePlaces: fc.Arbitrary<Places> = fc.record({
  state: fc.option(fc.constantFrom(...Object.keys(STATE_ZONES)), { freq: 8 }),
  zip: fc.option(fc.constantFrom('33101', '32501', '86515', '79901', '96799', '10001')),
  areaCode: fc.option(
    fc.constantFrom('212', '850', '928', '907', '808', '671', '684', '702', '800', '214'),
  ),
  countries: fc.constantFrom(['US'], ['US'], ['US', 'US'], ['US', 'GU'], ['US', 'CA']),
  isUnread: fc.nat({ max: 9 }).map((dice) => dice === 0),
});

/** Instants around the changes of clocks and the holidays of a winter, to the millisecond. */
export const someInstants: fc.Arbitrary<number> = fc.oneof(
  fc.integer({ min: Date.UTC(2026, 9, 30), max: Date.UTC(2026, 10, 4) }),
  fc.integer({ min: Date.UTC(2027, 2, 12), max: Date.UTC(2027, 2, 17) }),
  fc.integer({ min: Date.UTC(2026, 6, 1), max: Date.UTC(2027, 6, 31) }),
);

/**
 * The rules of calling hours once more, as plainly as they can be put and without the clock that
 * is under test: whether they allow a call in a minute.
 */
export function plainlyAllowed(places: Places, instantMs: number): boolean {
  const { zones, states } = candidateZones(places);
  const rules = states.flatMap((state) => CALLING_HOURS_PACK.states[state] ?? []);
  return zones.length > 0 && zones.every((zone) => allowedIn(zone, rules, instantMs));
}

function allowedIn(timeZone: string, rules: readonly StateCallingHours[], ms: number): boolean {
  const [date = '', time = ''] = shown(timeZone, ms).split(' ');
  const sunday = new Date(date).getUTCDay() === 0;
  const saturday = new Date(date).getUTCDay() === 6;
  const windows = rules.flatMap((rule) => [
    sunday ? rule.sunday : saturday ? rule.saturday : rule.weekdays,
    ...(isHoliday(rule.holidayCalendar, date) ? [rule.holidays] : []),
  ]);
  return [CALLING_HOURS_PACK.federal, ...windows].every(
    (window) => window !== null && window.from <= time && time < window.to,
  );
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** YYYY-MM-DD HH:MM, as Sweden writes it. */
function shown(timeZone: string, ms: number): string {
  const format =
    formats.get(timeZone) ??
    new Intl.DateTimeFormat('sv', { timeZone, dateStyle: 'short', timeStyle: 'short' });
  formats.set(timeZone, format);
  return format.format(ms);
}

const MINUTE_MS = 60_000;

/** The first of `from` and the whole minutes after it that fits, before `to`; `null` if none. */
export function firstMinute(
  fits: (ms: number) => boolean,
  fromMs: number,
  toMs: number,
): number | null {
  if (fromMs < toMs && fits(fromMs)) return fromMs;
  for (let ms = (Math.floor(fromMs / MINUTE_MS) + 1) * MINUTE_MS; ms < toMs; ms += MINUTE_MS) {
    if (fits(ms)) return ms;
  }
  return null;
}
