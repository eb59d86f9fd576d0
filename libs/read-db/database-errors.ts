import { DomainError } from '#libs/kernel';

/** SQLSTATEs, and whole classes of them, that say: the database cannot serve right now. */
const unavailableStates = /^(08...|57P0.|57014|53...|25006|55P03)$/;
const unavailableSystemCodes = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
]);
/** The driver's own errors carry no code. */
const unavailableMessages =
  /Connection terminated|Client has encountered a connection error|timeout exceeded when trying to connect|Query read timeout|Client was closed|Connection ended unexpectedly|Cannot use a pool after calling end/i;

/** Whether `error` means that the database is down, restarting, full or too slow. */
export function isDatabaseUnavailable(error: unknown): boolean {
  if (error instanceof DomainError) return error.code === 'database_unavailable';
  if (error instanceof AggregateError) return error.errors.some(isDatabaseUnavailable);
  // By its shape: an error of the network may come from another realm (under Jest it does).
  if (typeof error !== 'object' || error === null) return false;
  const { code, message } = error as { code?: unknown; message?: unknown };
  if (typeof code === 'string') {
    return unavailableStates.test(code) || unavailableSystemCodes.has(code);
  }
  return typeof message === 'string' && unavailableMessages.test(message);
}

/**
 * `error` as callers see it: `database_unavailable` (kind `unavailable`) if the database cannot
 * serve right now, else itself.
 */
export function toDatabaseFailure(error: unknown): unknown {
  if (error instanceof DomainError || !isDatabaseUnavailable(error)) return error;
  return new DomainError(
    'unavailable',
    'database_unavailable',
    'The database does not answer. Try again in a few seconds.',
    { cause: error },
  );
}
