import { parsePhoneNumberFromString } from 'libphonenumber-js/max';
import { PeerError } from './peer-error.js';

/** A phone number as it is stored. */
export interface Phone {
  readonly e164: string;
  readonly extension: string | null;
  readonly country: string | null;
  readonly type: string | null;
  readonly valid: boolean;
}

/** Reads a US number in any usual spelling, or an E.164 one. */
export function normalisePhone(raw: string): Phone {
  const text = raw.normalize('NFKC').trim().replace(/^tel:/i, '');
  const parsed = parsePhoneNumberFromString(text, { defaultCountry: 'US', extract: false });
  if (parsed?.countryCallingCode !== '1' || !parsed.isPossible()) {
    throw new PeerError(422, 'invalid_phone', 'Send a 10-digit US number or E.164.');
  }
  return {
    e164: parsed.number,
    extension: parsed.ext ?? null,
    country: parsed.country ?? null,
    type: parsed.getType() ?? null,
    valid: parsed.isValid(),
  };
}
