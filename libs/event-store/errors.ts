import { DomainError } from '#libs/kernel';

/** The stream is not at the revision an append demanded: somebody else was first. */
export class WrongExpectedRevision extends Error {
  override readonly name = 'WrongExpectedRevision';

  constructor(
    readonly stream: string,
    /** The stream's last revision; `null` if it does not exist or the store does not tell. */
    readonly actualRevision: bigint | null,
  ) {
    super(`${stream} is not at the expected revision; read it again and decide anew.`);
  }
}

/** What callers see when the store cannot be reached or does not answer in time. */
export function eventStoreUnavailable(cause: unknown): DomainError {
  return new DomainError(
    'unavailable',
    'event_store_unavailable',
    'The event store did not answer in time, so nothing was acknowledged. Send the same request again.',
    { cause },
  );
}

/** How an error of the client is to be met. */
export type ClientFailure =
  'conflict' | 'stream_missing' | 'stream_deleted' | 'too_large' | 'connection';

const FAILURE_BY_TYPE: Readonly<Record<string, ClientFailure>> = {
  'wrong-expected-version': 'conflict',
  'stream-not-found': 'stream_missing',
  'stream-deleted': 'stream_deleted',
  'maximum-append-size-exceeded': 'too_large',
  timeout: 'connection',
  'deadline-exceeded': 'connection',
  unavailable: 'connection',
  cancelled: 'connection',
  unknown: 'connection',
  'not-leader': 'connection',
};

/** gRPC codes that mean "the outcome is unknown": CANCELLED, UNKNOWN, DEADLINE_EXCEEDED, INTERNAL, UNAVAILABLE. */
const CONNECTION_CODES = new Set<unknown>([1, 2, 4, 13, 14]);

/**
 * Classifies an error of the client; `null` for one that says the program is wrong.
 *
 * A refused connection surfaces from an append as a raw gRPC error without `type`, so the code is
 * looked at too.
 */
export function classify(error: unknown): ClientFailure | null {
  if (typeof error !== 'object' || error === null) return null;
  const { type, code } = error as { type?: unknown; code?: unknown };
  if (typeof type === 'string' && type in FAILURE_BY_TYPE) return FAILURE_BY_TYPE[type] ?? null;
  return CONNECTION_CODES.has(code) ? 'connection' : null;
}
