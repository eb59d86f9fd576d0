import { type Clock, systemClock } from '#libs/kernel';
import { type Caller, type Origin } from './intake-policy.js';

/** The clock by which commands are dated; a class, so that it can be injected. */
export class OccurrenceClock implements Clock {
  constructor(private readonly clock: Clock = systemClock) {}

  now(): Date {
    return this.clock.now();
  }
}

/** Where a caller sits, or `null` if nothing is known of it. */
export function originOf({ ip, userAgent }: Caller): Origin | null {
  if (ip === undefined && userAgent === undefined) return null;
  return {
    ...(ip === undefined ? {} : { ip }),
    ...(userAgent === undefined ? {} : { userAgent: userAgent.slice(0, 500) }),
  };
}
