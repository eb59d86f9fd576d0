import { type Decimal, parseDecimal, roundTimes } from './decimal.js';
import { type Parsed, problem } from './parsed.js';

/** A million dollars; more is a mistake. */
const MINOR_MAX = 100_000_000n;
/**
 * Digits after the point that every currency is read with, the yen too: amounts are compared as
 * sent.
 */
const MINOR_DIGITS = 2;
const DECORATION = /US\$|\$|\s/gi;
/** Listed, not asked of the platform: the same report is to be read the same for ever. */
const CODES = [
  ...['USD', 'CAD', 'MXN', 'GBP', 'EUR', 'CHF', 'SEK', 'NOK', 'DKK', 'PLN', 'CZK', 'HUF', 'RON'],
  ...['AUD', 'NZD', 'JPY', 'CNY', 'HKD', 'SGD', 'INR', 'PHP', 'ILS', 'AED', 'ZAR', 'BRL', 'COP'],
];
/** A currency before or behind the digits; one among them makes no amount. */
const CODE = new RegExp(
  `(?<![a-z\\d.])(?:${CODES.join('|')})|(?:${CODES.join('|')})(?![a-z\\d.])`,
  'i',
);
/** Nothing but digits and a point, the usual case: there is nothing to strip or look for. */
const BARE = /^\d+(?:\.\d+)?$/;
const GROUPED = /^\d{1,3}(?:,\d{3})+(?:\.\d*)?$/;
const COMMA_DECIMAL = /^\d+,\d{2}$/;

/**
 * An amount in units of its currency, as whole minor units, e.g. cents.
 *
 * Takes `$42.50`, `1,234.50`, `45,50` and `(5.00)`, which is negative. Groups of thousands must be
 * whole, so that `1.234,56` is refused rather than guessed. More than two decimals are rounded half
 * to even, with a warning. Whatever the currency, a unit has 100 minor ones.
 */
export function parseDollars(text: string): Parsed<bigint> {
  const read = readAmount(text);
  if (read === null) return problem('amount_unreadable');
  const minor = roundTimes(read.amount, 100n);
  return within(minor, read, isFiner(read.amount) ? 'amount_rounded' : undefined);
}

/** An amount that is in minor units already; a fraction of one is refused: `cents_not_integer`. */
export function parseCents(text: string): Parsed<bigint> {
  const read = readAmount(text);
  if (read === null) return problem('amount_unreadable');
  const divisor = 10n ** BigInt(read.amount.scale);
  if (read.amount.units % divisor !== 0n) return problem('cents_not_integer');
  return within(read.amount.units / divisor, read, undefined);
}

/**
 * The currency that an amount itself names (ISO 4217); `null` if it names none. A `$` is of
 * several.
 */
export function currencyIn(text: string): string | null {
  if (BARE.test(text)) return null;
  if (/US\$/i.test(text)) return 'USD';
  return CODE.exec(text.replace(/\s/g, ''))?.[0].toUpperCase() ?? null;
}

interface Amount {
  readonly negative: boolean;
  readonly amount: Decimal;
}

function readAmount(text: string): Amount | null {
  return BARE.test(text) ? signed(parseDecimal(text), false) : readDecorated(text);
}

function readDecorated(text: string): Amount | null {
  const bare = text.replace(DECORATION, '').replace(CODE, '').replace('\u2212', '-');
  const bracketed = /^\((.*)\)$/.exec(bare)?.[1];
  const [, sign = '', digits = ''] = /^([+-]?)(.*)$/s.exec(bracketed ?? bare) ?? [];
  if (bracketed !== undefined && sign !== '') return null;
  return signed(parseDecimal(plain(digits)), sign === '-' || bracketed !== undefined);
}

function signed(amount: Decimal | null, negative: boolean): Amount | null {
  return amount && { negative, amount };
}

/** Without thousands commas, and with a point for a decimal comma. */
function plain(digits: string): string {
  if (GROUPED.test(digits)) return digits.replaceAll(',', '');
  return COMMA_DECIMAL.test(digits) ? digits.replace(',', '.') : digits;
}

function isFiner({ units, scale }: Decimal): boolean {
  return scale > MINOR_DIGITS && units % 10n ** BigInt(scale - MINOR_DIGITS) !== 0n;
}

function within(minor: bigint, { negative }: Amount, warning: string | undefined): Parsed<bigint> {
  if (minor > MINOR_MAX) return problem('amount_out_of_range');
  return { value: negative ? -minor : minor, ...(warning === undefined ? {} : { warning }) };
}
