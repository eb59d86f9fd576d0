import { type DialObstacle } from './call.events.js';
import { type CallingHoursFacts } from './dial-facts.js';
import { callingHoursAt, nextCallingInstant } from './hours/calling-hours.js';
import { type CallingHoursPack } from './hours/calling-hours-pack.js';
import { CALLING_HOURS_PACK } from './hours/calling-hours-pack.data.js';
import { type Places } from './hours/candidate-zones.js';
import { DAY_MS } from './hours/zone-clock.js';

/** What the permission to dial a lead now is decided on. All instants are ISO-8601 UTC. */
export interface DialFacts {
  readonly places: Places;
  /** Instants of all known calls to this consumer, in any order; at least those of 24 hours. */
  readonly attempts: readonly string[];
  /** `null` if the consumer was never called. */
  readonly lastCallEndedAt: string | null;
  /** The consumer asked not to be called before; `null` if not. */
  readonly callbackAt: string | null;
  readonly limits: {
    /** Calls to this consumer in any 24 hours; a state may allow fewer. */
    readonly attempts24HoursMax: number;
    /** From the end of a call to the next, at least. */
    readonly spacingMinutes: number;
  };
  /** End of the time in which the lead is dialed at all, exclusive. */
  readonly until: string;
}

/** Whether a lead may be dialed at an instant. */
export type DialVerdict =
  | {
      readonly allowed: true;
      readonly hours: CallingHoursFacts;
      /** Calls in the 24 hours before, the one decided on not counted. */
      readonly attemptsIn24Hours: number;
      readonly attemptsMax24Hours: number;
    }
  | {
      readonly allowed: false;
      /** Everything in the way, most basic first. None: only the end of the lead's time is. */
      readonly obstacles: readonly DialObstacle[];
      /**
       * The first instant at which nothing known now is in the way; `null`: none before the end.
       */
      readonly nextAllowedAt: string | null;
      readonly hours: CallingHoursFacts;
    };

const MINUTE_MS = 60 * 1000;

/**
 * Decides whether a lead may be dialed at an instant: within calling hours (CO-6), with few enough
 * calls in the 24 hours before (CO-7), long enough after the last, and not before a callback that
 * was asked for; the call that was asked for waits for nothing else. An instant that cannot be read
 * stands in the way for good.
 */
export function dialVerdict(
  facts: DialFacts,
  at: string,
  pack: CallingHoursPack = CALLING_HOURS_PACK,
): DialVerdict {
  const { allowed: open, facts: hours } = callingHoursAt(facts.places, at, pack);
  const attemptsMax24Hours = attemptsMax(facts, hours, pack);
  const obstacles = obstaclesTo(facts, Date.parse(at), { open, hours, attemptsMax24Hours });
  if (obstacles.length === 0 && Date.parse(at) < Date.parse(facts.until)) {
    const attemptsIn24Hours = recentAttempts(facts, Date.parse(at));
    return { allowed: true, hours, attemptsIn24Hours, attemptsMax24Hours };
  }
  const nextAllowedAt = nextAllowed(facts, at, attemptsMax24Hours, pack);
  return { allowed: false, obstacles, nextAllowedAt, hours };
}

interface Findings {
  readonly open: boolean;
  readonly hours: CallingHoursFacts;
  readonly attemptsMax24Hours: number;
}

/** In the order of `DIAL_OBSTACLES`. */
function obstaclesTo(
  facts: DialFacts,
  atMs: number,
  { open, hours, attemptsMax24Hours }: Findings,
): DialObstacle[] {
  const known = hours.zones.length > 0;
  const checks: readonly [DialObstacle, boolean][] = [
    ['outside_calling_hours', known && !open],
    ['timezone_unknown', !known],
    ['attempt_limit_24h', !(atMs >= attemptsFreeAt(facts, attemptsMax24Hours))],
    ['spacing', !(atMs >= spacedFrom(facts))],
    ['callback_scheduled', !(atMs >= callbackFrom(facts))],
  ];
  return checks.flatMap(([obstacle, stands]) => (stands ? [obstacle] : []));
}

/** Attempts, spacing and callback each end once and for all; then the calling hours decide. */
function nextAllowed(
  facts: DialFacts,
  at: string,
  attemptsMax24Hours: number,
  pack: CallingHoursPack,
): string | null {
  const fromMs = Math.max(
    Date.parse(at),
    attemptsFreeAt(facts, attemptsMax24Hours),
    spacedFrom(facts),
    callbackFrom(facts),
  );
  if (!(fromMs < Date.parse(facts.until))) return null;
  const next = nextCallingInstant(facts.places, new Date(fromMs).toISOString(), pack);
  return next !== null && Date.parse(next) < Date.parse(facts.until) ? next : null;
}

/** The tenant's maximum, or that of the strictest state whose rules apply. */
function attemptsMax(
  { limits }: DialFacts,
  { states }: CallingHoursFacts,
  pack: CallingHoursPack,
): number {
  const maxima = states.map((state) => pack.states[state]?.attempts24HoursMax ?? Infinity);
  return Math.min(limits.attempts24HoursMax, ...maxima);
}

/** A call exactly 24 hours ago no longer counts; one ahead, by a clock that went back, does. */
function recentAttempts({ attempts }: DialFacts, atMs: number): number {
  return attempts.filter((attempt) => !(Date.parse(attempt) <= atMs - DAY_MS)).length;
}

/** When so many attempts are 24 hours old that one more is allowed; infinite if none ever is. */
function attemptsFreeAt({ attempts }: DialFacts, max: number): number {
  if (!(max >= 1)) return Infinity;
  const latestFirst = attempts.map((attempt) => Date.parse(attempt)).sort((a, b) => b - a);
  if (latestFirst.some(Number.isNaN)) return NaN;
  const counted = latestFirst[max - 1];
  return counted === undefined ? -Infinity : counted + DAY_MS;
}

/** Whoever asked for a call at a time is not made to wait longer, as long as it was not tried. */
function spacedFrom(facts: DialFacts): number {
  const { lastCallEndedAt, limits, callbackAt, attempts } = facts;
  if (lastCallEndedAt === null) return -Infinity;
  const askedMs = callbackFrom(facts);
  const isTried = attempts.some((attempt) => !(Date.parse(attempt) < askedMs));
  if (callbackAt !== null && !isTried) return -Infinity;
  return Date.parse(lastCallEndedAt) + limits.spacingMinutes * MINUTE_MS;
}

function callbackFrom({ callbackAt }: DialFacts): number {
  return callbackAt === null ? -Infinity : Date.parse(callbackAt);
}
