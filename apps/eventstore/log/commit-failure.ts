import { constants } from 'node:os';

import type { WriteOutcome } from './write-request.js';

/** The log was appended to by a second writer since this one last looked. */
export class WrittenByAnother extends Error {
  constructor() {
    super('Another process has written to the log.');
    this.name = 'WrittenByAnother';
  }
}

/**
 * Failures of a commit after which the next one may succeed, if LMDB still takes any. It has then
 * abandoned the transaction before its meta page, so the files are as they were; it reports a write
 * that was cut short by a full disk as EIO. A meta page that cannot be written fails with the same
 * numbers, and LMDB refuses everything from then on.
 */
const { EDQUOT, EFBIG, EIO, ENOSPC } = constants.errno;
const MDB_MAP_FULL = -30_792;
const PASSING_ERRORS = new Set<unknown>([ENOSPC, EDQUOT, EFBIG, EIO, MDB_MAP_FULL]);

/** True if the next commit may succeed, provided that LMDB has not given the environment up. */
export function mayPass(error: Error): boolean {
  return 'code' in error && PASSING_ERRORS.has(error.code);
}

/** What is told to those whose writes were in a commit that failed. */
export function failedOutcome(error: Error): WriteOutcome {
  const { message } = error;
  if (mayPass(error)) {
    const reason = `The disk is full or fails (${message}): nothing was written. Free space and try again.`;
    return { kind: 'refused', reason };
  }
  if (error instanceof WrittenByAnother) return refusedFrom(error);
  // It may be on the disk although LMDB, or the disk, did not say so.
  const reason = `The event store can no longer write (${message}): nothing was acknowledged, and whether it was written shows once it has started again.`;
  return { kind: 'unknown', reason };
}

/** What is told to all who come after a failure that only a restart can answer. */
export function refusedFrom({ message }: Error): WriteOutcome {
  const reason = `The event store can no longer write (${message}): nothing was written.`;
  return { kind: 'refused', reason };
}

/** lmdb-js rejects a commit with an error whose cause follows in a promise of its own. */
export async function causeOf(thrown: unknown): Promise<Error> {
  if (!(thrown instanceof Error)) return new Error(String(thrown));
  if (!('commitError' in thrown) || !(thrown.commitError instanceof Promise)) return thrown;
  return thrown.commitError.then(
    () => thrown,
    (cause: unknown) => (cause instanceof Error ? cause : thrown),
  );
}
