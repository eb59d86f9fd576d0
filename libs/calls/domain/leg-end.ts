import { msBetween, timeAfter } from './instants.js';

/** A leg that is over, with instants of our clock. All are ISO-8601. */
export interface EndedLeg {
  /** When it was decided on, before the provider was asked for it. */
  readonly askedAt: string;
  /** When its answer was taken in, which may be late. */
  readonly answeredAt: string;
  /** From its answer to its end, as the provider says. */
  readonly durationSeconds: number;
  /** When its end was taken in. */
  readonly at: string;
}

/** The provider counts whole seconds. */
const ROUNDED_BY_MS = 1_000;

/**
 * When a leg ended by our clock: so long after its answer as the provider says, and never after
 * that was known, for the answer may have been taken in late.
 *
 * No leg lasts longer than since it was asked for, unless the provider’s clock is faster than ours,
 * as that of a simulated network may be (ADR 0021). Then the provider is believed alone.
 */
export function legEndOf({ askedAt, answeredAt, durationSeconds, at }: EndedLeg): string {
  const lastedMs = durationSeconds * 1_000;
  const told = timeAfter(answeredAt, lastedMs);
  const isFaster = lastedMs > msBetween(askedAt, at) + ROUNDED_BY_MS;
  return isFaster || told <= at ? told : at;
}
