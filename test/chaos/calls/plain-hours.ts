/** The clock on the wall of an area code, and when telephones may ring there from. */
interface PlainClock {
  /** In winter. */
  readonly hoursFromUtc: number;
  readonly hasSummerTime: boolean;
  readonly opensAt: number;
}

/**
 * Of the places of a storm; from the clocks and laws themselves, not from the code that is judged.
 */
const CLOCKS: ReadonlyMap<string, PlainClock> = new Map([
  ['212', { hoursFromUtc: -5, hasSummerTime: true, opensAt: 8 }],
  ['404', { hoursFromUtc: -5, hasSummerTime: true, opensAt: 8 }],
  ['312', { hoursFromUtc: -6, hasSummerTime: true, opensAt: 8 }],
  ['512', { hoursFromUtc: -6, hasSummerTime: true, opensAt: 9 }],
  ['303', { hoursFromUtc: -7, hasSummerTime: true, opensAt: 8 }],
  ['415', { hoursFromUtc: -8, hasSummerTime: true, opensAt: 8 }],
  ['808', { hoursFromUtc: -10, hasSummerTime: false, opensAt: 8 }],
]);

const CLOSES_AT = 21;
const SUNDAY = 0;
const HOUR_MS = 3_600_000;
const [MARCH, NOVEMBER] = [2, 10];

/**
 * Whether a telephone of an area code may ring at an instant (ISO-8601), judged as plainly as it
 * can be, so that the code under test is not its own judge.
 *
 * Never on Sundays: storms avoid them, and so neither the Sunday hours of Texas nor the nights on
 * which clocks change need a rule. None of these places has hours of its own for holidays. Throws
 * for an area code that no consumer of a storm has.
 */
export function plainlyMayRing(areaCode: string, at: string): boolean {
  const clock = CLOCKS.get(areaCode);
  if (clock === undefined) throw new RangeError(`Nobody of the storm lives in ${areaCode}.`);
  const ms = Date.parse(at);
  const forward = clock.hasSummerTime && isSummer(ms) ? 1 : 0;
  const local = new Date(ms + (clock.hoursFromUtc + forward) * HOUR_MS);
  const hour = local.getUTCHours();
  return local.getUTCDay() !== SUNDAY && clock.opensAt <= hour && hour < CLOSES_AT;
}

/** Of the United States: from the second Sunday of March to the first of November. */
export function isSummer(ms: number): boolean {
  const year = new Date(ms).getUTCFullYear();
  return sundayOf(year, MARCH, 2) <= ms && ms < sundayOf(year, NOVEMBER, 1);
}

/** When a month’s Sunday number `ordinal` begins, by UTC. */
function sundayOf(year: number, month: number, ordinal: number): number {
  const weekday = new Date(Date.UTC(year, month, 1)).getUTCDay();
  return Date.UTC(year, month, 1 + ((7 - weekday) % 7) + (ordinal - 1) * 7);
}
