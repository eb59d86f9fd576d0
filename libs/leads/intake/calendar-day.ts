/**
 * Whether a text is a day there is, `YYYY-MM-DD`: the engine itself takes February 31 for March 3.
 */
export function isCalendarDay(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  return new Date(`${text}T00:00:00Z`).getUTCDate() === Number(text.slice(8));
}
