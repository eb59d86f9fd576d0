import { parsePhoneNumberFromString } from 'libphonenumber-js/core';
import numberingPlans from 'libphonenumber-js/max/metadata';
import { type PhoneReading } from '../domain/reading/caller.js';

const INVISIBLE = /[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g;

/**
 * The caller’s number as a report names it, in E.164 as intake has it: ten digits are American, an
 * extension is dropped, and what is possible is taken. Of any country: nobody else’s number matches.
 */
export function readReportedNumber(text: string): PhoneReading {
  const plain = text.normalize('NFKC').replace(INVISIBLE, '').trim().replace(/^tel:/i, '');
  const options = { defaultCountry: 'US', extract: false } as const;
  const number = parsePhoneNumberFromString(plain, options, numberingPlans);
  if (number?.isPossible() !== true) return { problem: 'unparseable' };
  return { e164: number.number };
}
