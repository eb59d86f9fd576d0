import type { DataKeyId } from '#libs/kernel';
import { createSecretKey, type KeyObject } from 'node:crypto';
import { drawRandomBytes } from './random-pool.js';

/** A key that seals one person's data. Destroying it erases everything sealed with it. */
export interface DataKey {
  readonly id: DataKeyId;
  readonly secret: KeyObject;
}

const ID_RANDOM_BYTES = 10;
const SECRET_BYTES = 32;

/**
 * A new key. Its id is 80 random bits behind the time in milliseconds, so that keys made together
 * lie together in the database's index.
 */
export function newDataKey(now: number): DataKey {
  const random = drawRandomBytes(ID_RANDOM_BYTES + SECRET_BYTES);
  const id = Buffer.alloc(6 + ID_RANDOM_BYTES);
  id.writeUIntBE(now, 0, 6);
  random.copy(id, 6, 0, ID_RANDOM_BYTES);
  return {
    id: id.toString('base64url') as DataKeyId,
    secret: createSecretKey(random.subarray(ID_RANDOM_BYTES)),
  };
}
