import { type ApiKeyId, canonicalJson, DomainError, type TenantId } from '#libs/kernel';
import { hash } from 'node:crypto';
import { uuidV5 } from './uuid-v5.js';

/** One use of an Idempotency-Key: nobody else's use of the same text can meet it. */
export interface IdempotencyScope {
  readonly tenantId: TenantId;
  readonly apiKeyId: ApiKeyId;
  /** Method and route, e.g. `POST /v1/leads`. */
  readonly route: string;
  readonly key: string;
}

/**
 * The command that a request with an Idempotency-Key runs, whose id stands for the use of the key.
 */
export interface KeyedCommand {
  readonly tenantId: TenantId;
  /** UUID, as {@link commandIdOf} derives it. */
  readonly commandId: string;
}

const FORM = /^[\x21-\x7e]{1,255}$/;
/** Namespace of the command ids below; drawn once, permanent. */
const COMMAND_NAMESPACE = '6d3c1f0e-7a52-4b0d-9a0f-52f3a8c5b7e1';

/** Refuses, with `idempotency_key_invalid`, what is not 1 to 255 visible ASCII characters. */
export function checkedIdempotencyKey(text: string): string {
  if (FORM.test(text)) return text;
  throw new DomainError(
    'validation',
    'idempotency_key_invalid',
    'The Idempotency-Key must be 1 to 255 visible ASCII characters, without spaces. A UUID is a good one.',
  );
}

/**
 * The id of the command that a request with this key runs. The same key always runs the same
 * command, so a retry after a crash finds its own events in the log instead of appending again.
 */
export function commandIdOf({ tenantId, apiKeyId, route, key }: IdempotencyScope): string {
  return uuidV5(`${tenantId}|${apiKeyId}|${route}|${key}`, COMMAND_NAMESPACE);
}

/** SHA-256 of a body, the same however its keys are ordered and whatever its media type was. */
export function fingerprintOf(body: unknown): string {
  return hash('sha256', canonicalJson(body), 'base64url');
}
