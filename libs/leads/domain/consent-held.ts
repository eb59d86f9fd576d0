import { type ConsentEvidence } from './lead.events.js';

/** How far ahead of our clock the clock of a form may be. */
const FUTURE_TOLERANCE_MS = 5 * 60 * 1000;

/** The consent of a lead that counts, of all the evidence that was recorded. */
export interface ConsentHeld {
  /** `null`: there is none. */
  readonly consent: ConsentEvidence | null;
  /** When this evidence came to us (ISO-8601 UTC). */
  readonly consentArrivedAt: string | null;
}

/** Evidence, and when it came. */
export interface ArrivedConsent {
  readonly consent: ConsentEvidence;
  /** ISO-8601 UTC. */
  readonly recordedAt: string;
}

/**
 * What counts once more evidence has arrived: of whole evidence that of the latest consent, in
 * whatever order it comes in; of what says the same, and of what proves nothing, the last to
 * arrive. A certificate of an old consent takes nothing from a new one (CO-1, CO-3).
 */
export function withConsent(
  held: ConsentHeld,
  { consent, recordedAt }: ArrivedConsent,
): ConsentHeld {
  const arrived = { consent, consentArrivedAt: recordedAt };
  return rankOf(arrived) >= rankOf(held) ? arrived : held;
}

/** Whether two pieces of evidence speak of one consent: a form, and later its certificate. */
export function isSameConsent(a: ConsentEvidence | null, b: ConsentEvidence | null): boolean {
  return a?.timestamp === b?.timestamp && a?.textVersion === b?.textVersion;
}

/** Whether consent says that it is yet to be given, by more than clocks may differ. */
export function isInFuture({ timestamp }: ConsentEvidence, at: string): boolean {
  return !(Date.parse(at) - Date.parse(timestamp ?? '') >= -FUTURE_TOLERANCE_MS);
}

/**
 * When the consumer consented, at the latest: evidence that is here cannot be of a consent yet to
 * come, whatever the clock of its form says. `NaN` where nobody knows.
 */
export function givenAtMs({ consent, consentArrivedAt }: ConsentHeld): number {
  return Math.min(Date.parse(consent?.timestamp ?? ''), Date.parse(consentArrivedAt ?? ''));
}

/** By its consent, behind what proves nothing, behind no evidence at all. */
function rankOf(held: ConsentHeld): number {
  const { consent, consentArrivedAt } = held;
  if (consent === null) return -Infinity;
  const isWhole = consent.problems.length === 0 && !isInFuture(consent, consentArrivedAt ?? '');
  return isWhole ? Date.parse(consent.timestamp ?? '') : -Number.MAX_VALUE;
}
