import { type Schedule } from './destination.events.js';
import { nextOpening, scheduleOpenAt } from './schedule.js';

/** What of a destination says whether leads wait for it. */
export interface Openable {
  readonly paused: boolean;
  readonly settings: { readonly schedule: Schedule };
}

/**
 * Until when leads wait for a destination to open (BU-8): the first opening from `at` on of those that
 * are waited for, if every destination is closed; else, and where none is waited for, `null`. So
 * nobody is called, and none of a lead’s calls used up, for destinations that take none.
 */
export function openingWaitedFor(destinations: readonly Openable[], at: string): string | null {
  const active = destinations.filter(({ paused }) => !paused);
  const schedules = active.map(({ settings }) => settings.schedule);
  if (schedules.some((schedule) => scheduleOpenAt(schedule, at))) return null;
  const awaited = schedules.filter(({ offHours }) => offHours === 'queue');
  const openings = awaited.map((schedule) => nextOpening(schedule, at));
  return openings.filter((opening) => opening !== null).sort()[0] ?? null;
}
