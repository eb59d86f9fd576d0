import { DomainError } from '#libs/kernel';

/**
 * What a refusal is about: this one `request`, or the `account`, for which nothing else would have
 * been done either (its credentials, its rights, its limits).
 */
export type RefusalConcern = 'request' | 'account';

/** The provider said no: nothing was placed or changed. `providerCode` is its own error code. */
export function callRefused(providerCode: number | null, concerns: RefusalConcern): DomainError {
  return new DomainError(
    'conflict',
    'call_refused',
    'The telephony provider refused the request. Look its code up in the provider’s error list.',
    { details: { providerCode, concerns } },
  );
}

/**
 * The provider did not answer, or not to the question. Whether it acted is unknown, so a call must
 * not be placed again before it was looked for.
 */
export function telephonyUnavailable(cause: Error): DomainError {
  return new DomainError(
    'unavailable',
    'telephony_unavailable',
    'The telephony provider did not answer. Look for the call before it is placed again.',
    { cause },
  );
}

/** What claims to be a report of the provider does not read like one. */
export function reportUnreadable(field: string): DomainError {
  return new DomainError(
    'validation',
    'telephony_report_unreadable',
    `The report of the telephony provider cannot be read: ${field} is missing or malformed.`,
    { details: { field } },
  );
}
