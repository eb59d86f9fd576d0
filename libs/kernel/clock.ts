/** Where the present comes from, so that a test can say what time it is. */
export interface Clock {
  /** The present instant. */
  now(): Date;
}

/** The machine's clock. */
export const systemClock: Clock = { now: () => new Date() };

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
