import { isSummer, plainlyMayRing } from './plain-hours.js';

/** Where some of the consumers live. */
export interface StormPlace {
  readonly state: string;
  readonly zip: string;
  readonly areaCode: string;
  /** Of a hundred consumers, so many. */
  readonly percent: number;
  /** Whether people may be called there when a storm begins. */
  readonly open: boolean;
}

/**
 * A storm begins a few minutes before Colorado and Texas open: there it meets leads that wait, and
 * then become due. California and Hawaii sleep all the time.
 */
export const STORM_PLACES: readonly StormPlace[] = [
  { state: 'NY', zip: '10001', areaCode: '212', percent: 40, open: true },
  { state: 'GA', zip: '30303', areaCode: '404', percent: 25, open: true },
  { state: 'IL', zip: '60601', areaCode: '312', percent: 20, open: true },
  { state: 'TX', zip: '78701', areaCode: '512', percent: 5, open: false },
  { state: 'CO', zip: '80202', areaCode: '303', percent: 5, open: false },
  { state: 'CA', zip: '94103', areaCode: '415', percent: 3, open: false },
  { state: 'HI', zip: '96813', areaCode: '808', percent: 2, open: false },
];

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

/**
 * How far the stack’s clock has to be ahead of the machine’s, in minutes, so that a storm begins
 * `minutesBefore` 8 o’clock in Colorado, which is 9 in Texas, on a day on which the open places are
 * open.
 */
export function minutesAhead(nowMs: number, minutesBefore: number): number {
  for (let day = 0; day <= 6; day += 1) {
    const openingMs = openingOn(nowMs + day * DAY_MS);
    const minutes = Math.floor((openingMs - nowMs) / MINUTE_MS) - minutesBefore;
    const at = new Date(nowMs + minutes * MINUTE_MS).toISOString();
    if (STORM_PLACES.every(({ areaCode, open }) => plainlyMayRing(areaCode, at) === open)) {
      return minutes;
    }
  }
  throw new Error('Nobody may be called within a week.');
}

/** 8 o’clock in Colorado on a day of UTC. */
function openingOn(ms: number): number {
  return new Date(ms).setUTCHours(isSummer(ms) ? 14 : 15, 0, 0, 0);
}
