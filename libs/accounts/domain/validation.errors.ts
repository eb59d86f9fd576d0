import { DomainError, type FieldError } from '#libs/kernel';

/** What was asked for a new tenant or key does not hold together; names every field. */
export function invalidFields(details: readonly FieldError[]): DomainError {
  return new DomainError(
    'validation',
    'validation_failed',
    `Correct ${details.map((error) => error.field).join(', ')} and send the request again.`,
    { details },
  );
}
