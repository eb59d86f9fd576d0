import type { TenantId } from '#libs/kernel';
import { createHash, createSecretKey, type KeyObject } from 'node:crypto';
import { decrypt, encrypt } from './aes-gcm.js';

const ID_BYTES = 6;

/** A key wrapped by the master key: its id (6 bytes), initialisation vector, ciphertext, tag. */
export type WrappedKey = Buffer;

/** What a wrapped key is for; a wrapping made for one purpose does not unwrap for another. */
export interface WrapContext {
  readonly tenantId: TenantId;
  /** `identity`, or the id of a block of data keys. */
  readonly use: string;
}

/** A wrapped key was made under another master key, or was changed. */
export class WrongMasterKey extends Error {
  override readonly name = 'WrongMasterKey';
}

/**
 * The key from the environment that wraps every other. Without it the database's keys, and so all
 * personal data, are unreadable.
 *
 * Every wrapping names the master key it was made with, so that a later one can take over while
 * keys wrapped by the one before are still around.
 */
export class MasterKey {
  /** Eight characters that tell master keys apart and say nothing of them. */
  readonly id: string;
  readonly #idBytes: Buffer;
  readonly #secret: KeyObject;

  private constructor(bytes: Buffer) {
    const digest = createHash('sha256').update('leadledger master key|').update(bytes).digest();
    this.#idBytes = digest.subarray(0, ID_BYTES);
    this.id = this.#idBytes.toString('base64url');
    this.#secret = createSecretKey(bytes);
  }

  /** From 32 bytes in base64, as in MASTER_KEY. */
  static fromBase64(text: string): MasterKey {
    const bytes = Buffer.from(text, 'base64');
    if (bytes.length !== 32) throw new RangeError('A master key is 32 bytes in base64.');
    return new MasterKey(bytes);
  }

  /** Wraps a key, or several, for the database. */
  wrap(context: WrapContext, secret: Buffer): WrappedKey {
    const box = encrypt(this.#secret, additionalData(context), secret);
    return Buffer.concat([this.#idBytes, box]);
  }

  /** What was wrapped. Throws {@link WrongMasterKey}. */
  unwrap(context: WrapContext, wrapped: WrappedKey): Buffer {
    const masterKeyId = wrapped.subarray(0, ID_BYTES).toString('base64url');
    if (masterKeyId !== this.id) {
      throw new WrongMasterKey(
        `A key of tenant ${context.tenantId} was wrapped by master key ${masterKeyId}, and this ` +
          `process has ${this.id}. Start it with the MASTER_KEY this database was filled with.`,
      );
    }
    const bytes = decrypt(this.#secret, additionalData(context), wrapped.subarray(ID_BYTES));
    if (bytes === null) {
      throw new WrongMasterKey(
        `A wrapped key of tenant ${context.tenantId} (${context.use}) was changed in the ` +
          'database. Restore its row from a backup.',
      );
    }
    return bytes;
  }
}

function additionalData({ tenantId, use }: WrapContext): string {
  return `${tenantId}/${use}`;
}
