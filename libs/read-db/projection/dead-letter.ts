/**
 * What is known of an event that a build did not apply. Nothing of it is personal: keys of rows are
 * ids and hashes, and the event itself stays in the log.
 */
export interface DeadLetter {
  readonly name: string;
  readonly build: number;
  /** The row it would have changed, or `stream:…` where nobody can say which. */
  readonly key: string;
  readonly position: bigint;
  readonly eventId: string;
  readonly eventType: string;
  readonly stream: string;
  readonly revision: bigint;
  /** `null` if the event does not tell. */
  readonly tenantId: string | null;
  /** Why it cannot be applied; `null` if it only waits for one before it. */
  readonly reason: string | null;
  /** `skipped`: given up by an operator, for good. */
  readonly state: 'parked' | 'skipped';
  readonly parkedAt: string;
  /** When it was skipped, by whom and why. */
  readonly handledAt: string | null;
  readonly handledBy: string | null;
  readonly note: string | null;
}

/** The first letter of a key, and how many there are. */
export interface DeadLetterSequence extends DeadLetter {
  /** Letters of the key in the state asked for, the first included. */
  readonly letters: number;
}

/** How many dead letters a build has. */
export interface DeadLetterCount {
  readonly name: string;
  readonly build: number;
  readonly keys: number;
  /** Events that are not in the read model yet. Alarming while it is not 0. */
  readonly parked: number;
  readonly skipped: number;
}
