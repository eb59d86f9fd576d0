import { type ServiceError } from '@grpc/grpc-js';
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

/** What EventStoreDB takes in one append unless it was told otherwise; the same on any server. */
export const APPEND_LIMIT_BYTES = 1024 * 1024;

/** What callers see of an append above {@link APPEND_LIMIT_BYTES}. */
export function eventTooLarge(cause?: unknown): DomainError {
  return new DomainError(
    'too_large',
    'event_too_large',
    `The events would exceed ${APPEND_LIMIT_BYTES} bytes; send less data in one request.`,
    { cause },
  );
}

/** What callers see of a stream whose name was burnt. */
export function streamDeleted(stream: string, cause: unknown): DomainError {
  return new DomainError('not_found', 'stream_deleted', `${stream} was deleted from the log.`, {
    cause,
  });
}

/**
 * How a failure is to be met. `connection`: nothing is known, try again; `refused`: the program or
 * its credentials are wrong, trying again is of no use.
 */
export type FailureKind = 'conflict' | 'stream_deleted' | 'too_large' | 'connection' | 'refused';

/**
 * Anything that went wrong between the adapter and the server, sorted. Never leaves the adapter.
 */
export class StoreFailure extends Error {
  override readonly name = 'StoreFailure';

  constructor(
    readonly kind: FailureKind,
    cause: unknown,
    /** After a conflict: the stream's last revision, if the store told. */
    readonly actualRevision: bigint | null = null,
  ) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
  }
}

/** What a server says in the trailer `exception`, where it says it. */
const KIND_BY_EXCEPTION: Readonly<Record<string, FailureKind>> = {
  'stream-deleted': 'stream_deleted',
  'access-denied': 'refused',
};

/**
 * gRPC codes of a request that will never succeed: INVALID_ARGUMENT, PERMISSION_DENIED,
 * UNIMPLEMENTED, UNAUTHENTICATED.
 */
const REFUSED_CODES = new Set<unknown>([3, 7, 12, 16]);

/**
 * Sorts an error of a read or a subscription.
 *
 * Whatever is not known to be final counts as a broken connection: besides gRPC's own statuses
 * there are plain errors, of the client and of a channel that was closed a moment ago.
 */
export function storeFailure(error: unknown): StoreFailure {
  if (error instanceof StoreFailure) return error;
  const { metadata, code } = error as Partial<ServiceError>;
  const exception = metadata?.get('exception')[0]?.toString() ?? '';
  const kind = KIND_BY_EXCEPTION[exception] ?? (REFUSED_CODES.has(code) ? 'refused' : 'connection');
  return new StoreFailure(kind, error);
}
