import { type Schedule, WEEKDAYS } from './destination.events.js';
import { type CapWindows } from './destination-usage.events.js';

/** Provisional: replaced by the schedules of calling hours. */
export function scheduleOpenAt(schedule: Schedule, instant: string): boolean {
  const { timeZone, hours, closedOn, expiresAt } = schedule;
  if (expiresAt !== null && Date.parse(instant) >= Date.parse(expiresAt)) return false;
  const { day, time, weekday } = local(timeZone, instant);
  if (closedOn.includes(day)) return false;
  if (Object.keys(hours).length === 0) return true;
  const openings = hours[weekday] ?? [];
  return openings.some(({ from, to }) => from <= time && time < to);
}

/** Provisional: replaced by the windows of calling hours. */
export function capWindowsAt(timeZone: string, instant: string): CapWindows {
  const { day, time, offset } = local(timeZone, instant);
  const date = new Date(`${day}T00:00:00Z`);
  const monday = new Date(date.getTime() - ((date.getUTCDay() + 6) % 7) * 86_400_000);
  return {
    hour: `${day}T${time.slice(0, 2)}${offset}`,
    day,
    week: monday.toISOString().slice(0, 10),
    month: day.slice(0, 7),
  };
}

function local(timeZone: string, instant: string) {
  const parts = new Intl.DateTimeFormat('en-CA', {
    timeZone,
    ...{ year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit' },
    ...{ hourCycle: 'h23', timeZoneName: 'longOffset' },
  }).formatToParts(new Date(instant));
  const part = (type: string) => parts.find((one) => one.type === type)?.value ?? '';
  const day = `${part('year')}-${part('month')}-${part('day')}`;
  const index = (new Date(`${day}T00:00:00Z`).getUTCDay() + 6) % 7;
  return {
    ...{ day, time: `${part('hour')}:${part('minute')}` },
    offset: part('timeZoneName').slice(3) || '+00:00',
    weekday: WEEKDAYS[index] ?? 'monday',
  };
}
