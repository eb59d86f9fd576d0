import { type Schedule } from './destination.events.js';
import { nextOpening, scheduleOpenAt } from './schedule.js';

/** What of a destination says whether leads wait for it. */
export interface Openable {
  readonly paused: boolean;
  readonly settings: { readonly schedule: Schedule };
}

/** Whether consumers are called, as far as destinations go. */
export type Openness =
  /** One is open; or all are closed, and none of them is waited for. */
  | { readonly kind: 'callable' }
  /** One that is waited for is closed, and so are all: until the first of them opens, ISO-8601. */
  | { readonly kind: 'opens'; readonly at: string }
  /** All are paused or have expired, or there is none: no instant is known to end that. */
  | { readonly kind: 'nobody' };

const CALLABLE: Openness = { kind: 'callable' };
const NOBODY: Openness = { kind: 'nobody' };

/**
 * Whether anybody is there at an instant to hand consumers to (BU-8). Nobody is called, and none of
 * a lead’s calls used up, for destinations that take none.
 */
export function opennessAt(destinations: readonly Openable[], at: string): Openness {
  const active = destinations.filter(({ paused }) => !paused);
  const schedules = active.map(({ settings }) => settings.schedule);
  if (schedules.some((schedule) => scheduleOpenAt(schedule, at))) return CALLABLE;
  const closed = schedules.flatMap((schedule) => {
    const opensAt = nextOpening(schedule, at);
    return opensAt === null ? [] : [{ opensAt, isAwaited: schedule.offHours === 'queue' }];
  });
  const first = closed.map(({ opensAt }) => opensAt).sort()[0];
  if (first === undefined) return NOBODY;
  return closed.some(({ isAwaited }) => isAwaited) ? { kind: 'opens', at: first } : CALLABLE;
}
