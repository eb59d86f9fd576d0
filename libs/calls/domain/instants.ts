/** The instant so many milliseconds later; both ISO-8601. */
export function timeAfter(instant: string, ms: number): string {
  return new Date(Date.parse(instant) + ms).toISOString();
}

/** Milliseconds from one instant to another; below zero if that is before it. Both ISO-8601. */
export function msBetween(from: string, to: string): number {
  return Date.parse(to) - Date.parse(from);
}
