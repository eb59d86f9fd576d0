import { type DataKeyId, parseJson, type TenantId } from '#libs/kernel';
import { decrypt, encrypt } from './aes-gcm.js';
import type { DataKey } from './data-key.js';

declare const content: unique symbol;

/**
 * Personal data as it rests: `v1.<data key id>.<base64url(iv | ciphertext | tag)>`.
 *
 * A stored format, in events that are kept for ever: it does not change, it gets a `v2` beside it.
 */
export type Sealed<T> = string & { readonly [content]: T };

/** What a box is bound to beside its key: it opens for no other tenant. */
export interface SealContext {
  readonly tenantId: TenantId;
}

/** Stands where personal data was, after its key was destroyed. */
export interface Erased {
  readonly erased: true;
}

/** The one marked blank. */
export const ERASED: Erased = Object.freeze({ erased: true });

/** Whether an opened box holds the marked blank instead of its content. */
export function isErased(opened: unknown): opened is Erased {
  return opened === ERASED;
}

/** A box that is damaged, or not for this tenant or key. Says nothing of what it holds. */
export class UnreadableBox extends Error {
  override readonly name = 'UnreadableBox';

  constructor(tenantId: TenantId, reason: string) {
    super(`A sealed box of tenant ${tenantId} cannot be opened: ${reason}.`);
  }
}

const FORM = /^v1\.([\w-]{1,64})\.([\w-]+)$/;

function parse(box: string, tenantId: TenantId): { keyId: DataKeyId; body: string } {
  const [, keyId, body] = FORM.exec(box) ?? [];
  if (keyId === undefined || body === undefined) {
    throw new UnreadableBox(tenantId, 'it does not have the form v1.<key>.<text>');
  }
  return { keyId: keyId as DataKeyId, body };
}

/** Neither part can hold a slash, so no two pairs give the same text. */
function additionalData(tenantId: TenantId, keyId: DataKeyId): string {
  return `${tenantId}/${keyId}`;
}

/** Seals a JSON-safe value. About 7 µs for 600 bytes. */
export function seal<T>(key: DataKey, { tenantId }: SealContext, value: T): Sealed<T> {
  const plaintext = Buffer.from(JSON.stringify(value));
  const body = encrypt(key.secret, additionalData(tenantId, key.id), plaintext);
  return `v1.${key.id}.${body.toString('base64url')}` as Sealed<T>;
}

/** Which key opens the box. Throws {@link UnreadableBox} for a text that is no box. */
export function keyIdOf(box: Sealed<unknown>, { tenantId }: SealContext): DataKeyId {
  return parse(box, tenantId).keyId;
}

/**
 * What was sealed, or {@link ERASED} if its key is gone (`undefined`). Throws
 * {@link UnreadableBox} when the box was changed, or the key or tenant is another's.
 */
export function open<T>(
  key: DataKey | undefined,
  { tenantId }: SealContext,
  box: Sealed<T>,
): T | Erased {
  const { keyId, body } = parse(box, tenantId);
  if (key === undefined) return ERASED;
  if (key.id !== keyId) throw new UnreadableBox(tenantId, `it needs key ${keyId}, not ${key.id}`);
  const bytes = Buffer.from(body, 'base64url');
  // A last character may carry spare bits that decoding drops; a box has exactly one spelling.
  const plaintext =
    bytes.toString('base64url') === body
      ? decrypt(key.secret, additionalData(tenantId, keyId), bytes)
      : null;
  if (plaintext === null) throw new UnreadableBox(tenantId, `it fails its check under ${keyId}`);
  return parseJson(plaintext.toString()) as T;
}
