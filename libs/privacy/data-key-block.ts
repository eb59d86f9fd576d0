import type { DataKeyId, TenantId } from '#libs/kernel';
import { createSecretKey, randomBytes } from 'node:crypto';
import type { DataKey, DataKeyBlockId } from './data-key.js';
import type { StoredDataKeyBlock } from './key-stores.js';
import type { MasterKey } from './master-key.js';
import { drawRandomBytes } from './random-pool.js';

/** Keys in a new block: 8 kB, so that finding one key reads no more than that. */
export const KEYS_PER_BLOCK = 256;

const SECRET_BYTES = 32;
const ID_CHARACTERS = 16;
const PLACE_CHARACTERS = 2;
const ID_RANDOM_BYTES = 6;
/** What stands in place of a key that was erased. */
const BLANK = Buffer.alloc(SECRET_BYTES);

/**
 * Data keys that are made, wrapped and stored together, so that each costs next to nothing. They
 * have nothing else in common: every one is random by itself, seals one person's data and is erased
 * alone, by writing zeros over it.
 *
 * A key's id is its block's (16 characters), then its place there in two hex digits. A key that was
 * stored by itself is a block of one, with an id of 22 characters that both of them have.
 */
export class DataKeyBlock {
  readonly id: DataKeyBlockId;
  readonly #secrets: Buffer;

  private constructor(id: DataKeyBlockId, secrets: Buffer) {
    this.id = id;
    this.#secrets = secrets;
  }

  /**
   * A new block. Its id is 48 random bits behind the time in milliseconds, so that blocks made
   * together lie together in the database's index.
   */
  static create(now: number): DataKeyBlock {
    const id = Buffer.alloc(6 + ID_RANDOM_BYTES);
    id.writeUIntBE(now, 0, 6);
    drawRandomBytes(ID_RANDOM_BYTES).copy(id, 6);
    const secrets = randomBytes(KEYS_PER_BLOCK * SECRET_BYTES);
    return new DataKeyBlock(id.toString('base64url') as DataKeyBlockId, secrets);
  }

  /** A block as the database has it. Throws `WrongMasterKey`. */
  static unwrap(
    masterKey: MasterKey,
    tenantId: TenantId,
    { blockId, wrapped }: StoredDataKeyBlock,
  ): DataKeyBlock {
    const none = Buffer.alloc(0);
    const use = blockId;
    const secrets = wrapped === null ? none : masterKey.unwrap({ tenantId, use }, wrapped);
    return new DataKeyBlock(blockId, secrets);
  }

  /** The block as the database may have it; `null` in place of keys that are all erased. */
  wrap(masterKey: MasterKey, tenantId: TenantId): StoredDataKeyBlock {
    const { id: blockId } = this;
    const isBlank = this.#secrets.every((byte) => byte === 0);
    const wrapped = isBlank ? null : masterKey.wrap({ tenantId, use: blockId }, this.#secrets);
    return { blockId, wrapped };
  }

  /** The key in a place, from 0; `undefined` if it was erased, or beyond the last. */
  keyAt(place: number): DataKey | undefined {
    const secret = this.#secretAt(place);
    if (secret === undefined) return undefined;
    const id = `${this.id}${place.toString(16).padStart(PLACE_CHARACTERS, '0')}` as DataKeyId;
    return { id, secret: createSecretKey(secret) };
  }

  /** The key of this id, which is one of this block's; `undefined` if it was erased. */
  find(id: DataKeyId): DataKey | undefined {
    const secret = this.#secretAt(placeOf(id));
    return secret && { id, secret: createSecretKey(secret) };
  }

  /** Erases a key of this block for good; tells whether it was there until now. */
  erase(id: DataKeyId): boolean {
    return this.#secretAt(placeOf(id))?.fill(0) !== undefined;
  }

  #secretAt(place: number): Buffer | undefined {
    const start = SECRET_BYTES * place;
    const secret = this.#secrets.subarray(start, start + SECRET_BYTES);
    return secret.length < SECRET_BYTES || secret.equals(BLANK) ? undefined : secret;
  }
}

/** Which block a key is in. An id of any other length is a block of that single key. */
export function blockIdOf(keyId: DataKeyId): DataKeyBlockId {
  return (isPlaced(keyId) ? keyId.slice(0, ID_CHARACTERS) : keyId) as DataKeyBlockId;
}

function placeOf(keyId: DataKeyId): number {
  return isPlaced(keyId) ? Number(`0x${keyId.slice(ID_CHARACTERS)}`) : 0;
}

function isPlaced(keyId: DataKeyId): boolean {
  return keyId.length === ID_CHARACTERS + PLACE_CHARACTERS;
}
