import { type Caps } from './destination.events.js';
import { type CapWindows, type DestinationUsageEvent } from './destination-usage.events.js';

/** Why a destination cannot take one more transfer now (semantics §3.7). */
export const CAP_REASONS = [
  'hourly_cap_reached',
  'daily_cap_reached',
  'weekly_cap_reached',
  'monthly_cap_reached',
  'total_cap_reached',
  'concurrency_cap_reached',
  'spacing',
] as const;

/** One of them. */
export type CapReason = (typeof CAP_REASONS)[number];

/** Transfers per local hour, day, week and month, and in all. */
export type WindowCounts = Readonly<Record<keyof CapWindows | 'total', number>>;

/**
 * How much of a destination's caps is used. Bounded: it holds the windows of the last reservation
 * only, and the transfers that are under way.
 */
export interface DestinationUsage {
  /** The windows that `counts` are of; `null` before the first reservation. */
  readonly windows: CapWindows | null;
  readonly counts: WindowCounts;
  /** By transfer that is under way, the windows it was counted in. */
  readonly inFlight: ReadonlyMap<string, CapWindows>;
  /** When a slot was last reserved, ISO-8601 UTC. */
  readonly lastReservedAt: string | null;
}

/** Counters per window at some moment, as routing decisions and events carry them. */
export type UsageCounts = Readonly<Record<string, number>>;

const WINDOWS = ['hour', 'day', 'week', 'month'] as const;

/** Before anything happened. */
export function initialState(): DestinationUsage {
  const counts = { hour: 0, day: 0, week: 0, month: 0, total: 0 };
  return { windows: null, counts, inFlight: new Map(), lastReservedAt: null };
}

/**
 * Follows history without judging it. Counters are taken over from each reservation rather than
 * counted, so that the end of a history is enough to know them, see `UsageTail`.
 */
export function evolve(state: DestinationUsage, event: DestinationUsageEvent): DestinationUsage {
  switch (event.type) {
    case 'DestinationSlotReserved': {
      const { transferId, windows, counts, reservedAt } = event.data;
      const inFlight = new Map(state.inFlight).set(transferId, windows);
      return { windows, counts: countsOf(counts), inFlight, lastReservedAt: reservedAt };
    }
    case 'DestinationSlotReleased':
      return released(state, event.data);
  }
}

function countsOf({
  hour = 0,
  day = 0,
  week = 0,
  month = 0,
  total = 0,
}: UsageCounts): WindowCounts {
  return { hour, day, week, month, total };
}

function released(
  state: DestinationUsage,
  { transferId, used }: { readonly transferId: string; readonly used: boolean },
): DestinationUsage {
  const countedIn = state.inFlight.get(transferId);
  if (countedIn === undefined) return state;
  const inFlight = new Map(state.inFlight);
  inFlight.delete(transferId);
  return { ...state, inFlight, counts: used ? state.counts : oneLess(state, countedIn) };
}

/** Windows that are over keep no count, so there is nothing to take off them. */
function oneLess({ windows, counts }: DestinationUsage, countedIn: CapWindows): WindowCounts {
  const left = WINDOWS.map((name) => {
    const current = windows?.[name] === countedIn[name];
    return [name, counts[name] - (current ? 1 : 0)] as const;
  });
  return { ...counts, ...Object.fromEntries(left), total: counts.total - 1 };
}

/** What was counted in these windows so far: nothing in those that have only begun. */
function countsIn({ windows, counts }: DestinationUsage, now: CapWindows): WindowCounts {
  const current = WINDOWS.map(
    (name) => [name, windows?.[name] === now[name] ? counts[name] : 0] as const,
  );
  return { ...counts, ...Object.fromEntries(current) };
}

/**
 * The windows a transfer at `at` counts in: those of its own calendar, or those of the last
 * reservation if that was later. Clocks of two processes differ a little, and a count that jumped
 * back to the hour before would forget what the new hour holds.
 */
export function windowsFor(state: DestinationUsage, windows: CapWindows, at: string): CapWindows {
  const { windows: known, lastReservedAt } = state;
  const behind = lastReservedAt !== null && Date.parse(at) < Date.parse(lastReservedAt);
  return behind && known !== null ? known : windows;
}

/** The counters that caps are compared with, `windows` being those of `at`. */
export function usageAt(state: DestinationUsage, windows: CapWindows, at: string): UsageCounts {
  const counts = countsIn(state, windowsFor(state, windows, at));
  return { ...counts, concurrent: state.inFlight.size };
}

/** Every reason why one more transfer does not fit at `at` (ISO-8601 UTC); empty if it does. */
export function capReasons(
  caps: Caps,
  state: DestinationUsage,
  windows: CapWindows,
  at: string,
): CapReason[] {
  const counts = usageAt(state, windows, at);
  const full = (cap: number | null, name: string) => cap !== null && (counts[name] ?? 0) >= cap;
  return CAP_REASONS.filter((reason) => {
    switch (reason) {
      case 'hourly_cap_reached':
        return full(caps.hour, 'hour');
      case 'daily_cap_reached':
        return full(caps.day, 'day');
      case 'weekly_cap_reached':
        return full(caps.week, 'week');
      case 'monthly_cap_reached':
        return full(caps.month, 'month');
      case 'total_cap_reached':
        return full(caps.total, 'total');
      case 'concurrency_cap_reached':
        return full(caps.concurrent, 'concurrent');
      case 'spacing':
        return isTooSoon(caps.spacingSeconds, state.lastReservedAt, at);
    }
  });
}

function isTooSoon(spacingSeconds: number | null, last: string | null, at: string): boolean {
  if (spacingSeconds === null || last === null) return false;
  return Date.parse(at) - Date.parse(last) < spacingSeconds * 1_000;
}

/** Whether anything limits a destination; if nothing does, its usage need not be known. */
export function hasCaps(caps: Caps): boolean {
  return Object.values(caps).some((cap) => cap !== null);
}
