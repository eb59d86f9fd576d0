import {
  type CountryCode,
  getCountryCallingCode,
  isSupportedCountry,
  parsePhoneNumberFromString,
  PhoneNumber,
} from 'libphonenumber-js/core';
import numberingPlans from 'libphonenumber-js/max/metadata';
import libraryPackage from 'libphonenumber-js/package.json' with { type: 'json' };
import { type FieldError } from '#libs/kernel';
import { type PhoneFacts } from '../domain/lead.events.js';

/** A number as intake understood it. `e164` carries no extension: it is what dedupe goes by. */
export interface ReadPhone {
  readonly ok: true;
  readonly e164: string;
  readonly extension: string | null;
  readonly facts: PhoneFacts;
}

/** Why there is no usable number. */
export interface UnreadPhone {
  readonly ok: false;
  readonly code: 'required' | 'caller_anonymous' | 'phone_unparseable' | 'country_not_allowed';
}

const REASONS: Readonly<Record<UnreadPhone['code'], string>> = {
  required: 'is required',
  caller_anonymous: 'is a placeholder for a withheld number',
  phone_unparseable: 'is not a phone number: send 10 digits or E.164',
  country_not_allowed: 'is outside the countries this account takes leads from',
};

/** What is wrong with the field `phone`. */
export function unusablePhone({ code }: UnreadPhone): FieldError {
  return { field: 'phone', code, message: REASONS[code] };
}

/** What carriers and forms send where there is no number (semantics §3.1, rule 2). */
const NO_NUMBER: ReadonlySet<string> = new Set([
  ...['anonymous', 'unknown', 'restricted', 'private', 'blocked', 'unavailable', 'withheld'],
  ...['266696687', '7378742833', '2562533', '8656696', '86282452253', '464'],
]);
const INVISIBLE = /[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g;
const NANP_CALLING_CODE = '1';
const TEN_DIGITS = /^[2-9]\d{9}$/;

/**
 * Reads a phone number as intake must: 10 digits or E.164, punctuation and full-width digits
 * welcome, an extension kept apart.
 *
 * Accepted is what is *possible*; whether it is *valid* is a fact for eligibility, because
 * numbering data lags behind new area codes. Numbers outside the calling codes of `countries` (ISO
 * 3166) are refused: `011…` typed by an American would otherwise become a number in Peru. Always
 * reads with the full metadata, for the small one disagrees about US territories.
 */
export function readPhone(raw: string, countries: readonly string[]): ReadPhone | UnreadPhone {
  const text = clean(raw);
  if (text === '') return { ok: false, code: 'required' };
  if (NO_NUMBER.has(text.toLowerCase().replace(/^\+/, ''))) {
    return { ok: false, code: 'caller_anonymous' };
  }
  const understood = understand(text);
  if (understood === undefined) return { ok: false, code: 'phone_unparseable' };
  const { number } = understood;
  if (!callingCodesOf(countries).has(number.countryCallingCode)) {
    return { ok: false, code: 'country_not_allowed' };
  }
  if (!number.isPossible()) return { ok: false, code: 'phone_unparseable' };
  return {
    ok: true,
    e164: number.number,
    extension: number.ext ?? null,
    facts: factsOf(understood),
  };
}

function clean(raw: string): string {
  return raw.normalize('NFKC').replace(INVISIBLE, '').trim().replace(/^tel:/i, '');
}

interface Understood {
  readonly number: PhoneNumber;
  /** `null` outside every assigned range. */
  readonly kind: PhoneFacts['kind'];
}

/**
 * Ten digits in a US range, the usual case, need no parser, which takes three times as long: of a
 * number without a country the library judges the type by its calling code's main one, the US, and
 * there a parser looks first, too.
 */
function understand(text: string): Understood | undefined {
  if (TEN_DIGITS.test(text)) {
    const number = new PhoneNumber(`+${NANP_CALLING_CODE}${text}`, numberingPlans);
    const kind = number.getType();
    number.country = 'US';
    if (kind !== undefined) return { number, kind };
  }
  const options = { defaultCountry: 'US', extract: false } as const;
  const number = parsePhoneNumberFromString(text, options, numberingPlans);
  return number && { number, kind: number.getType() ?? null };
}

/**
 * A number outside every range is placed in the default country when it was typed without a
 * calling code; read back from its E.164 form, so that one number has the same facts however typed.
 */
function factsOf({ number, kind }: Understood): PhoneFacts {
  const valid = kind !== null;
  const placed = valid ? number : parsePhoneNumberFromString(number.number, numberingPlans);
  const nanp = number.countryCallingCode === NANP_CALLING_CODE;
  return {
    country: (placed ?? number).country ?? null,
    valid,
    kind,
    areaCode: nanp ? number.nationalNumber.slice(0, 3) : null,
    hasExtension: number.ext !== undefined,
    libraryVersion: libraryPackage.version,
  };
}

const callingCodes = new Map<string, ReadonlySet<string>>();

function callingCodesOf(countries: readonly string[]): ReadonlySet<string> {
  const key = countries.join();
  let codes = callingCodes.get(key);
  if (codes === undefined) {
    codes = new Set(
      (countries as readonly CountryCode[])
        .filter((country) => isSupportedCountry(country, numberingPlans))
        .map((country) => getCountryCallingCode(country, numberingPlans)),
    );
    callingCodes.set(key, codes);
  }
  return codes;
}
