import type { LeadId } from '#libs/kernel';
import { createHmac, type KeyObject } from 'node:crypto';

const E164 = /^\+[1-9]\d{1,14}$/;

/**
 * What a tenant's identity key makes of a phone. Without the key nobody can tell whose phone a hash
 * or a lead id belongs to, nor try all phones; two tenants' values never match.
 */
export class TenantIdentity {
  readonly #key: KeyObject;

  constructor(key: KeyObject) {
    this.#key = key;
  }

  /**
   * Recognises a phone (E.164) without holding it: 43 characters, the same for ever, also after
   * the person was erased.
   */
  phoneHash(e164: string): string {
    return this.#mac(`phone|${checked(e164)}`).toString('base64url');
  }

  /**
   * The id of a phone's lead number `ordinal` (0, 1, 2 …): a UUID (version 8, RFC 9562) that any
   * instance derives alike, so that the lead's stream is the uniqueness constraint (ADR 0004).
   */
  leadId(mode: 'live' | 'test', e164: string, ordinal: number): LeadId {
    if (!Number.isSafeInteger(ordinal) || ordinal < 0) {
      throw new RangeError('A lead’s ordinal is a whole number from 0.');
    }
    return toUuid(this.#mac(`lead|${mode}|${checked(e164)}|${ordinal}`)) as LeadId;
  }

  #mac(text: string): Buffer {
    return createHmac('sha256', this.#key).update(text).digest();
  }
}

/** Two spellings of one phone would be two people. Does not repeat the text: it may be a phone. */
function checked(e164: string): string {
  if (!E164.test(e164)) throw new RangeError('A phone must be normalised to E.164 first.');
  return e164;
}

function toUuid(digest: Buffer): string {
  const bytes = digest.subarray(0, 16);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x80, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
