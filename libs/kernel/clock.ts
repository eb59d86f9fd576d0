/** Where the present comes from, so that a test can say what time it is. */
export interface Clock {
  /** The present instant. */
  now(): Date;
}

let offsetMs = 0;

/** The clock of this process: the machine's, unless {@link shiftSystemClock} was called. */
export const systemClock: Clock = { now: () => new Date(Date.now() + offsetMs) };

/**
 * Makes this process believe that it is later, or earlier, by so many milliseconds. For a simulated
 * telephone network only: what is dialed when depends on the time of day.
 */
export function shiftSystemClock(milliseconds: number): void {
  offsetMs = milliseconds;
}

/** A clock that stands at `instant` (ISO-8601) until it is moved. */
export function fixedClock(instant: string): Clock & { set(next: string): void } {
  let current = new Date(instant);
  return {
    now: () => new Date(current),
    set: (next) => {
      current = new Date(next);
    },
  };
}
