/**
 * How often what happens in generated histories, as shares of all cases (0 to 1), and how long it
 * takes. Round figures of an ordinary buyer of web leads; nothing here was measured at anybody's.
 */
export const SHARES = {
  /** Leads that are tests. */
  testMode: 0.02,
  /** Leads that come in files; the others are posted. */
  csv: 0.15,
  /** What the consent of a new lead is like. */
  consent: { complete: 0.86, missing: 0.07, withoutPage: 0.04, ofTomorrow: 0.01, unreadable: 0.02 },
  /** Leads without usable consent for which it is brought later. */
  consentLater: 0.45,
  /** Leads that are submitted again within their window, and once more each time. */
  repeated: 0.13,
  repeatedOnceMore: 0.3,
  /** Phones that become a lead of their own again after the window. */
  secondLead: 0.12,
  /** People who opt out after a lead, or did before it. */
  optOut: 0.03,
  suppressedBefore: 0.004,
  /** Opt-outs that end at a date, and those that are lifted by hand. */
  optOutExpires: 0.1,
  lifted: 0.15,
  /** Leads whose sender brings the same consent again after an opt-out or its end. */
  consentRepeated: 0.4,
  /** What the do-not-call provider says. */
  dnc: {
    clear: 0.93,
    national: 0.035,
    state: 0.012,
    litigator: 0.005,
    reassigned: 0.008,
    failed: 0.01,
  },
  /** Numbers that moved to another state with their owner. */
  movedState: 0.12,
  /** Values that cannot be understood. */
  oddState: 0.015,
  oddEmail: 0.01,
} as const;

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** Mean waiting times, in milliseconds. */
export const WAITS_MS = {
  consentBeforeLead: 3 * MINUTE_MS,
  consentLater: DAY_MS,
  repeated: 2 * DAY_MS,
  secondLeadAfterWindow: 20 * DAY_MS,
  optOut: 3 * DAY_MS,
  lifted: 10 * DAY_MS,
  consentRepeated: 6 * HOUR_MS,
} as const;
