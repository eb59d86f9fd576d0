import { callingHoursAt, type Places } from '#libs/calls';

/** Where it is late morning at the moment a demonstration begins. */
const ZONE = 'America/Chicago';
const HOUR = 11;
const MINUTE_MS = 60_000;
/** The clock of a stack can be moved by a week. */
const MINUTES_MAX = 7 * 24 * 60;

/**
 * By how many minutes to move the clock of a stack so that it is 11:00 in Texas and everybody in
 * `places` may be called: forward, to the next such day. So whatever a demonstration shows, it
 * shows it at night and on holidays, too, and the rules on hours stay as they are.
 */
export function minutesToDaytime(now: Date, places: readonly Places[]): number {
  for (let minutes = 0; minutes <= MINUTES_MAX; minutes += 1) {
    const instant = new Date(now.getTime() + minutes * MINUTE_MS);
    if (!isElevenOnAWeekday(instant)) continue;
    const at = instant.toISOString();
    if (places.every((place) => callingHoursAt(place, at).allowed)) return minutes;
  }
  throw new Error('On no day of the next week may everybody be called at 11:00 in Texas.');
}

const local = new Intl.DateTimeFormat('en-US', {
  ...{ timeZone: ZONE, weekday: 'short', hour: 'numeric', minute: 'numeric', hourCycle: 'h23' },
});

function isElevenOnAWeekday(instant: Date): boolean {
  const parts = Object.fromEntries(
    local.formatToParts(instant).map(({ type, value }) => [type, value]),
  );
  const isWeekday = parts['weekday'] !== 'Sat' && parts['weekday'] !== 'Sun';
  return isWeekday && Number(parts['hour']) === HOUR && Number(parts['minute']) === 0;
}
