import type { ApiKeyId } from '#libs/kernel';
import { hash } from 'node:crypto';
import { crc32 } from 'node:zlib';

const DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const KEY_ID_LENGTH = 12;
/** 62^43 is just over 2^256. */
const SECRET_LENGTH = 43;
const CHECKSUM_LENGTH = 6;

const FORM = new RegExp(
  `^(l2i_|ck_live_|ck_test_|pk_live_|pk_test_)([0-9A-Za-z]{${KEY_ID_LENGTH}})` +
    `[0-9A-Za-z]{${SECRET_LENGTH}}([0-9A-Za-z]{${CHECKSUM_LENGTH}})$`,
);

/** What a key's text tells by itself. */
export interface ParsedApiKey {
  readonly prefix: string;
  readonly keyId: ApiKeyId;
}

/**
 * The text of a key: prefix, id, 32 random bytes and a CRC32 of it all, in base62 of fixed width,
 * so that a text can be told from a mistyped one (and found in a leak) without asking anybody.
 */
export function formatApiKey(prefix: string, keyId: ApiKeyId, secret: Buffer): string {
  if (secret.length !== 32) throw new RangeError('A key’s secret has 32 bytes.');
  const text = `${prefix}${keyId}${base62(BigInt(`0x${secret.toString('hex')}`), SECRET_LENGTH)}`;
  return text + checksum(text);
}

/** The parts of a well-formed key; `null` for any other text, a mistyped key among them. */
export function parseApiKey(text: string): ParsedApiKey | null {
  const [, prefix, keyId, check] = FORM.exec(text) ?? [];
  if (prefix === undefined || keyId === undefined) return null;
  if (checksum(text.slice(0, -CHECKSUM_LENGTH)) !== check) return null;
  return { prefix, keyId: keyId as ApiKeyId };
}

/** What is kept of a key: SHA-256 of its whole text, base64url. */
export function apiKeyHash(text: string): string {
  return hash('sha256', text, 'base64url');
}

/** An id made of any bytes; of 9 or more random ones it is unique. */
export function apiKeyIdFrom(bytes: Buffer): ApiKeyId {
  const number = BigInt(`0x${bytes.toString('hex')}`) % 62n ** BigInt(KEY_ID_LENGTH);
  return base62(number, KEY_ID_LENGTH) as ApiKeyId;
}

function checksum(text: string): string {
  return base62(BigInt(crc32(text)), CHECKSUM_LENGTH);
}

function base62(number: bigint, width: number): string {
  let text = '';
  for (let rest = number; text.length < width; rest /= 62n) {
    text = DIGITS.charAt(Number(rest % 62n)) + text;
  }
  return text;
}
