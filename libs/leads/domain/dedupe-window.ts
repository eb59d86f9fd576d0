/** A phone makes no new lead for 30 days of elapsed time after the original (DD-1). */
export const DEDUPE_WINDOW_MS = 30 * 24 * 60 * 60 * 1000;

/** First instant at which the phone of a lead received at `receivedAt` makes a new lead. */
export function windowEndsAt(receivedAt: string): string {
  return new Date(Date.parse(receivedAt) + DEDUPE_WINDOW_MS).toISOString();
}

/**
 * Whether a submission at `now` repeats the lead received at `receivedAt`. Half-open: at exactly
 * 30 × 24 hours it does not. A clock that went backwards makes it a repetition, never a new lead.
 */
export function isWithinWindow(receivedAt: string, now: string): boolean {
  return Date.parse(now) - Date.parse(receivedAt) < DEDUPE_WINDOW_MS;
}
