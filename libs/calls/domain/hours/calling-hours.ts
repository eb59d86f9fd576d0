import { type CallingHoursFacts } from '../dial-facts.js';
import {
  type CallingHoursPack,
  type LocalWindow,
  type StateCallingHours,
} from './calling-hours-pack.js';
import { CALLING_HOURS_PACK } from './calling-hours-pack.data.js';
import { type Candidates, candidateZones, type Places } from './candidate-zones.js';
import { isHoliday } from './holidays.js';
import { clockEdges, clockMsOf, DAY_MS, type LocalTime, localTime } from './zone-clock.js';

/** Whether a consumer may be called, and what that rests on. */
export interface CallingHours {
  readonly allowed: boolean;
  readonly facts: CallingHoursFacts;
}

/** How far ahead an opening is looked for. */
export const LOOK_AHEAD_DAYS = 14;

/**
 * Whether a consumer may be called at an instant, by the clocks of every zone they may be in, the
 * federal hours and those of every state whose rules apply (CO-6). Nobody may whose zone is
 * unknown.
 */
export function callingHoursAt(
  places: Places,
  instant: string,
  pack: CallingHoursPack = CALLING_HOURS_PACK,
): CallingHours {
  const { zones, states } = candidateZones(places);
  return {
    allowed: isOpen({ zones, states }, Date.parse(instant), pack),
    facts: { rulePackVersion: pack.version, zones: [...zones], states: [...states] },
  };
}

/**
 * The first instant from `from` on at which the consumer may be called, to the millisecond; `null`
 * if there is none within 14 days.
 */
export function nextCallingInstant(
  places: Places,
  from: string,
  pack: CallingHoursPack = CALLING_HOURS_PACK,
): string | null {
  const candidates = candidateZones(places);
  const fromMs = Date.parse(from);
  const open = (ms: number) => isOpen(candidates, ms, pack);
  const first = open(fromMs) ? fromMs : firstEdge(candidates, fromMs, pack, open);
  return first === undefined ? null : new Date(first).toISOString();
}

/** Day by day, as an opening is mostly near. */
function firstEdge(
  candidates: Candidates,
  fromMs: number,
  pack: CallingHoursPack,
  open: (instantMs: number) => boolean,
): number | undefined {
  for (let day = 0; day < LOOK_AHEAD_DAYS; day += 1) {
    const dayMs = fromMs + day * DAY_MS;
    const edge = edgesOf(candidates, dayMs, dayMs + DAY_MS, pack).find(open);
    if (edge !== undefined) return edge;
  }
  return undefined;
}

function isOpen({ zones, states }: Candidates, instantMs: number, pack: CallingHoursPack): boolean {
  const rules = rulesOf(states, pack);
  return (
    zones.length > 0 &&
    zones.every((zone) => {
      const local = localTime(zone, instantMs);
      return windowsOn(local, rules, pack).every((window) => isWithin(window, local));
    })
  );
}

function rulesOf(states: readonly string[], pack: CallingHoursPack): StateCallingHours[] {
  return states.flatMap((state) => pack.states[state] ?? []);
}

/** All of which must hold on a local date. */
function windowsOn(
  { date, weekday }: LocalTime,
  rules: readonly StateCallingHours[],
  { federal }: CallingHoursPack,
): (LocalWindow | null)[] {
  return [
    federal,
    ...rules.flatMap((rule) => [
      weekday === 'saturday' || weekday === 'sunday' ? rule[weekday] : rule.weekdays,
      ...(isHoliday(rule.holidayCalendar, date) ? [rule.holidays] : []),
    ]),
  ];
}

function isWithin(window: LocalWindow | null, { clockMs }: LocalTime): boolean {
  return window !== null && clockMs >= clockMsOf(window.from) && clockMs < clockMsOf(window.to);
}

/** Every instant at which some window can open in some zone, in order. */
function edgesOf(
  { zones, states }: Candidates,
  fromMs: number,
  toMs: number,
  pack: CallingHoursPack,
): number[] {
  const starts = [
    pack.federal,
    ...rulesOf(states, pack).flatMap((rule) => [
      rule.weekdays,
      rule.saturday,
      rule.sunday,
      rule.holidays,
    ]),
  ].flatMap((window) => (window === null ? [] : clockMsOf(window.from)));
  return zones
    .flatMap((zone) => clockEdges(zone, starts, fromMs, toMs))
    .sort((one, other) => one - other);
}
