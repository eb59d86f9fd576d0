import { callingHoursAt } from '../../../libs/calls/domain/hours/calling-hours.js';
import { type Places } from '../../../libs/calls/domain/hours/candidate-zones.js';

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
 * A storm begins a few minutes before 15:00 UTC, which is when Colorado and Texas open: there it
 * meets leads that wait, and then become due. California and Hawaii sleep all the time.
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

/** A place as the rules on calling hours take it. */
export function placesOf({ state, zip, areaCode }: StormPlace): Places {
  return { state, zip, areaCode, country: 'US' };
}

const MINUTE_MS = 60_000;
const DAY_MINUTES = 24 * 60;

/**
 * How far the stack’s clock has to be ahead of the machine’s, in minutes, so that a storm begins
 * `minutesBefore` 15:00 UTC on a day on which the open places are open.
 */
export function minutesAhead(nowMs: number, minutesBefore: number): number {
  const today = new Date(nowMs).setUTCHours(15, -minutesBefore, 0, 0);
  const first = Math.floor((today - nowMs) / MINUTE_MS);
  for (let day = 0; day <= 6; day += 1) {
    const minutes = first + day * DAY_MINUTES;
    const at = new Date(nowMs + minutes * MINUTE_MS).toISOString();
    if (STORM_PLACES.every((place) => callingHoursAt(placesOf(place), at).allowed === place.open)) {
      return minutes;
    }
  }
  throw new Error('Nobody may be called within a week.');
}
