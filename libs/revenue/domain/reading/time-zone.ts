const DAY_MS = 86_400_000;

/**
 * The instant at which clocks of an IANA zone show `wall`, given as if they stood in Greenwich;
 * both in ms of the epoch. Of two when clocks are put back, the first; a time that clocks skip is
 * counted on from before.
 */
export function instantInZone(wall: number, timeZone: string): number {
  const before = offsetAt(wall - DAY_MS, timeZone);
  const after = offsetAt(wall + DAY_MS, timeZone);
  const fitting = [wall - before, wall - after].filter(
    (instant) => instant + offsetAt(instant, timeZone) === wall,
  );
  return fitting.length === 0 ? wall - before : Math.min(...fitting);
}

const clocks = new Map<string, Intl.DateTimeFormat | null>();
const CLOCKS_MAX = 600;

function clockOf(timeZone: string): Intl.DateTimeFormat | null {
  const made = clocks.get(timeZone);
  if (made !== undefined) return made;
  if (clocks.size >= CLOCKS_MAX) clocks.clear();
  const clock = makeClock(timeZone);
  clocks.set(timeZone, clock);
  return clock;
}

function makeClock(timeZone: string): Intl.DateTimeFormat | null {
  try {
    return new Intl.DateTimeFormat('en-US', {
      ...{ timeZone, hourCycle: 'h23', year: 'numeric', month: 'numeric', day: 'numeric' },
      ...{ hour: 'numeric', minute: 'numeric', second: 'numeric' },
    });
  } catch {
    return null;
  }
}

/** How far clocks of the zone are ahead of Greenwich, in ms; 0 for a zone nobody knows. */
function offsetAt(instant: number, timeZone: string): number {
  const clock = clockOf(timeZone);
  if (clock === null) return 0;
  const parts = new Map(
    clock.formatToParts(instant).map(({ type, value }) => [type, Number(value)]),
  );
  const [year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0] = (
    ['year', 'month', 'day', 'hour', 'minute', 'second'] as const
  ).map((part) => parts.get(part));
  const wall = Date.UTC(year, month - 1, day, hour, minute, second);
  return wall - Math.floor(instant / 1_000) * 1_000;
}

/** Whether there is such a zone. */
export function isTimeZone(timeZone: string): boolean {
  return clockOf(timeZone) !== null;
}
