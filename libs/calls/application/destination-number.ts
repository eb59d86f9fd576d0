import { parsePhoneNumberFromString } from 'libphonenumber-js/core';
import numberingPlans from 'libphonenumber-js/max/metadata';

/** Lines whose callers pay more than for a call, or that lead to whoever rents them just then. */
const UNFIT_KINDS: ReadonlySet<string | undefined> = new Set([
  'PREMIUM_RATE',
  'SHARED_COST',
  'UAN',
]);
const COUNTRIES: ReadonlySet<string | undefined> = new Set(['US', 'CA']);

/**
 * The E.164 form of a number to which calls may be handed over, however it is written; `null` for
 * any other.
 *
 * Those are numbers of the US and Canada, and those of the same numbering plan that have no
 * country, such as toll-free ones. Extensions are refused rather than lost: they are sent as
 * digits. The islands that share the plan are left out: a call there costs what a call abroad does.
 * So are premium-rate and shared-cost numbers, which bill whoever calls them, and universal access
 * numbers.
 */
export function readDestinationNumber(text: string): string | null {
  const options = { defaultCountry: 'US', extract: false } as const;
  const plain = text.normalize('NFKC').replace(/^tel:/i, '');
  const number = parsePhoneNumberFromString(plain, options, numberingPlans);
  if (number?.isPossible() !== true || number.ext !== undefined) return null;
  if (number.countryCallingCode !== '1') return null;
  // Read back, since a number typed without a calling code is placed in the default country.
  const placed = parsePhoneNumberFromString(number.number, numberingPlans);
  if (UNFIT_KINDS.has(placed?.getType())) return null;
  const country = placed?.country;
  return country === undefined || COUNTRIES.has(country) ? number.number : null;
}
