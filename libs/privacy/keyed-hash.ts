import { hash, type KeyObject } from 'node:crypto';

const BLOCK_BYTES = 64;
const DIGEST_BYTES = 32;
const INNER = 0x36;
const OUTER = 0x5c;

/**
 * HMAC-SHA-256 (RFC 2104) of texts under one key of at most 64 bytes, from two hashes at once.
 *
 * Every lead and report has one. Node’s own makes an object for each, which the library sets up
 * anew and the garbage collector has to take down: among other work that costs five hashes.
 */
export class KeyedHash {
  readonly #inner: Buffer;
  readonly #outer: Buffer;

  constructor(key: KeyObject) {
    const secret = key.export();
    this.#inner = padded(secret, INNER, BLOCK_BYTES);
    this.#outer = padded(secret, OUTER, BLOCK_BYTES + DIGEST_BYTES);
    secret.fill(0);
  }

  /** Base64url. */
  of(text: string): string {
    const message = Buffer.allocUnsafe(BLOCK_BYTES + Buffer.byteLength(text));
    this.#inner.copy(message);
    message.write(text, BLOCK_BYTES);
    hash('sha256', message, 'buffer').copy(this.#outer, BLOCK_BYTES);
    return hash('sha256', this.#outer, 'base64url');
  }
}

/** The key as a block of the hash takes it, with room for what is hashed behind it. */
function padded(secret: Buffer, pad: number, length: number): Buffer {
  if (secret.length > BLOCK_BYTES) throw new RangeError('A key of a keyed hash fits one block.');
  const block = Buffer.alloc(length);
  secret.copy(block);
  for (let place = 0; place < BLOCK_BYTES; place += 1) block[place] = (block[place] ?? 0) ^ pad;
  return block;
}
