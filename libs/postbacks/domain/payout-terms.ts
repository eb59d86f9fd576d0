import { type PayoutTerms } from './postback-target.events.js';

/** What a call brings us, as far as is known; of our own books, and never told as such. */
export interface Earned {
  /** In minor units of the currency; `null`: nothing says. Negative: more was taken back. */
  readonly amountMinor: number | null;
  /** ISO 4217. */
  readonly currency: string;
  /** Whether we are paid for it. */
  readonly billable: boolean;
}

/** What a call is worth to a target. */
export interface Owed {
  /**
   * In minor units of the currency; `null`: no terms say, or what it is a share of is not known.
   */
  readonly amountMinor: number | null;
  /** ISO 4217; `null` where there is no amount. */
  readonly currency: string | null;
  readonly billable: boolean;
}

const BASIS_POINTS = 10_000;

/**
 * What a target is paid for a call (PB-1b). Without terms it learns whether we are paid, never how
 * much. A fixed amount is owed whatever we earn. A share is rounded to the nearest minor unit, half
 * a unit away from zero; one that is taken back counts as billable, for receivers take what is not
 * as worth nothing, however much was taken back.
 */
export function owedBy(terms: PayoutTerms | null, earned: Earned, connectedSeconds: number): Owed {
  if (terms === null) return { amountMinor: null, currency: null, billable: earned.billable };
  const isLongEnough = connectedSeconds >= terms.billableSeconds;
  if (terms.model === 'fixed') {
    const { amountMinor, currency } = terms;
    return { amountMinor: isLongEnough ? amountMinor : 0, currency, billable: isLongEnough };
  }
  const { amountMinor: ours, currency } = earned;
  if (ours === null) return { amountMinor: null, currency: null, billable: false };
  const amountMinor = isLongEnough ? shareOf(ours, terms.basisPoints) : 0;
  const billable = isLongEnough && (earned.billable || amountMinor < 0);
  return { amountMinor, currency, billable };
}

/** A share of an amount in minor units, exact to the unit: both are integers. */
function shareOf(minor: number, basisPoints: number): number {
  const share = Math.round((Math.abs(minor) * basisPoints) / BASIS_POINTS);
  return minor < 0 && share > 0 ? -share : share;
}
