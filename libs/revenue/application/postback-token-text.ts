import { hash } from 'node:crypto';

const DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
/** 62^43 is just over 2^256. */
const SECRET_LENGTH = 43;

/** How the texts of such tokens begin, so that a leaked one is recognised. */
export const POSTBACK_TOKEN_TEXT_PREFIX = 'pb_';

/** The text of a token: `pb_` and 32 random bytes in base62 of fixed width. Safe in an address. */
export function postbackTokenText(secret: Buffer): string {
  if (secret.length !== 32) throw new RangeError('A token’s secret has 32 bytes.');
  let digits = '';
  for (let rest = BigInt(`0x${secret.toString('hex')}`); digits.length < SECRET_LENGTH;) {
    digits = DIGITS.charAt(Number(rest % 62n)) + digits;
    rest /= 62n;
  }
  return POSTBACK_TOKEN_TEXT_PREFIX + digits;
}

/** What is kept of a token: SHA-256 of its whole text, base64url. */
export function postbackTokenHash(text: string): string {
  return hash('sha256', text, 'base64url');
}
