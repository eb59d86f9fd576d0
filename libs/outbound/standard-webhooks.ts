import { createHmac, randomBytes } from 'node:crypto';

/** What secrets begin with, by Standard Webhooks. */
const PREFIX = 'whsec_';
const SECRET_BYTES = 32;

/** A message as it is signed. */
export interface SignedMessage {
  /** The same for every attempt, so that the receiver recognises a second one. */
  readonly id: string;
  /** When this attempt is made. */
  readonly at: Date;
  /** Exactly what is sent; path and query string for a request without a body. */
  readonly body: string;
}

/** A new secret: `whsec_` and 32 random bytes in base64. */
export function newWebhookSecret(): string {
  return `${PREFIX}${randomBytes(SECRET_BYTES).toString('base64')}`;
}

/**
 * The headers that prove who sent a message (Standard Webhooks): HMAC-SHA256 over id, second and
 * body, once for each secret in force, so that a receiver may change it without a gap.
 */
export function signatureHeaders(
  { id, at, body }: SignedMessage,
  secrets: readonly string[],
): Readonly<Record<string, string>> {
  const second = String(Math.floor(at.getTime() / 1_000));
  const signed = `${id}.${second}.${body}`;
  return {
    'webhook-id': id,
    'webhook-timestamp': second,
    'webhook-signature': secrets.map((secret) => `v1,${signature(secret, signed)}`).join(' '),
  };
}

function signature(secret: string, signed: string): string {
  const key = Buffer.from(secret.slice(PREFIX.length), 'base64');
  return createHmac('sha256', key).update(signed).digest('base64');
}
