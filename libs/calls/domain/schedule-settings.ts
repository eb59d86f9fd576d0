import { type FieldReader } from '#libs/fields';
import { OFF_HOURS_ACTIONS, type Schedule, WEEKDAYS } from './destination.events.js';

const OPENINGS_MAX = 10;
/** More than a year of holidays. */
const CLOSED_DAYS_MAX = 400;
const TIME = {
  pattern: /^([01]\d|2[0-3]):[0-5]\d$/,
  message: 'must be HH:MM, 00:00 to 23:59',
};
const DAY = { pattern: /^\d{4}-\d{2}-\d{2}$/, message: 'must be a day, YYYY-MM-DD' };
const DESTINATION_ID = {
  pattern: /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/,
  message: 'must be the id of a destination',
};
const INSTANT = {
  max: 40,
  pattern: /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})$/,
  message: 'must be ISO-8601 with a zone, e.g. 2026-07-05T12:00:00Z',
};

/** Reads when a destination takes calls; what is left out stays as in `base`. */
export function readSchedule(fields: FieldReader, base: Schedule): Schedule {
  return {
    timeZone: readTimeZone(fields, base.timeZone),
    hours: fields.has('hours') ? readHours(fields) : base.hours,
    closedOn: readClosedOn(fields, base.closedOn),
    expiresAt: fields.nullable('expires_at', base.expiresAt, () => readInstant(fields)),
    offHours: fields.word('off_hours', OFF_HOURS_ACTIONS, base.offHours),
    standInId: fields.nullable('stand_in_id', base.standInId, () =>
      fields.text('stand_in_id', DESTINATION_ID),
    ),
  };
}

function readTimeZone(fields: FieldReader, fallback: string): string {
  const zone = fields.text('time_zone', { max: 64 }, fallback);
  if (zone !== '' && !isTimeZone(zone)) {
    fields.refuse('time_zone', 'not_allowed', 'must be an IANA zone, e.g. America/Chicago');
  }
  return zone;
}

/** Offsets such as +05:00 are zones to the engine, too, but have no calendar of their own. */
function isTimeZone(zone: string): boolean {
  if (!/^[A-Z]/i.test(zone)) return false;
  try {
    new Intl.DateTimeFormat('en-US', { timeZone: zone });
    return true;
  } catch {
    return false;
  }
}

/**
 * Openings in the order of the week, so that one schedule is always written the same. Days without
 * one are left out, as a day that is not named is closed; but no day at all means always open, so a
 * schedule that only names closed days is refused rather than turned round.
 */
function readHours(fields: FieldReader): Schedule['hours'] {
  const days = fields.object('hours');
  const named = WEEKDAYS.filter((day) => days.has(day));
  const open = named
    .map((day) => [day, days.list(day, { max: OPENINGS_MAX }, readOpening)] as const)
    .filter(([, openings]) => openings.length > 0);
  if (named.length > 0 && open.length === 0) {
    fields.refuse('hours', 'invalid', 'must open on some day; {} is always open, pausing closes');
  }
  return Object.fromEntries(open);
}

function readOpening(opening: FieldReader) {
  return { from: opening.text('from', TIME), to: opening.text('to', TIME) };
}

function readClosedOn(fields: FieldReader, fallback: readonly string[]): string[] {
  const days = fields.texts('closed_on', { max: CLOSED_DAYS_MAX }, DAY, fallback);
  for (const [index, day] of days.entries()) {
    if (day !== '' && !isCalendarDay(day)) {
      fields.refuse(`closed_on.${index}`, 'wrong_format', 'is not a day of the calendar');
    }
  }
  return [...new Set(days)].toSorted();
}

/** The engine takes February 31 for March 3. */
function isCalendarDay(day: string): boolean {
  const instant = new Date(`${day}T00:00:00Z`);
  return !Number.isNaN(instant.getTime()) && instant.toISOString().startsWith(day);
}

function readInstant(fields: FieldReader): string {
  const text = fields.text('expires_at', INSTANT);
  const instant = new Date(text);
  const known = isCalendarDay(text.slice(0, 10)) && !Number.isNaN(instant.getTime());
  if (text !== '' && !known) fields.refuse('expires_at', 'wrong_format', INSTANT.message);
  return known ? instant.toISOString() : text;
}
