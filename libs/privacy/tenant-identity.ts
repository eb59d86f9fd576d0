import type { LeadId } from '#libs/kernel';
import { hash, type KeyObject } from 'node:crypto';
import { KeyedHash } from './keyed-hash.js';

const E164 = /^\+[1-9]\d{1,14}$/;
const PHONE_HASH = /^[\w-]{43}$/;

/**
 * What a tenant's identity key makes of a phone, and of what was signed. Without the key nobody can tell whose phone a hash
 * belongs to, nor try all phones; two tenants' values never match.
 */
export class TenantIdentity {
  readonly #keyed: KeyedHash;

  constructor(key: KeyObject) {
    this.#keyed = new KeyedHash(key);
  }

  /**
   * Recognises a phone (E.164) without holding it: 43 characters, the same for ever, also after
   * the person was erased.
   */
  phoneHash(e164: string): string {
    // Two spellings of one phone would be two people. The text is not repeated: it may be a phone.
    if (!E164.test(e164)) throw new RangeError('A phone must be normalised to E.164 first.');
    return this.#keyed.of(`phone|${e164}`);
  }

  /**
   * Recognises evidence of a lead's consent without holding it: 43 characters, the same for the
   * same text. Two leads' values never match.
   */
  evidenceHash(leadId: string, evidence: string): string {
    return this.#keyed.of(`consent|${leadId}|${evidence}`);
  }
}

/**
 * The id of a phone's lead number `ordinal` (0, 1, 2 …): a UUID (version 8, RFC 9562) that any
 * instance derives alike, so that the lead's stream is the uniqueness constraint (ADR 0004).
 *
 * Derived without a key, because the phone's hash is as good as random to who has none. Of the
 * phone itself anybody could try all there are, hence the check.
 */
export function leadIdOf(phoneHash: string, mode: 'live' | 'test', ordinal: number): LeadId {
  if (!PHONE_HASH.test(phoneHash)) throw new RangeError('A lead’s id is derived from a hash.');
  if (!Number.isSafeInteger(ordinal) || ordinal < 0) {
    throw new RangeError('A lead’s ordinal is a whole number from 0.');
  }
  return toUuid(hash('sha256', `lead|${mode}|${phoneHash}|${ordinal}`, 'hex')) as LeadId;
}

/** The first 128 bits, six of which give way to version and variant. */
function toUuid(hex: string): string {
  const variant = ((Number.parseInt(hex.charAt(16), 16) & 0x3) | 0x8).toString(16);
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `${variant}${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join('-');
}
