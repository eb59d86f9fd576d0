import { DomainError } from '#libs/kernel';
import { type Admission } from '#libs/rate-limit';
import { HttpRefusal } from '../errors/http-refusal.js';

/** No key, or none that is ours. */
export function unauthorized(): DomainError {
  return new DomainError(
    'unauthorized',
    'unauthorized',
    'Send a valid API key in the header: Authorization: Bearer <key>.',
  );
}

/** The key is good, but not for this. */
export function forbiddenScope(needed: string): DomainError {
  return new DomainError(
    'forbidden',
    'forbidden_scope',
    `This key lacks the scope ${needed}. Use a key that has it, or create one.`,
    { details: { scope: needed } },
  );
}

/** Keys of other kinds have endpoints of their own. */
export function forbiddenKeyKind(): DomainError {
  return new DomainError(
    'forbidden',
    'forbidden_key_kind',
    'Only intake keys (l2i_…) may call /v1. Use one of those.',
  );
}

/** The allowance of this minute is used up. */
export function rateLimited({ limit, retryAfterSeconds }: Admission): DomainError {
  return new DomainError(
    'rate_limited',
    'rate_limited',
    `More than ${limit} requests in one minute. Wait as long as Retry-After says.`,
    { details: { limit, retry_after_seconds: retryAfterSeconds } },
  );
}

/** Addresses end up in logs and histories; keys must not. */
export function keyInQueryString(): HttpRefusal {
  return new HttpRefusal(
    400,
    'key_in_query_string',
    'Keys are not accepted in the address, where logs would keep them. Send the key in the Authorization header, and rotate this one.',
  );
}
