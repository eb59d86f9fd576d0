import { createCipheriv, createDecipheriv, type KeyObject } from 'node:crypto';
import { drawRandomBytes } from './random-pool.js';

const ALGORITHM = 'aes-256-gcm';
const IV_BYTES = 12;
const TAG_BYTES = 16;

/**
 * AES-256-GCM of `plaintext`, bound to `context`: initialisation vector, ciphertext and tag in one.
 *
 * The vector is random (96 bits), which is safe for up to 2^32 texts under one key (NIST SP
 * 800-38D); no key here seals more than a few hundred. Keys are `KeyObject`s because these cipher
 * three times as fast as raw bytes, and print as nothing.
 */
export function encrypt(key: KeyObject, context: string, plaintext: Buffer): Buffer {
  const iv = drawRandomBytes(IV_BYTES);
  const cipher = createCipheriv(ALGORITHM, key, iv);
  cipher.setAAD(Buffer.from(context));
  return Buffer.concat([iv, cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]);
}

/** What {@link encrypt} was given; `null` under another key or context, or if a bit was changed. */
export function decrypt(key: KeyObject, context: string, box: Buffer): Buffer | null {
  if (box.length < IV_BYTES + TAG_BYTES) return null;
  const decipher = createDecipheriv(ALGORITHM, key, box.subarray(0, IV_BYTES), {
    authTagLength: TAG_BYTES,
  });
  decipher.setAAD(Buffer.from(context));
  decipher.setAuthTag(box.subarray(-TAG_BYTES));
  const plaintext = decipher.update(box.subarray(IV_BYTES, -TAG_BYTES));
  try {
    return Buffer.concat([plaintext, decipher.final()]);
  } catch {
    return null;
  }
}
