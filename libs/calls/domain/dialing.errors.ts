import { DomainError, type FieldError } from '#libs/kernel';

/** Every setting that cannot be used, each by the name under which it was sent. */
export function dialingInvalid(fields: readonly FieldError[]): DomainError {
  const names = [...new Set(fields.map(({ field }) => field))].join(', ');
  return new DomainError(
    'validation',
    'validation_failed',
    `These fields cannot be used: ${names}. Correct them, then send the request again.`,
    { details: fields },
  );
}

/** Another tenant calls from the number. Whose it is, is nobody else’s business. */
export function callerIdTaken(number: string): DomainError {
  return new DomainError(
    'validation',
    'caller_id_taken',
    'Another account calls from one of these numbers. Name numbers of your own.',
    {
      details: [
        {
          ...{ field: 'calling_numbers', code: 'taken', received: number },
          message: 'is in use by another account',
        },
      ],
    },
  );
}

/**
 * A source is paused by the name its leads bear: text of 1 to 200 characters, not of spaces only.
 */
export function sourceInvalid(): DomainError {
  const message = 'must be text of 1 to 200 characters, and not only spaces';
  return dialingInvalid([{ field: 'source', code: 'invalid', message }]);
}

/** So many sources are paused that the whole of dialing is better stopped. */
export function tooManyPausedSources(most: number): DomainError {
  return new DomainError(
    'conflict',
    'too_many_paused_sources',
    `${most} sources are paused already. Resume some of them, or stop dialing altogether.`,
  );
}
