import { type HolidayCalendar } from './holidays.js';

/** Hours of a day by local clocks, HH:MM: from the first on, and before the second. */
export interface LocalWindow {
  readonly from: string;
  readonly to: string;
}

/** What a state asks beside the federal rule; `null` instead of hours: nobody is called. */
export interface StateCallingHours {
  /** Monday to Friday. */
  readonly weekdays: LocalWindow | null;
  readonly saturday: LocalWindow | null;
  readonly sunday: LocalWindow | null;
  /** Asked on holidays in addition to the hours of that day of the week. */
  readonly holidays: LocalWindow | null;
  readonly holidayCalendar: HolidayCalendar;
  /** Calls to one consumer in any 24 hours; `null`: the state has no maximum. */
  readonly attempts24HoursMax: number | null;
  /** What is to be checked with counsel, and how it was read until then; `null`: nothing. */
  readonly verify: string | null;
}

/** Rules on when consumers may be called, as data: whoever has better ones uses another pack. */
export interface CallingHoursPack {
  /** Recorded with every decision. */
  readonly version: string;
  /** Everywhere, by the consumer's clock. */
  readonly federal: LocalWindow;
  /** By two-letter code; states not named ask nothing more. */
  readonly states: Readonly<Record<string, StateCallingHours>>;
}
