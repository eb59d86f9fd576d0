import { parsePhoneNumberFromString } from 'libphonenumber-js/core';
import numberingPlans from 'libphonenumber-js/max/metadata';
import { type PhoneReading } from '../domain/reading/caller.js';

const INVISIBLE = /[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g;

/** An American number in digits alone, with or without its calling code. */
const AMERICAN = /^(?:\+?1)?([2-9]\d{9})$/;

/**
 * The caller’s number as a report names it, in E.164 as intake has it: ten digits are American, an
 * extension is dropped, and what is possible is taken. Of any country: nobody else’s number
 * matches.
 *
 * An American number in digits, the usual case, needs no parser: any ten digits are possible there.
 * It was a twelfth of what a report costs the api.
 */
export function readReportedNumber(text: string): PhoneReading {
  const american = AMERICAN.exec(text)?.[1];
  return american === undefined ? parsedNumber(text) : { e164: `+1${american}` };
}

/** The same by the numbering plans of all countries. */
export function parsedNumber(text: string): PhoneReading {
  const plain = text.normalize('NFKC').replace(INVISIBLE, '').trim().replace(/^tel:/i, '');
  const options = { defaultCountry: 'US', extract: false } as const;
  const number = parsePhoneNumberFromString(plain, options, numberingPlans);
  if (number?.isPossible() !== true) return { problem: 'unparseable' };
  return { e164: number.number };
}
